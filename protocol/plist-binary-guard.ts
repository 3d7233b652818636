/**
 * Walks the tables of a binary property list before it is parsed: references to themselves, shared containers that
 * unfold into millions of values, and integers that the parser would round would otherwise hang, exhaust or mislead it.
 */
import { WavecastError } from '../core/errors.ts';
import type { PlistLimits } from './plist.ts';

const TRAILER = 32;
/** Shared scalars are copied at each place that refers to them. */
const UNFOLDING = 2;

/** Size of a value with everything under it, unfolded. */
interface Weight {
  readonly values: number;
  readonly bytes: number;
  readonly height: number;
}

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
  /** A known weight, or 'open' while the container is being weighed: meeting it again, it holds itself. */
  const weights = new Map<number, Weight | 'open'>();
  const weigh = (index: number, depth: number): Weight => {
    if (index >= count || depth > limits.depth) throw refused();
    const known = weights.get(index);
    if (known === 'open') throw refused();
    if (known !== undefined) return known;
    weights.set(index, 'open');
    const object = objectAt(view, sized(view, table + index * offsetSize, offsetSize), refSize, limits);
    for (const key of object.keys) checkKey(view, sized(view, table + key * offsetSize, offsetSize));
    let weight: Weight = { values: 1, bytes: object.bytes, height: 0 };
    for (const reference of object.references) {
      const under = weigh(reference, depth + 1);
      weight = { values: weight.values + under.values, bytes: weight.bytes + under.bytes, height: Math.max(weight.height, under.height + 1) };
      // A container weighed before, at a shallower place, may be too deep here.
      if (weight.values > limits.values || weight.bytes > limits.bytes * UNFOLDING || depth + weight.height > limits.depth) throw refused();
    }
    weights.set(index, weight);
    return weight;
  };
  weigh(top, 0);
}

interface StoredObject {
  /** Of a scalar, once read. */
  readonly bytes: number;
  readonly references: readonly number[];
  /** Those of the references that are a dictionary's keys. */
  readonly keys: readonly number[];
}

function objectAt(view: DataView, offset: number, refSize: number, limits: PlistLimits): StoredObject {
  const { kind, size, start } = headAt(view, offset);
  if (kind === 0xa || kind === 0xd) {
    const number = kind === 0xd ? size * 2 : size;
    if (number > limits.values) throw refused();
    const references = Array.from({ length: number }, (_, n) => sized(view, start + n * refSize, refSize));
    return { bytes: 0, references, keys: kind === 0xd ? references.slice(0, size) : [] };
  }
  return { bytes: scalarBytes(view, kind, size, start), references: [], keys: [] };
}

/** Checks that a scalar is of a kind that MDM uses, lies within the file and is representable. */
function scalarBytes(view: DataView, kind: number, size: number, start: number): number {
  switch (kind) {
    case 0x0:
      return 1;
    case 0x1:
      if (size > 3 || (size === 3 && !isSafe(view.getBigInt64(start)))) throw refused();
      return 1 << size;
    case 0x2:
      if (size !== 2 && size !== 3) throw refused();
      return 1 << size;
    case 0x3:
      // Seconds since 2001; what JavaScript's dates can hold.
      if (!(Math.abs(view.getFloat64(start)) < 8e12)) throw refused();
      return 8;
    case 0x4:
    case 0x5:
    case 0x6: {
      const length = kind === 0x6 ? size * 2 : size;
      if (start + length > view.byteLength) throw refused();
      return length;
    }
    default:
      throw refused();
  }
}

/** A key must be a text; `__proto__` would set what it names. */
function checkKey(view: DataView, offset: number): void {
  const { kind, size, start } = headAt(view, offset);
  if (kind !== 0x5 && kind !== 0x6) throw refused();
  const unit = kind === 0x6 ? 2 : 1;
  if (size !== '__proto__'.length) return;
  const text = Array.from({ length: size }, (_, n) => String.fromCharCode(unit === 2 ? view.getUint16(start + n * 2) : view.getUint8(start + n))).join('');
  if (text === '__proto__') throw refused();
}

function headAt(view: DataView, offset: number): { readonly kind: number; readonly size: number; readonly start: number } {
  const marker = view.getUint8(offset);
  const kind = marker >> 4;
  const size = marker & 0x0f;
  if (kind < 0x4 || size !== 0x0f) return { kind, size, start: offset + 1 };
  const bytes = 1 << (view.getUint8(offset + 1) & 0x0f);
  if (bytes > 8) throw refused();
  return { kind, size: sized(view, offset + 2, bytes), start: offset + 2 + bytes };
}

function sized(view: DataView, offset: number, size: number): number {
  if (size === 1) return view.getUint8(offset);
  if (size === 2) return view.getUint16(offset);
  if (size === 4) return view.getUint32(offset);
  const value = view.getBigUint64(offset);
  if (!isSafe(value)) throw refused();
  return Number(value);
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
}

function refused(): WavecastError {
  return new WavecastError('invalid-input', 'This is not a binary property list that can be used.');
}
