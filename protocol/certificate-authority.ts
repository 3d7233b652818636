/** Our own certification authority: makes itself, issues device identities, and tells whether a certificate is one of its own. */
import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { DAY, type Instant } from '../core/ambient.ts';

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const YEAR = 365 * DAY;
/** Clocks of devices may be behind ours. */
const BACKDATE = DAY;

/** As it is kept in the secret store. */
export interface Authority {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A new authority: RSA 2048, which every SCEP client can encrypt to; self-signed. */
export async function createAuthority(commonName: string, now: Instant, years: number): Promise<Authority> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKeyPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = await importPublicKey(pair.publicKey);
  const name = new x509.Name([{ CN: [commonName] }]).toString();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(), subject: name, issuer: name, notBefore: new Date(now - BACKDATE), notAfter: new Date(now + years * YEAR),
    signingAlgorithm: RSA, publicKey, signingKey: await importPrivateKey(pair.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { certificatePem: certificate.toString('pem'), privateKeyPem };
}

export interface IdentityRequest {
  readonly authority: Authority;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly commonName: string;
  readonly now: Instant;
  /** Milliseconds; no identity outlives its authority. */
  readonly life: number;
}

/** A device's identity: for client authentication and signing, nothing else. */
export async function issueIdentity({ authority, publicKey, commonName, now, life }: IdentityRequest): Promise<X509Certificate> {
  const issuer = new X509Certificate(authority.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(), subject: new x509.Name([{ CN: [commonName] }]).toString(), issuer: new x509.X509Certificate(new Uint8Array(issuer.raw)).subject,
    notBefore: new Date(now - BACKDATE), notAfter: new Date(Math.min(now + life, issuer.validToDate.getTime())), signingAlgorithm: RSA,
    publicKey: new x509.PublicKey(new Uint8Array(publicKey)), signingKey: await importPrivateKey(createPrivateKey(authority.privateKeyPem)),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(new x509.X509Certificate(new Uint8Array(issuer.raw))),
    ],
  });
  return new X509Certificate(Buffer.from(certificate.rawData));
}

/** Keys that are certified, and to whose holders answers are sealed: RSA 2048 to 4096 with a sane exponent, or EC on P-256 and stronger. */
export function isStrongKey(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
  // Exponents as FIPS 186-5 has them, but for those that would make a check costly.
  return key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096 && publicExponent >= 65_537n && publicExponent < 2n ** 64n && publicExponent % 2n === 1n;
}

/** 16 random bytes, positive and of full length. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function importPrivateKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })), RSA, false, ['sign']);
}

async function importPublicKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', new Uint8Array(key.export({ type: 'spki', format: 'der' })), RSA, true, ['verify']);
}
