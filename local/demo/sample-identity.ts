/**
 * Throwaway signing identities for sample packages: an RSA key that follows from a seed, and a self-signed certificate. They
 * are worth nothing, and make a package reproducible byte by byte.
 */
import 'reflect-metadata';
import { checkPrimeSync, createPrivateKey, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import type { Instant } from '../../core/ambient.ts';
import { seededBytes } from './seeded-bytes.ts';

export interface SampleIdentity {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

const publicExponent = 65_537n;
const primeBytes = 128;
const keys = new Map<string, KeyObject>();

/** A self-signed identity, good from `notBefore` to `notAfter`. The same arguments give the same bytes. */
export async function sampleIdentity(seed: string, subject: string, validity: { readonly notBefore: Instant; readonly notAfter: Instant }): Promise<SampleIdentity> {
  const key = keys.get(seed) ?? rsaKey(seed);
  keys.set(seed, key);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const jwk = key.export({ format: 'jwk' });
  const privateKey = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('jwk', { kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' }, algorithm, true, ['verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `4a${seededBytes(`${seed}/${subject}/serial`, 9).toString('hex')}`,
    subject, issuer: subject, notBefore: new Date(validity.notBefore), notAfter: new Date(validity.notAfter),
    signingAlgorithm: algorithm, signingKey: privateKey, publicKey,
  });
  return { key, certificate: new X509Certificate(Buffer.from(certificate.rawData)) };
}

/** RFC 8017 section 3.2, with primes found from the seed instead of by chance. */
function rsaKey(seed: string): KeyObject {
  const p = seededPrime(`${seed}/p`);
  const q = seededPrime(`${seed}/q`);
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const part = (value: bigint): string => Buffer.from(evenHex(value), 'hex').toString('base64url');
  return createPrivateKey({
    format: 'jwk',
    key: { kty: 'RSA', n: part(p * q), e: part(publicExponent), d: part(d), p: part(p), q: part(q), dp: part(d % (p - 1n)), dq: part(d % (q - 1n)), qi: part(inverse(q, p)) },
  });
}

function seededPrime(seed: string): bigint {
  const start = seededBytes(seed, primeBytes);
  // The two highest bits make the product 2048 bits long; the lowest makes it odd.
  start[0] = (start[0] ?? 0) | 0xc0;
  start[primeBytes - 1] = (start[primeBytes - 1] ?? 0) | 1;
  let candidate = BigInt(`0x${start.toString('hex')}`);
  while (candidate % publicExponent === 1n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1, s0, s1] = [value % modulus, modulus, 1n, 0n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  return ((s0 % modulus) + modulus) % modulus;
}

function evenHex(value: bigint): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}
