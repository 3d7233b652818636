/** Chance for a million cases: fast, and the same for the same name. The simulator's is finer and a hundred times slower. */
export interface Dice {
  /** Whole, uniform in [0, below). */
  below(below: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** True once in so many. */
  once(inSoMany: number): boolean;
  bytes(length: number): Buffer;
}

/** FNV-1a of the name starts a mulberry32. */
export function diceOf(name: string): Dice {
  let state = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
    once: (inSoMany) => below(inSoMany) === 0,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
