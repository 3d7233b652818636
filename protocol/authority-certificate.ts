/** Certificates of authorities: what they say, and whether one that an administrator brings can be ours. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { StoredAuthority } from '../core/device/authority.ts';
import type { Instant } from '../core/ambient.ts';
import { WavecastError } from '../core/errors.ts';
import type { Sha256 } from '../core/ids.ts';
import { childrenOf, expected, membersOf, objectIdentifierOf, octetsOf, readElement } from './der.ts';
import { fingerprintOf } from './signature.ts';

const KEY_USAGE = '2.5.29.15';
/** In the first octet of a KeyUsage, from the left: bit 5. */
const KEY_CERT_SIGN = 0x04;

export interface AuthorityFacts {
  readonly subject: string;
  readonly serialNumber: string;
  readonly validFrom: Instant;
  readonly expiresAt: Instant;
}

export function authorityFacts(pem: string): AuthorityFacts {
  const { subject, serialNumber, validFromDate, validToDate } = new X509Certificate(pem);
  return { subject: subject.replaceAll('\n', ', '), serialNumber, validFrom: validFromDate.getTime(), expiresAt: validToDate.getTime() };
}

/** SHA-256 of a certificate in PEM. */
export function fingerprintOfPem(pem: string): Sha256 {
  return fingerprintOf(new X509Certificate(pem).raw);
}

/**
 * An authority that exists elsewhere: its certificate, key and, unless it is a root, the certificates above it. All PEM.
 * Throws `invalid-input` where it cannot issue identities that our devices get by SCEP.
 */
export function readAuthority(certificatePem: string, keyPem: string, chainPem: string | undefined, now: Instant): StoredAuthority {
  const [certificate, ...more] = readCertificates(certificatePem);
  if (certificate === undefined) throw refused('There is no certificate.', 'Give the authority\'s certificate in PEM.');
  const chain = [...more, ...readCertificates(chainPem ?? '')];
  checkIssuer(certificate, now);
  if (!matchesKey(certificate, keyPem)) throw refused('The key does not belong to the certificate.', 'Give the unencrypted private key of this very certificate, in PEM.');
  let below = certificate;
  for (const above of chain) {
    if (!below.checkIssued(above) || !below.verify(above.publicKey)) throw refused('The chain is broken: one of its certificates did not issue the one before it.', 'Give the certificates in order, from the authority\'s issuer up to the root.');
    below = above;
  }
  return { certificate: certificate.toString(), key: createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'pem' }).toString(), ...(chain.length === 0 ? {} : { chain: chain.map((each) => each.toString()) }) };
}

function checkIssuer(certificate: X509Certificate, now: Instant): void {
  const { asymmetricKeyType, asymmetricKeyDetails: { modulusLength = 0 } = {} } = certificate.publicKey;
  // SCEP clients seal their requests for the authority itself: only RSA can be sealed for.
  if (asymmetricKeyType !== 'rsa' || modulusLength < 2048 || modulusLength > 4096) throw refused('The authority\'s key is not RSA of 2048 to 4096 bits.', 'SCEP clients must be able to encrypt to it: bring an RSA authority, or let Wavecast make one (`wavecast authority rotate`).');
  const usage = keyUsageOf(certificate);
  if (!certificate.ca || (usage !== undefined && (usage & KEY_CERT_SIGN) === 0)) throw refused('The certificate is none of an authority: it may not issue others.', 'Bring a certificate with CA:TRUE and the key usage keyCertSign.');
  if (now < certificate.validFromDate.getTime() || now >= certificate.validToDate.getTime()) throw refused('The certificate is not valid now.', 'Bring one that is; identities end with it at the latest.');
}

/** Throws `invalid-input` where the extensions are damaged. */
function keyUsageOf(certificate: X509Certificate): number | undefined {
  try {
    return keyUsageIn(certificate);
  } catch {
    throw refused('The certificate\'s extensions cannot be read.', 'Give the authority\'s certificate as it was issued, in PEM.');
  }
}

function keyUsageIn(certificate: X509Certificate): number | undefined {
  const extensions = membersOf(childrenOf(readElement(certificate.raw))[0], 0x30).find(({ tag }) => tag === 0xa3);
  if (extensions === undefined) return undefined;
  const found = membersOf(childrenOf(extensions)[0], 0x30).map((each) => membersOf(each, 0x30)).find(([type]) => objectIdentifierOf(type) === KEY_USAGE);
  return found === undefined ? undefined : expected(readElement(octetsOf(found.at(-1))), 0x03).content[1];
}

function matchesKey(certificate: X509Certificate, keyPem: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

function readCertificates(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map((each) => {
      const certificate = new X509Certificate(each);
      // A key that is none shows only here.
      if (certificate.publicKey.type !== 'public') throw new TypeError('no public key');
      return certificate;
    });
  } catch (cause) {
    throw new WavecastError('invalid-input', 'A certificate cannot be read.', { remedy: 'Give certificates in PEM.', cause });
  }
}

function refused(message: string, remedy: string): WavecastError {
  return new WavecastError('invalid-input', message, { remedy });
}
