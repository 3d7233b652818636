import { buildBinary } from 'plist';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { decodePlist, encodePlist, type PlistValue } from '../../protocol/plist.ts';
import { cpuTime } from '../support/cpu-time.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const document = (body: string): Buffer => bytes(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0">${body}</plist>`);

describe('a property list', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.trim() === value && !/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u.test(value));
  const { value } = fc.letrec<{ value: PlistValue }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, text, fc.boolean(), fc.integer(), fc.uint8Array({ minLength: 1 }), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'X', 'Y', 'Z'), minLength: 1, maxLength: 8 }), tie('value'), { maxKeys: 4 })),
  }));

  it('comes back as it went, in XML', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('a', 'b'), value), (given) => {
      expect(decodePlist(bytes(encodePlist(given)))).toEqual({ ...given });
    }), { numRuns: 300 });
  });

  it('is read in binary too', () => {
    const given = { Name: 'Ünicode', Data: new Uint8Array([1, 2, 3]), List: [1, true, 'x'], When: new Date(978_307_200_000) };
    expect(decodePlist(buildBinary(given))).toEqual(given);
  });

  it.each([['some parsers take for line ends', '!\u2028\u2029\u0085!'], ['some parsers take for a broken encoding', '\uFFFD!']])('keeps characters that %s', (_, text) => {
    expect(decodePlist(bytes(encodePlist({ a: text })))).toEqual({ a: text });
  });

  it.each<[string, Uint8Array]>([
    ['nothing', bytes('')],
    ['something else', bytes('{"a": 1}')],
    ['the old text format', bytes('{ a = 1; }')],
    ['a document type of its own', bytes('<!DOCTYPE plist [<!ENTITY a "aaaa">]><plist><string>&a;</string></plist>')],
    ['an external entity', bytes('<?xml version="1.0"?><!DOCTYPE plist SYSTEM "file:///etc/passwd"><plist><string>x</string></plist>')],
    ['an entity that nobody declared', document('<string>&unknown;</string>')],
    ['10,000 arrays within each other', document(`${'<array>'.repeat(10_000)}${'</array>'.repeat(10_000)}`)],
    ['half a document', document('<dict><key>a</key>').subarray(0, 150)],
    ['a prototype for a key', document('<dict><key>__proto__</key><dict/></dict>')],
    ['text that is not UTF-8', Buffer.concat([document('<string>').subarray(0, -8), Buffer.from([0xff, 0xfe]), bytes('</string></plist>')])],
    ['a binary list that holds itself', selfReference()],
    ['a binary list that unfolds into millions', unfolding()],
    ['a binary list with a huge count', hugeCount()],
  ])('is refused when it is %s', (_, given) => {
    const start = cpuTime();
    expect(() => decodePlist(given)).toThrow(WavecastError);
    expect(cpuTime() - start).toBeLessThan(1000);
  });

  it('cut or changed anywhere ends in a value or a refusal, quietly', () => {
    const samples = [document('<dict><key>UDID</key><string>x</string><key>L</key><array><integer>1</integer></array></dict>'), Buffer.from(buildBinary({ UDID: 'x', L: [1, { b: true }] }))];
    fc.assert(fc.property(fc.constantFrom(...samples), fc.nat(400), fc.integer({ min: 0, max: 255 }), fc.boolean(), (sample, index, byte, cut) => {
      const changed = Uint8Array.from(cut ? sample.subarray(0, index) : sample);
      if (!cut && index < changed.length) changed[index] = byte;
      try {
        decodePlist(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(WavecastError);
      }
    }), { numRuns: 2000 });
  });
});

/** A binary list of given objects, all offsets and references of one byte. */
function binary(objects: readonly (readonly number[])[]): Uint8Array {
  const body = [...Buffer.from('bplist00')];
  const offsets = objects.map((object) => {
    const at = body.length;
    body.push(...object);
    return at;
  });
  const table = body.length;
  const trailer = [0, 0, 0, 0, 0, 0, 1, 1, ...eight(objects.length), ...eight(0), ...eight(table)];
  return new Uint8Array([...body, ...offsets, ...trailer]);
}

function eight(value: number): readonly number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return [...buffer];
}

function selfReference(): Uint8Array {
  return binary([[0xa1, 0]]);
}

/** Each array holds the next one ten times. */
function unfolding(): Uint8Array {
  return binary([...Array.from({ length: 12 }, (_, index) => [0xaa, ...Array.from({ length: 10 }, () => index + 1)]), [0x09]]);
}

function hugeCount(): Uint8Array {
  return binary([[0xaf, 0x13, ...eight(2 ** 40)]]);
}
