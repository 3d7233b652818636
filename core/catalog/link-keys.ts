/**
 * The keys that make download links good. They come in generations, which the deployment counts: links are made with the
 * present one; the former is still good, for links that are out there; the next is known in advance, so that it is good
 * everywhere before the first link is made with it.
 */
import { WavecastError } from '../errors.ts';

/** Signs package links. */
export interface PackageLinkKey {
  readonly generation: number;
  /** PEM (PKCS #8), secret. */
  readonly privateKey: string;
  /** PEM (SPKI): by which the communication server's edge checks them. */
  readonly publicKey: string;
}

/** Proves manifest links. */
export interface ManifestLinkKey {
  readonly generation: number;
  /** base64url of 32 bytes, secret. */
  readonly key: string;
}

export interface LinkKeys<K> {
  /** The generations that are kept. Throws `internal` where none were made yet. */
  keys(): Promise<readonly K[]>;
  /** Makes what `present` needs, drops what is older, and answers what is kept then. Repeating it changes nothing. */
  rotate(present: number, make: (generation: number) => K): Promise<readonly K[]>;
}

/** The generations that are good while `present` is: the first has no former one. */
export function goodGenerations(present: number): readonly number[] {
  return [present - 1, present, present + 1].filter((generation) => generation >= 1);
}

/**
 * The keys of the generations that are good; those that are missing are made. The one before them, good no more, stays where it
 * is known: a deployment that fails is taken back, and must find again what was good before it.
 */
export function rotated<K extends { readonly generation: number }>(kept: readonly K[], present: number, make: (generation: number) => K): readonly K[] {
  return [...kept.filter(({ generation }) => generation === present - 2), ...goodGenerations(present).map((generation) => kept.find((key) => key.generation === generation) ?? make(generation))];
}

/** Whether there is nothing to make or drop. */
export function isRotated(kept: readonly { readonly generation: number }[], present: number): boolean {
  const generations = kept.map(({ generation }) => generation);
  return goodGenerations(present).every((good) => generations.includes(good)) && generations.every((each) => each === present - 2 || goodGenerations(present).includes(each));
}

export function ofGeneration<K extends { readonly generation: number }>(keys: readonly K[], generation: number): K {
  const found = keys.find((key) => key.generation === generation);
  if (found === undefined) throw new WavecastError('internal', `The keys of download links have no generation ${generation}.`, { remedy: 'Deploy both stacks again, the one with the data first.' });
  return found;
}
