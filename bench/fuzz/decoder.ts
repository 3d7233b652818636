/** What is fuzzed: something that takes bytes from outside. */
import type { Dice } from './dice.ts';
import type { Corpus } from './mutate.ts';

export interface Decoder {
  readonly name: string;
  /** Of a thousand cases, so many: what checks signatures or opens archives gets fewer. */
  readonly share: number;
  readonly corpus: Corpus;
  /** A case from nothing, instead of a damaged sample. */
  readonly generate?: (dice: Dice) => Buffer;
  /** A value, or a WavecastError. */
  readonly decode: (bytes: Buffer) => unknown;
}
