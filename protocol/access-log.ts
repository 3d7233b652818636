/**
 * CloudFront's standard access logs: gzip, tab-separated, the fields named by a header line.
 * Source: CloudFront developer guide, "Standard logging reference" (file format and fields).
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { DAY, SECOND, type Instant } from '../core/ambient.ts';
import type { PackageFetch } from '../core/catalog/package-fetch.ts';
import { isIconName } from '../core/catalog/package-icon.ts';
import { WavecastError } from '../core/errors.ts';
import { parseBranchId, parseSha256 } from '../core/ids.ts';
import { readInstructionName } from './install-link.ts';

/** Query parameters of package links, signed with them: the instruction's name, and the branch that the device was in. */
export const INSTRUCTION_PARAMETER = 'i';
export const BRANCH_PARAMETER = 'b';

/** A record: every field by its name, as it stands in the file. */
export type AccessFields = Readonly<Record<string, string>>;

/** A file of CloudFront's has a few MB at most; more, or more when inflated, is none of them. */
const MOST_INFLATED = 128 * 1024 * 1024;
const HEADER = /^#Fields: +(.+)$/m;

/** What is left of a file's name that is its own: hour and unique part of `<prefix><distribution>.<YYYY-MM-DD-HH>.<unique>.gz`. Undefined for other files. */
export function accessLogName(key: string): string | undefined {
  return /(?:^|\/)[^/.]+\.(\d{4}-\d\d-\d\d-\d\d\.[0-9A-Za-z]{1,40})\.gz$/.exec(key)?.[1];
}

/** The records, each made when it is asked for: of a busy hour there are 100,000. Throws `invalid-input` for what is no access log. */
export function decodeAccessLog(file: Uint8Array): Iterable<AccessFields> {
  const text = inflate(file);
  const names = HEADER.exec(text)?.[1]?.trim().split(/\s+/);
  if (names === undefined) throw new WavecastError('invalid-input', 'This is no access log: it does not name its fields.');
  return records(text, names);
}

function* records(text: string, names: readonly string[]): Generator<AccessFields, undefined> {
  for (let [from, to] = [0, 0]; from < text.length; from = to + 1) {
    to = text.indexOf('\n', from);
    if (to === -1) to = text.length;
    if (to === from || text.startsWith('#', from)) continue;
    const values = text.slice(from, to).split('\t');
    yield Object.fromEntries(names.map((name, index) => [name, values[index] ?? '-']));
  }
  return undefined;
}

function inflate(file: Uint8Array): string {
  try {
    return gunzipSync(file, { maxOutputLength: MOST_INFLATED }).toString('utf8');
  } catch (cause) {
    throw new WavecastError('invalid-input', 'This is no access log: it is not gzip, or too large.', { cause });
  }
}

/** The writing side, for the local edge: a file as CloudFront delivers it. */
export function encodeAccessLog(names: readonly string[], records: readonly Readonly<Record<string, string | number>>[]): Uint8Array {
  const lines = records.map((record) => names.map((name) => String(record[name] ?? '-').replaceAll(/\s/g, '%20')).join('\t'));
  return gzipSync(`#Version: 1.0\n#Fields: ${names.join(' ')}\n${lines.map((line) => `${line}\n`).join('')}`);
}

/**
 * What a record tells of a package that was fetched for an instruction; undefined for everything else: refusals, HEAD, links that
 * are nobody's, files that are no packages. The edge has checked the link's signature before it served a byte.
 */
export function packageFetch(fields: AccessFields): PackageFetch | undefined {
  const status = fields['sc-status'];
  if (fields['cs-method'] !== 'GET' || (status !== '200' && status !== '206')) return undefined;
  const [, digest, fileName = ''] = /^\/packages\/([0-9a-f]{64})\/(.+)$/.exec(fields['cs-uri-stem'] ?? '') ?? [];
  const query = new URLSearchParams(fields['cs-uri-query'] ?? '');
  const [name, branch] = [query.get(INSTRUCTION_PARAMETER), query.get(BRANCH_PARAMETER)];
  const endedAt = Date.parse(`${fields['date'] ?? ''}T${fields['time'] ?? ''}Z`);
  const bytes = Number(fields['sc-bytes']);
  if (digest === undefined || isIconName(fileName) || name === null || branch === null || Number.isNaN(endedAt) || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  try {
    return {
      instruction: readInstructionName(name), branchId: parseBranchId(branch), digest: parseSha256(digest), bytes, endedAt,
      startedAt: startOf(fields, endedAt), fromStart: isFromStart(fields),
    };
  } catch {
    // Of another release perhaps: what it does not know, it does not count.
    return undefined;
  }
}

/** The time in a record is that at which the answer ended. None takes a day. */
function startOf(fields: AccessFields, endedAt: Instant): Instant {
  const seconds = Number(fields['time-taken']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.max(Math.round(endedAt - seconds * SECOND), endedAt - DAY) : endedAt;
}

function isFromStart(fields: AccessFields): boolean {
  const first = fields['sc-range-start'] ?? '-';
  return first === '-' || first === '0';
}
