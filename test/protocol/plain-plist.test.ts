import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlainDict, PlainValue } from '../../core/instruction/plain-value.ts';
import { plainDict, plistOf } from '../../protocol/plain-plist.ts';
import { decodePlist, encodePlist } from '../../protocol/plist.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'X', 'Y', '0', '9', ' ', ',', '.', '<', '&', '>', '"', '\'', 'é', '漢'), minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text);
const { value } = fc.letrec<{ value: PlainValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 }, word, fc.boolean(), fc.integer(),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => ({ $data: Buffer.from(bytes).toString('base64') })),
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => ({ $date: `${date.toISOString().slice(0, 19)}Z` })),
    fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}));
const dict: fc.Arbitrary<PlainDict> = fc.dictionary(word, value, { maxKeys: 5 });

/** A decoded property list in its plain form. */
function plainOf(decoded: unknown): unknown {
  if (decoded instanceof Uint8Array) return { $data: Buffer.from(decoded).toString('base64') };
  if (decoded instanceof Date) return { $date: `${decoded.toISOString().slice(0, 19)}Z` };
  if (Array.isArray(decoded)) return decoded.map(plainOf);
  return typeof decoded === 'object' && decoded !== null ? Object.fromEntries(Object.entries(decoded).map(([key, part]: [string, unknown]) => [key, plainOf(part)])) : decoded;
}

describe('a property list as JSON', () => {
  it('is on the wire what was said, through JSON and back', () => {
    fc.assert(fc.property(dict, (given) => {
      const stored = plainDict(JSON.parse(JSON.stringify(given)), 'It');
      expect(plainOf(decodePlist(Buffer.from(encodePlist(plistOf(stored)), 'utf8')))).toEqual({ ...given });
    }), { numRuns: 300 });
  });

  it.each<[string, unknown]>([
    ['no dictionary', ['a']],
    ['null somewhere', { a: { b: null } }],
    ['an integer beyond 2^53', { a: 2 ** 53 }],
    ['an empty key', { '': 1 }],
    ['a prototype for a key', JSON.parse('{"a": {"__proto__": {"x": 1}}}')],
    ['data that is no base64', { a: { $data: 'a b' } }],
    ['data with something beside it', { a: { $data: 'YQ==', b: 1 } }],
    ['a date that is none', { a: { $date: '2026-13-45T00:00:00Z' } }],
    ['a date without its zone', { a: { $date: '2026-11-25T10:00:00' } }],
    ['a control character', { a: 'x\u0000y' }],
  ])('is refused with %s, and says where', (_, given) => {
    expect(() => plainDict(given, 'Command')).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.any(String) as string }));
  });

  it('is refused where it is too large, too deep, or too much', () => {
    const deep = Array.from({ length: 20 }).reduce((inner: unknown) => ({ a: inner }), 1);
    for (const given of [{ a: 'x'.repeat(128 * 1024) }, deep, { a: Array.from({ length: 6_000 }, () => 1) }]) {
      expect(() => plainDict(given, 'Command')).toThrow(expect.objectContaining({ code: 'too-large' }));
    }
  });

  it('keeps a key that is called like something of the language', () => {
    expect(plainDict({ constructor: 'x', toString: { hasOwnProperty: true } }, 'It')).toEqual({ constructor: 'x', toString: { hasOwnProperty: true } });
  });
});
