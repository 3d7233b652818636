/**
 * Walks the tables of a binary property list before it is parsed: references to themselves, and shared containers that
 * unfold into millions of values, would otherwise hang or exhaust the parser.
 */
import { WavecastError } from '../core/errors.ts';
import type { PlistLimits } from './plist.ts';

const TRAILER = 32;

/** Throws `invalid-input` (or RangeError for offsets outside the file) unless the list unfolds within the limits. */
export function checkBinaryPlist(bytes: Uint8Array, limits: PlistLimits): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trailer = bytes.byteLength - TRAILER;
  if (trailer < 8) throw refused();
  const offsetSize = view.getUint8(trailer + 6);
  const refSize = view.getUint8(trailer + 7);
  const count = sized(view, trailer + 8, 8);
  const top = sized(view, trailer + 16, 8);
  const table = sized(view, trailer + 24, 8);
  if (count === 0 || count > limits.values || top >= count || ![1, 2, 4, 8].includes(offsetSize) || ![1, 2, 4, 8].includes(refSize)) throw refused();
  const values = new Map<number, number>();
  const weigh = (index: number, depth: number): number => {
    if (index >= count || depth > limits.depth) throw refused();
    const known = values.get(index);
    // Zero marks a container that is still being weighed: it holds itself.
    if (known === 0) throw refused();
    if (known !== undefined) return known;
    values.set(index, 0);
    const refs = references(view, sized(view, table + index * offsetSize, offsetSize), refSize, limits);
    let weight = 1;
    for (const ref of refs) {
      weight += weigh(ref, depth + 1);
      if (weight > limits.values) throw refused();
    }
    values.set(index, weight);
    return weight;
  };
  weigh(top, 0);
}

/** Indexes of the objects in a container; none for a scalar, whose bytes must lie within the file. */
function references(view: DataView, offset: number, refSize: number, limits: PlistLimits): readonly number[] {
  const marker = view.getUint8(offset);
  const kind = marker >> 4;
  let size = marker & 0x0f;
  let start = offset + 1;
  if (kind === 0x8 && size > 7) throw refused();
  if (kind !== 0 && kind !== 8 && size === 0x0f) {
    const bytes = 1 << (view.getUint8(start) & 0x0f);
    if (bytes > 8) throw refused();
    size = sized(view, start + 1, bytes);
    start += 1 + bytes;
  }
  const container = kind === 0xa || kind === 0xd;
  const unit = kind === 0x6 ? 2 : 1;
  if (!container) {
    if (kind >= 0x4 && kind <= 0x6 && start + size * unit > view.byteLength) throw refused();
    return [];
  }
  const number = kind === 0xd ? size * 2 : size;
  if (number > limits.values) throw refused();
  return Array.from({ length: number }, (_, n) => sized(view, start + n * refSize, refSize));
}

function sized(view: DataView, offset: number, size: number): number {
  if (size === 1) return view.getUint8(offset);
  if (size === 2) return view.getUint16(offset);
  if (size === 4) return view.getUint32(offset);
  const value = view.getBigUint64(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refused();
  return Number(value);
}

function refused(): WavecastError {
  return new WavecastError('invalid-input', 'This is not a binary property list that can be used.');
}
