import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { sampleIcon } from '../../local/demo/sample-icon.ts';
import { decodeIcon } from '../../protocol/icon/decode-icon.ts';
import { renderIcon } from '../../protocol/icon/render-icon.ts';
import { resize } from '../../protocol/icon/resize.ts';
import { pngChunk, rawPng, type Paint, type RawPng } from '../fixtures/raw-png.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** Each corner tells itself from the others, in every channel; greys show red alone. */
const corners: Paint = (x, y) => [x < 4 ? 255 : 0, y < 4 ? 255 : 0, x < 4 === y < 4 ? 255 : 0, 255];
const glass: Paint = (x, y) => [200, 100, 50, x === 0 && y === 0 ? 0 : 128];

const pixelsOf = (png: RawPng): readonly (readonly number[])[] => {
  const { size, rgba } = decodeIcon(rawPng(png));
  return Array.from({ length: size * size }, (_, at) => [...rgba.subarray(at * 4, at * 4 + 4)]);
};
const painted = (paint: Paint, size: number): readonly (readonly number[])[] => Array.from({ length: size * size }, (_, at) => [...paint(at % size, Math.floor(at / size))]);
const refusal = (bytes: Uint8Array): string => {
  try {
    decodeIcon(bytes);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(WavecastError);
    return (error as WavecastError).code === 'package-unreadable' ? (error as WavecastError).message : `another: ${String(error)}`;
  }
};

describe('an icon', () => {
  it.each<[string, Partial<RawPng>]>([
    ['Apple\'s form', { crushed: true }], ['Apple\'s form without alpha', { crushed: true, colourType: 2 }], ['Apple\'s form, interlaced', { crushed: true, interlaced: true }],
    ['an ordinary PNG', {}], ['one without alpha', { colourType: 2 }], ['one of 16 bits', { depth: 16 }], ['an interlaced one', { interlaced: true }],
    ...[0, 1, 2, 3, 4].map((filter): [string, Partial<RawPng>] => [`one whose rows have filter ${filter}`, { filter }]),
  ])('in %s has every pixel where it was painted, in its colour', (_, form) => {
    for (const size of [8, 5, 1]) expect(pixelsOf({ size, paint: corners, ...form })).toEqual(painted(corners, size));
  });

  it.each([[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [3, 1], [3, 2], [3, 4], [3, 8], [4, 8], [4, 16]])('of colour type %i and %i bits is grey where it was painted so', (colourType, depth) => {
    for (const crushed of depth === 16 ? [false] : [false, true]) {
      expect(pixelsOf({ size: 5, paint: corners, colourType, depth, crushed })).toEqual(painted(corners, 5).map(([red = 0, , , alpha]) => [red, red, red, alpha]));
    }
  });

  it('in Apple\'s form gets its colours back from behind its alpha, to what eight bits keep of them', () => {
    const [clear, ...others] = pixelsOf({ size: 3, paint: glass, crushed: true });
    expect(clear).toEqual([0, 0, 0, 0]);
    for (const [red = 0, green = 0, blue = 0, alpha] of others) {
      expect([Math.abs(red - 200), Math.abs(green - 100), Math.abs(blue - 50)].every((off) => off <= 1)).toBe(true);
      expect(alpha).toBe(128);
    }
  });

  it('may name a colour that is transparent, or give alphas to its palette', () => {
    const key = (...samples: readonly number[]): Buffer => Buffer.from(samples.flatMap((sample) => [0, sample]));
    expect(pixelsOf({ size: 8, paint: corners, colourType: 2, transparency: key(255, 255, 255) }).filter(([, , , alpha]) => alpha === 0)).toHaveLength(16);
    expect(pixelsOf({ size: 8, paint: corners, colourType: 0, transparency: key(255) }).filter(([, , , alpha]) => alpha === 0)).toHaveLength(32);
    expect(pixelsOf({ size: 8, paint: corners, colourType: 0, depth: 2, transparency: key(3) }).filter(([, , , alpha]) => alpha === 0)).toHaveLength(32);
    expect(pixelsOf({ size: 8, paint: corners, colourType: 3, depth: 1, transparency: Buffer.from([255, 7]) }).filter(([, , , alpha]) => alpha === 7)).toHaveLength(32);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['that is no PNG', () => Buffer.from('GIF89a and so on'), /not a PNG/],
    ['of nothing', () => Buffer.alloc(0), /not a PNG/],
    ['that is cut off', () => rawPng({ size: 8, paint: corners }).subarray(0, -20), /cut off/],
    ['whose chunk claims to be larger than the file', () => Buffer.concat([rawPng({ size: 8, paint: corners }).subarray(0, 33), Buffer.from('ffffffff49444154', 'hex')]), /cut off/],
    ['with a broken checksum', () => Buffer.from(rawPng({ size: 8, paint: corners }).toString('latin1').replace('IDAT', 'IDAU'), 'latin1'), /checksum/],
    ['without a picture', () => Buffer.concat([rawPng({ size: 8, paint: corners }).subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))]), /no picture/],
    ['that is not square', () => rawPng({ size: 8, paint: corners, claims: { width: 9 } }), /not square/],
    ['of no size', () => rawPng({ size: 8, paint: corners, claims: { width: 0, height: 0 } }), /0 pixels/],
    ['that claims four billion pixels on each side', () => rawPng({ size: 8, paint: corners, claims: { width: 0xffffffff, height: 0xffffffff } }), /claims to be 4294967295 pixels/],
    ['that claims less than it holds', () => rawPng({ size: 64, paint: corners, claims: { width: 8, height: 8 } }), /more than its header/],
    ['that claims more than it holds', () => rawPng({ size: 8, paint: corners, claims: { width: 64, height: 64 } }), /less than its header/],
    ['that unpacks to a hundred megabytes', () => rawPng({ size: 8, paint: corners, packed: deflateSync(Buffer.alloc(100_000_000)) }), /more than its header/],
    ['of Apple\'s form that unpacks to a hundred megabytes', () => rawPng({ size: 8, paint: corners, crushed: true, packed: deflateRawSync(Buffer.alloc(100_000_000)) }), /more than its header/],
    ['whose data is no deflate', () => rawPng({ size: 8, paint: corners, packed: Buffer.from('f'.repeat(80), 'hex') }), /cannot be unpacked/],
    ['with a filter that there is not', () => rawPng({ size: 8, paint: corners, filter: 9 }), /damaged/],
    ['of a colour type that there is not', () => rawPng({ size: 8, paint: corners, claims: { colourType: 5 } }), /colours/],
    ['of a depth that its colours cannot have', () => rawPng({ size: 8, paint: corners, claims: { depth: 4 } }), /colours/],
    ['interlaced with less than 8 bits', () => rawPng({ size: 8, paint: corners, colourType: 0, depth: 2, interlaced: true }), /interlaced/],
    ['of Apple\'s form with 16 bits', () => rawPng({ size: 8, paint: corners, crushed: true, depth: 16 }), /16 bits/],
    ['without the palette that it needs', () => rawPng({ size: 8, paint: corners, colourType: 3, palette: Buffer.alloc(0) }), /palette|damaged/],
    ['whose palette has too few colours', () => rawPng({ size: 8, paint: corners, colourType: 3, palette: Buffer.from([1, 2, 3]) }), /palette/],
  ])('%s is refused in words, quickly', (_, make, says) => {
    const bytes = make();
    const began = cpuTime();
    expect(refusal(bytes)).toMatch(says);
    expect(cpuTime() - began).toBeLessThan(500);
  });

  it('may hold whatever else: only what makes the picture is unpacked', () => {
    const profile = pngChunk('iCCP', Buffer.concat([Buffer.from('bomb\0\0'), deflateSync(Buffer.alloc(50_000_000))]));
    expect(pixelsOf({ size: 8, paint: corners, extra: [profile, pngChunk('acTL', Buffer.from('ffffffffffffffff', 'hex'))] })).toEqual(painted(corners, 8));
  });

  it('never fails in another way, whatever is broken', () => {
    const good = [rawPng({ size: 9, paint: corners, crushed: true }), rawPng({ size: 9, paint: corners, colourType: 3, depth: 4 })];
    fc.assert(fc.property(fc.constantFrom(...good), fc.array(fc.record({ at: fc.nat(400), to: fc.nat(255) }), { minLength: 1, maxLength: 5 }), (png, changes) => {
      const broken = Buffer.from(png);
      for (const { at, to } of changes) if (at < broken.length) broken[at] = to;
      expect(refusal(broken)).not.toMatch(/^another/);
    }), { seed: 20_261_125, numRuns: 500 });
  });
});

describe('another size', () => {
  const sizes = fc.integer({ min: 1, max: 40 });
  it('of one colour is of that colour, whatever the sizes', () => {
    fc.assert(fc.property(sizes, sizes, fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (from, to, colour) => {
      const rgba = Uint8Array.from({ length: from * from * 4 }, (_, at) => [...colour, 255][at % 4] ?? 0);
      expect(new Set(resize({ size: from, rgba }, to).rgba.subarray(0, to * to * 4).toString().match(/\d+,\d+,\d+,\d+/g))).toEqual(new Set([`${colour.join(',')},255`]));
    }), { seed: 7, numRuns: 60 });
  });

  it('that is half averages four pixels into one', () => {
    const rgba = Uint8Array.from([0, 0, 0, 255, 100, 0, 0, 255, 100, 0, 0, 255, 200, 0, 0, 255]);
    expect([...resize({ size: 2, rgba }, 1).rgba]).toEqual([100, 0, 0, 255]);
  });

  it('takes no colour from what is transparent', () => {
    const rgba = Uint8Array.from([0, 255, 0, 0, 200, 0, 0, 255, 0, 255, 0, 0, 200, 0, 0, 255]);
    expect([...resize({ size: 2, rgba }, 1).rgba]).toEqual([200, 0, 0, 128]);
    for (const [at, value] of resize({ size: 2, rgba }, 16).rgba.entries()) if (at % 4 === 1) expect(value).toBe(0);
  });
});

describe('rendering', () => {
  it('writes ordinary PNG files in three sizes, without alpha where none is needed', () => {
    const { width, original, small, large } = renderIcon(sampleIcon(120, 'x'));
    expect(width).toBe(120);
    expect([original, small, large].map((png) => decode(png)).map((png) => [png.width, png.height, png.channels, png.depth])).toEqual([[120, 120, 3, 8], [57, 57, 3, 8], [512, 512, 3, 8]]);
    expect(decode(renderIcon(rawPng({ size: 4, paint: glass, crushed: true })).original)).toMatchObject({ channels: 4 });
  });

  it('of the largest icon there is takes a moment and some memory', () => {
    const began = cpuTime();
    expect(renderIcon(rawPng({ size: 1024, paint: (x, y) => [x & 255, y & 255, 0, 200], crushed: true, filter: 0 })).width).toBe(1024);
    expect(cpuTime() - began).toBeLessThan(20_000);
  });
});
