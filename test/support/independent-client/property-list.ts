/** XML property lists, read and written without the library of the server. An `integer` is a bigint, a `real` a number. */
import { XMLParser } from 'fast-xml-parser';

export type Value = string | bigint | number | boolean | Date | Buffer | readonly Value[] | Dict;
export interface Dict {
  readonly [key: string]: Value;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n';

/** As Apple's clients write it: document type, tabs, line ends. */
export function write(value: Dict): Buffer {
  return Buffer.from(`${HEAD}<plist version="1.0">\n${element(value)}\n</plist>\n`, 'utf8');
}

function element(value: Value): string {
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (typeof value === 'bigint') return `<integer>${value}</integer>`;
  if (typeof value === 'number') return `<real>${value}</real>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (value instanceof Date) return `<date>${value.toISOString().replace(/\.\d+/, '')}</date>`;
  if (Buffer.isBuffer(value)) return `<data>\n${value.toString('base64').replaceAll(/.{1,68}/g, '$&\n')}</data>`;
  if (isList(value)) return `<array>\n${value.map((each) => `\t${element(each)}\n`).join('')}</array>`;
  return `<dict>\n${Object.entries(value).map(([key, each]) => `\t<key>${escaped(key)}</key>\n\t${element(each)}\n`).join('')}</dict>`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What the parser makes of a tag: its name, with what is in it. */
type Node = Readonly<Record<string, unknown>>;
const parser = new XMLParser({ preserveOrder: true, parseTagValue: false, trimValues: false, ignoreDeclaration: true, htmlEntities: true });

/** Throws where it is not a property list as Apple's document type says: nothing is guessed. */
export function read(bytes: Buffer): Dict {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!text.startsWith('<?xml version="1.0"') || !text.includes('<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"') || !text.includes('<plist version="1.0">')) throw new Error('It is no property list of version 1.0.');
  const [plist, ...more] = tagsIn(parser.parse(text) as readonly Node[]);
  const [root, ...others] = tagsIn(plist?.children ?? []);
  if (plist?.name !== 'plist' || root === undefined || more.length + others.length > 0) throw new Error('A property list holds one value.');
  return dict(valueOf(root));
}

interface Tag {
  readonly name: string;
  readonly children: readonly Node[];
}

/** Tags; space between them is of no account, other text is wrong there. */
function tagsIn(nodes: readonly Node[]): readonly Tag[] {
  return nodes.flatMap((node) => {
    const [name] = Object.keys(node);
    if (name === undefined) return [];
    if (name !== '#text') return [{ name, children: node[name] as readonly Node[] }];
    if (String(node[name]).trim() !== '') throw new Error('There is text between the tags of a property list.');
    return [];
  });
}

function textIn(nodes: readonly Node[]): string {
  return nodes.map((node) => {
    if (!('#text' in node)) throw new Error('There is a tag within a text of a property list.');
    return String(node['#text']);
  }).join('');
}

function valueOf({ name, children }: Tag): Value {
  switch (name) {
    case 'string':
      return textIn(children);
    case 'integer':
      return BigInt(textIn(children).trim());
    case 'real':
      return Number(textIn(children));
    case 'true':
    case 'false':
      return name === 'true';
    case 'date':
      return new Date(textIn(children));
    case 'data':
      return Buffer.from(textIn(children), 'base64');
    case 'array':
      return tagsIn(children).map(valueOf);
    case 'dict':
      return dictOf(tagsIn(children));
    default:
      throw new Error(`A property list has no <${name}>.`);
  }
}

function dictOf(tags: readonly Tag[]): Dict {
  const entries: [string, Value][] = [];
  for (let at = 0; at < tags.length; at += 2) {
    const [key, value] = tags.slice(at, at + 2);
    if (key?.name !== 'key' || value === undefined) throw new Error('A <dict> is made of pairs.');
    entries.push([textIn(key.children), valueOf(value)]);
  }
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Error('A <dict> has a key twice.');
  return Object.fromEntries(entries);
}

/** What a document says that a key holds, and no other type. */
export function string(value: Value | undefined, what = 'It'): string {
  if (typeof value !== 'string') throw new Error(`${what} must be a <string>.`);
  return value;
}

export function integer(value: Value | undefined, what = 'It'): number {
  if (typeof value !== 'bigint') throw new Error(`${what} must be an <integer>.`);
  return Number(value);
}

export function boolean(value: Value | undefined, what = 'It'): boolean {
  if (typeof value !== 'boolean') throw new Error(`${what} must be <true/> or <false/>.`);
  return value;
}

export function data(value: Value | undefined, what = 'It'): Buffer {
  if (!Buffer.isBuffer(value)) throw new Error(`${what} must be <data>.`);
  return value;
}

export function list(value: Value | undefined, what = 'It'): readonly Value[] {
  if (value === undefined || !isList(value)) throw new Error(`${what} must be an <array>.`);
  return value;
}

export function dict(value: Value | undefined, what = 'It'): Dict {
  if (typeof value !== 'object' || isList(value) || Buffer.isBuffer(value) || value instanceof Date) throw new Error(`${what} must be a <dict>.`);
  return value;
}
