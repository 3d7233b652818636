/**
 * The secret part of the address under which a placement is verified: of the same kind and proof as an instruction's
 * (install-link.ts), but it names a version and its own end, and no device.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { parseVersionId, type VersionId } from '../core/ids.ts';
import type { Instant } from '../core/ambient.ts';

export interface VerificationLink {
  readonly versionId: VersionId;
  readonly expiresAt: Instant;
}

/** What tells it from an instruction's: no wave's name begins so. */
const MARK = 'verify.';

/** `verify.<base64url of "versionId/expiresAt">.<base64url HMAC>`; `key` has 32 bytes. */
export function encodeVerificationLink({ versionId, expiresAt }: VerificationLink, key: Uint8Array): string {
  const name = Buffer.from(`${versionId}/${expiresAt}`, 'utf8').toString('base64url');
  return `${MARK}${name}.${proof(name, key).toString('base64url')}`;
}

export function isVerificationLink(text: string): boolean {
  return text.startsWith(MARK);
}

/** Any of `keys` may prove it. Throws `not-found` for anything that we did not make, without saying why. Whether it has ended is the caller's to see. */
export function decodeVerificationLink(text: string, keys: readonly Uint8Array[]): VerificationLink {
  const [name, given, ...rest] = text.slice(MARK.length).split('.');
  if (!isVerificationLink(text) || name === undefined || given === undefined || rest.length > 0) throw notFound();
  const presented = Buffer.from(given, 'base64url');
  if (!keys.some((key) => isProof(presented, proof(name, key)))) throw notFound();
  const [versionId, expiresAt] = Buffer.from(name, 'base64url').toString('utf8').split('/');
  return { versionId: parseVersionId(versionId), expiresAt: Number(expiresAt) };
}

function proof(name: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`verification-link/${name}`).digest();
}

function isProof(presented: Buffer, expected: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

function notFound(): WavecastError {
  return new WavecastError('not-found', 'There is nothing here.');
}
