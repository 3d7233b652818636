/**
 * Reads an XML property list's tags before it is parsed, in one pass and linear time: only Apple's tags, each closed in its
 * place (the parser takes quadratic time over those that are not), no document type but Apple's (so no entities), bounded
 * depth and size, and scalars that can be represented exactly.
 */
import { WavecastError } from '../core/errors.ts';
import type { PlistLimits } from './plist.ts';

const DOCTYPE = /^!DOCTYPE\s+plist\s+PUBLIC\s+"-\/\/Apple[^"[\]<>]{0,60}"\s+"[^"[\]<>]{0,100}"\s*$/;
const TAG = /^(\/?)(plist|dict|array|key|string|integer|real|data|date|true|false|null)(?:\s+version="[0-9.]{1,8}")?\s*(\/?)$/;
/** Longest thing between `<` and `>` that is looked at: Apple's document type. */
const LONGEST_TAG = 256;
const LONGEST_SCALAR = 64;

/** Throws `invalid-input`. */
export function checkXmlPlist(text: string, limits: PlistLimits): void {
  if (!/^\uFEFF?\s*</.test(text.slice(0, LONGEST_TAG))) throw refused('It is no XML property list.');
  /** Tags that are open, the outermost first. */
  const open: string[] = [];
  let depth = 0;
  let values = 0;
  let end = 0;
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', end)) {
    const skipped = skip(text, start);
    if (skipped !== undefined) {
      end = skipped;
      continue;
    }
    end = closing(text, '>', start);
    const tag = end - start > LONGEST_TAG ? '' : text.slice(start + 1, end - 1);
    if (values === 0 && DOCTYPE.test(tag)) continue;
    const [, closes, name = '', empty] = TAG.exec(tag) ?? [];
    if (name === '') throw refused('It has tags that no property list has.');
    if (closes === '/') {
      if (empty !== '' || open.pop() !== name) throw refused('Its tags are not closed as they were opened.');
      if (isContainer(name)) depth -= 1;
      continue;
    }
    const parent = open.at(-1);
    if (parent === undefined ? values > 0 : !isContainer(parent) && parent !== 'plist') throw refused('It has tags where no property list has any.');
    values += 1;
    if (values > limits.values) throw refused('It has too many values.');
    if (empty === '') open.push(name);
    if (isContainer(name) && empty === '') depth += 1;
    if (depth > limits.depth) throw refused('It is nested too deeply.');
    checkScalar(name, text, end);
  }
  if (open.length > 0) throw refused('It ends too early.');
}

/** Where a comment, a processing instruction or a CDATA section ends; undefined where none starts. */
function skip(text: string, start: number): number | undefined {
  if (text.startsWith('<?', start)) return closing(text, '?>', start);
  if (text.startsWith('<!--', start)) return closing(text, '-->', start + 4);
  if (text.startsWith('<![CDATA[', start)) return closing(text, ']]>', start);
  return undefined;
}

function closing(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw refused('It ends too early.');
  return at + mark.length;
}

/** The parser would round the one and make an invalid date of the other, without a word. */
function checkScalar(name: string, text: string, start: number): void {
  if (name !== 'integer' && name !== 'date') return;
  const value = (/^[^<]*/.exec(text.slice(start, start + LONGEST_SCALAR))?.[0] ?? '').trim();
  if (name === 'integer' && !(/^[+-]?\d+$/.test(value) && Number.isSafeInteger(Number(value)))) throw refused('It has an integer that is not one, or is too large.');
  if (name === 'date' && Number.isNaN(Date.parse(value))) throw refused('It has a date that is none.');
}

function isContainer(name: string): boolean {
  return name === 'dict' || name === 'array';
}

function refused(why: string): WavecastError {
  return new WavecastError('invalid-input', `This is not a property list that can be used. ${why}`);
}
