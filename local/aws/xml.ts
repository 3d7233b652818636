/** XML as the S3 and query protocols use it: elements only, built from nested values; requests parsed into them. */
import { XMLParser } from 'fast-xml-parser';
import { AwsError } from './service.ts';

/** A list repeats its element. `undefined` is left out. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | { readonly [element: string]: XmlValue };

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A document with one root element. */
export function xmlDocument(root: string, content: XmlValue, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `${declaration}<${root}${attribute}>${render(content)}</${root}>`;
}

function render(value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value).map(([name, content]) => element(name, content)).join('');
}

function element(name: string, content: XmlValue): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return (content as readonly XmlValue[]).map((item) => element(name, item)).join('');
  return `<${name}>${render(content)}</${name}>`;
}

/** Characters that XML 1.0 allows only as references are written as such, so that any object key survives. */
function escapeXml(text: string): string {
  return text.replaceAll(/[<>&"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export type XmlElement = Readonly<Record<string, unknown>>;

/** No entities beyond XML's own are expanded, and values stay text: `007` is no number. */
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false, ignoreDeclaration: true, processEntities: true, htmlEntities: true, removeNSPrefix: true });

/** The root element's content. Throws MalformedXML when the document is not one `root` element. */
export function parseXml(document: Buffer, root: string): XmlElement {
  try {
    const parsed = parser.parse(document) as Record<string, unknown>;
    const content = parsed[root];
    if (typeof content === 'object' && content !== null) return content as XmlElement;
  } catch {
    // Answered below: what is wrong with the document is the client's to find out.
  }
  throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema.');
}

/** All elements of that name, one or many. */
export function elements(parent: XmlElement, name: string): readonly XmlElement[] {
  const found = parent[name];
  const list: readonly unknown[] = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return list.filter((item): item is XmlElement => typeof item === 'object' && item !== null);
}

/** Text of an element, `undefined` when it is absent. */
export function text(parent: XmlElement, name: string): string | undefined {
  const found = parent[name];
  return typeof found === 'string' ? found : undefined;
}
