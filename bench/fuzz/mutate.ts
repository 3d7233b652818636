/** Good samples, damaged: as a line, a bug or an enemy would. */
import type { Dice } from './dice.ts';

export interface Corpus {
  /** Good ones: every damage begins with one of them. */
  readonly samples: readonly [Buffer, ...Buffer[]];
  /** What stands for something in this format, and is put where it does not belong. */
  readonly words: readonly [string, ...string[]];
  /** Bytes at the end in which most of the structure lies, for formats that are read from there. */
  readonly tail?: number;
}

type Damage = (bytes: Buffer, dice: Dice, corpus: Corpus) => Buffer;

/** Counts and lengths at the edges of what fields can hold. */
const edges: readonly [bigint, ...bigint[]] = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 40n, (1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n];

const flip: Damage = (bytes, dice, corpus) => changed(bytes, (copy) => {
  for (let left = 1 + dice.below(4); left > 0; left -= 1) {
    const at = placeIn(copy, dice, corpus);
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
  }
});

const overwrite: Damage = (bytes, dice, corpus) => changed(bytes, (copy) => { copy[placeIn(copy, dice, corpus)] = dice.below(256); });

/** A field of 1, 2, 4 or 8 octets, in either order of octets. */
const editLength: Damage = (bytes, dice, corpus) => changed(bytes, (copy) => {
  const size = dice.pick([1, 2, 4, 8]);
  const at = Math.min(placeIn(copy, dice, corpus), copy.length - size);
  if (at < 0) return;
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt.asUintN(size * 8, dice.pick(edges)));
  const octets = field.subarray(8 - size);
  (dice.once(2) ? octets : octets.reverse()).copy(copy, at);
});

const truncate: Damage = (bytes, dice) => bytes.subarray(dice.once(4) ? dice.below(bytes.length) : 0, dice.below(bytes.length + 1));

const remove: Damage = (bytes, dice, corpus) => {
  const at = placeIn(bytes, dice, corpus);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + spanOf(bytes, dice))]);
};

/** A piece of it once more, or some hundred times. */
const duplicate: Damage = (bytes, dice, corpus) => {
  const at = placeIn(bytes, dice, corpus);
  const piece = bytes.subarray(at, at + 1 + spanOf(bytes, dice));
  const times = dice.once(8) ? 1 + dice.below(Math.max(1, Math.floor(MOST_ADDED / Math.max(1, piece.length)))) : 1;
  return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: times }, () => piece), bytes.subarray(at)]);
};

/** The beginning of one sample, the end of another. */
const splice: Damage = (bytes, dice, corpus) => {
  const other = dice.pick(corpus.samples);
  return Buffer.concat([bytes.subarray(0, dice.below(bytes.length + 1)), other.subarray(dice.below(other.length + 1))]);
};

const insertWord: Damage = (bytes, dice, corpus) => {
  const at = placeIn(bytes, dice, corpus);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.pick(corpus.words), 'utf8'), bytes.subarray(at + (dice.once(2) ? 0 : spanOf(bytes, dice)))]);
};

const insertNoise: Damage = (bytes, dice, corpus) => {
  const at = placeIn(bytes, dice, corpus);
  return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(16)), bytes.subarray(at)]);
};

const damages: readonly [Damage, ...Damage[]] = [flip, flip, overwrite, editLength, editLength, truncate, remove, duplicate, splice, insertWord, insertWord, insertNoise];

/** More than that says nothing new and takes its time. */
const MOST_ADDED = 64 * 1024;

/** One sample with one to four damages. */
export function mutated(corpus: Corpus, dice: Dice): Buffer {
  let bytes = dice.pick(corpus.samples);
  for (let left = dice.once(2) ? 1 : 1 + dice.below(4); left > 0; left -= 1) bytes = dice.pick(damages)(bytes, dice, corpus);
  return bytes;
}

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

function placeIn({ length }: Buffer, dice: Dice, { tail }: Corpus): number {
  const from = tail === undefined || dice.once(4) ? 0 : Math.max(0, length - tail);
  return from + dice.below(length - from);
}

function spanOf({ length }: Buffer, dice: Dice): number {
  return dice.below(dice.once(4) ? length : Math.min(length, 32));
}
