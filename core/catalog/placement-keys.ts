/** Where files lie on the communication server. */
import { parseSha256, type Sha256 } from '../ids.ts';

/** Chunks of the manifest's digests, bytes: a broken download is noticed and repeated chunk by chunk. */
export const CHUNK_SIZE = 10 * 1024 * 1024;

/** As administrators put it there. */
export function incomingKey(fileName: string): string {
  return `incoming/${fileName}`;
}

/** The copy that is served: under its digest, so that nothing can be swapped under a rollout. */
export function packageKey(digest: Sha256, fileName: string): string {
  return `${placeOfPackage(digest)}${fileName}`;
}

/** The folder of all that belongs to a build. */
export function placeOfPackage(digest: Sha256): string {
  return `packages/${digest}/`;
}

export type PlacedKey = { readonly kind: 'incoming'; readonly fileName: string } | { readonly kind: 'package'; readonly digest: Sha256 };

/** What a key is of; undefined for keys that are none of these. */
export function placedKey(key: string): PlacedKey | undefined {
  const [, fileName] = /^incoming\/([^/]+)$/.exec(key) ?? [];
  if (fileName !== undefined) return { kind: 'incoming', fileName };
  const [, digest] = /^packages\/([0-9a-f]{64})\/[^/]+$/.exec(key) ?? [];
  return digest === undefined ? undefined : { kind: 'package', digest: parseSha256(digest) };
}
