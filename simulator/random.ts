import { createHash } from 'node:crypto';

/** Chance that is the same for the same seed: every device has a stream of its own, whatever the others do. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** True with probability `share`. */
  happens(share: number): boolean;
  /** `length` bytes. */
  bytes(length: number): Buffer;
}

/** A counter hashed with the seed: 48 bits of each SHA-256 are one number. */
export function chance(seed: string): Chance {
  let counter = 0;
  const block = (): Buffer => createHash('sha256').update(`${seed}/${counter++}`).digest();
  const next = (): number => block().readUIntBE(0, 6) / 2 ** 48;
  return {
    next,
    between: (from, to) => from + (to - from) * next(),
    happens: (share) => next() < share,
    bytes: (length) => Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, block)).subarray(0, length),
  };
}
