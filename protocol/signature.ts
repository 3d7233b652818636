/** The `Mdm-Signature` header: base64 of a detached SignedData over the request's body, made with the device's identity. */
import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { parseSha256, type Sha256 } from '../core/ids.ts';
import { signData, verifySignedData } from './cms.ts';

export interface VerifiedSigner {
  readonly certificate: X509Certificate;
  readonly fingerprint: Sha256;
}

/** About 2 KB in practice; API Gateway itself refuses headers beyond 10,240 bytes. */
const LONGEST_HEADER = 10_240;

/** Who signed `body`. Whether that certificate is ours, valid and pinned is for others to say. Throws `identity-refused`. */
export function verifyMdmSignature(header: string | undefined, body: Uint8Array): VerifiedSigner {
  if (header === undefined || header === '' || header.length > LONGEST_HEADER || !/^[A-Za-z0-9+/=\s]+$/.test(header)) {
    throw new WavecastError('identity-refused', 'The request carries no signature that can be read.');
  }
  const { signer } = verifySignedData(Buffer.from(header, 'base64'), body);
  return { certificate: signer, fingerprint: fingerprintOf(signer.raw) };
}

/** The client's certificate of mutual TLS, PEM, whose key the other side has proven to have. Throws `identity-refused`. */
export function readClientCertificate(pem: string): VerifiedSigner {
  try {
    const certificate = new X509Certificate(pem);
    return { certificate, fingerprint: fingerprintOf(certificate.raw) };
  } catch {
    throw new WavecastError('identity-refused', 'The client certificate cannot be read.');
  }
}

/** The device's side. */
export function signMdmBody(body: Uint8Array, identity: { readonly certificate: X509Certificate; readonly key: KeyObject }, time: number): string {
  return Buffer.from(signData(body, { ...identity, time }, true)).toString('base64');
}

/** SHA-256 of a certificate's DER: what an enrolment is pinned to. */
export function fingerprintOf(der: Uint8Array): Sha256 {
  return parseSha256(createHash('sha256').update(der).digest('hex'));
}
