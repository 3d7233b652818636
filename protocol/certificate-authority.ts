/** Our own certification authority: makes itself, issues device identities, and tells whether a certificate is one of its own. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { DAY, type Instant } from '../core/ambient.ts';
import { WavecastError } from '../core/errors.ts';

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
  readonly years: number;
}

/** A device's identity: for client authentication and signing, nothing else. */
export async function issueIdentity({ authority, publicKey, commonName, now, years }: IdentityRequest): Promise<X509Certificate> {
  const issuer = new X509Certificate(authority.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(), subject: new x509.Name([{ CN: [commonName] }]).toString(), issuer: new x509.X509Certificate(new Uint8Array(issuer.raw)).subject,
    notBefore: new Date(now - BACKDATE), notAfter: new Date(now + years * YEAR), signingAlgorithm: RSA,
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

/** Weakest subject keys that are certified: RSA 2048 to 4096, or EC on P-256 and stronger. Throws `identity-refused`. */
export function checkSubjectKey(spki: Uint8Array): void {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    throw weak();
  }
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const strong = key.asymmetricKeyType === 'rsa' ? modulusLength >= 2048 && modulusLength <= 4096 : key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
  if (!strong) throw weak();
}

function weak(): WavecastError {
  return new WavecastError('identity-refused', 'The key of the request is not accepted.', { remedy: 'Use RSA with 2048 to 4096 bits, or EC P-256 or stronger.' });
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
