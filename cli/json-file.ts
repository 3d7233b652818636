/** Values that are typed, and files that hold what is too long to type. */
import { readFile } from 'node:fs/promises';
import { CliFailure, exitCodes, networkReason } from './failure.ts';

/** A dictionary from a file. Throws `wrong-usage` that names the flag. */
export async function readDictionary(flag: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = new TextDecoder().decode(await readBytes(flag, path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrongFile(flag, `${path} is not JSON.`, 'Give it a JSON object; data is {"$data": "base64"}, a date {"$date": "2026-11-25T10:00:00Z"}.', cause);
  }
  if (isDictionary(value)) return value;
  throw wrongFile(flag, `${path} holds no JSON object.`, 'Give it one: { "key": "value" }.');
}

export async function readBytes(flag: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw wrongFile(flag, `${path} cannot be read (${networkReason(cause)}).`, `Give ${flag} a file that exists and that you may read.`, cause);
  });
}

/** `NAME=VALUE` as often as it is given. Numbers, true, false, lists and dictionaries are read as JSON; all else is a text. */
export function typedKeys(pairs: readonly string[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map((pair) => {
    const [name, text] = nameAndRest('--key', pair);
    return [name, typedValue(text)];
  }));
}

/** `NAME=FILE` as often as it is given: each file's bytes as data. */
export async function dataKeys(pairs: readonly string[] = []): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(pairs.map(async (pair) => {
    const [name, path] = nameAndRest('--data', pair);
    return [name, { $data: Buffer.from(await readBytes('--data', path)).toString('base64') }] as const;
  }));
  return Object.fromEntries(entries);
}

function typedValue(text: string): unknown {
  if (!/^(?:true|false|-?\d+(?:\.\d+)?|[[{"].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nameAndRest(flag: string, pair: string): readonly [name: string, rest: string] {
  const [, name, rest] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name !== undefined && rest !== undefined) return [name, rest];
  throw new CliFailure(`${flag}: "${pair}" has no "=".`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: `Write ${flag} NAME=VALUE.` });
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongFile(flag: string, what: string, remedy: string, cause?: unknown): CliFailure {
  return new CliFailure(`${flag}: ${what}`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy, ...(cause === undefined ? {} : { cause }) });
}
