/** SCEP (RFC 8894), the server's side: PKCSReq and RenewalReq in, CertRep out. */
import 'reflect-metadata';
import { createPrivateKey, randomBytes, X509Certificate, type KeyObject } from 'node:crypto';
import { DAY, type Instant } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { isStrongKey, type Authority } from '../certificate-authority.ts';
import { bagOfCertificates, oids, signData, type DigestName } from '../cms.ts';
import { instantOf, readElement } from '../der.ts';
import { readSignedData, type SignedMessage } from '../signed-data.ts';
import { failInfos, messageTypes, octets, pkiStatuses, printable, readOctets, readText, scepOids, type FailInfo } from './attributes.ts';
import { isLegacyCipher, readEnvelope, seal, type CipherName } from './envelope.ts';
import { readSigningRequest } from './signing-request.ts';

/** Answer to GetCACaps. What is legacy is not among it: who follows it has no need of it. */
export const CAPABILITIES = ['AES', 'POSTPKIOperation', 'Renewal', 'SHA-256', 'SHA-512', 'SCEPStandard'].join('\n');

/** Longest message that is looked at; a PKCSReq has 3 to 6 KB. */
const LONGEST_MESSAGE = 64 * 1024;

/** A clock that is further off would find its new certificate invalid; a challenge is used once whatever the time. */
const LARGEST_SKEW = 30 * DAY;

/** Whether single DES, triple DES and SHA-1 are accepted. */
export type LegacyScep = 'accept' | 'refuse';

/** What is known of a message, and what its answer needs. */
export interface ScepMessage {
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
  /** Who signed the message: the answer is sealed for it. */
  readonly requester: X509Certificate;
  /** Of ours, whom the requester asked: the answer is signed by it. */
  readonly authority: Authority;
  /** What the requester used, and so understands. */
  readonly digest: DigestName;
  readonly cipher: CipherName;
}

export type PkiOperation = ScepMessage & (
  | {
      /** `renewal`: the requester's certificate vouches for it; else its challenge does. */
      readonly kind: 'enrolment' | 'renewal';
      /** SubjectPublicKeyInfo of the request, whose possession the requester has proven. */
      readonly publicKey: Uint8Array;
      readonly challenge: string | undefined;
    }
  /** Is to be answered with a failure. */
  | { readonly kind: 'failure'; readonly failure: FailInfo }
);

/**
 * Reads a PKIOperation for one of `authorities`, the current one first. Throws `invalid-input` or `identity-refused` for
 * bytes that are no SCEP message at all (the answer is then a plain 400); what is one and cannot be granted is a failure
 * to be answered in SCEP.
 */
export function decodePkiOperation(bytes: Uint8Array, authorities: readonly [Authority, ...Authority[]], now: Instant, legacy: LegacyScep = 'accept'): PkiOperation {
  if (bytes.byteLength > LONGEST_MESSAGE) throw new WavecastError('too-large', 'The SCEP message is too large.');
  const signed = readSignedData(bytes);
  const message = beginning(signed, authorities[0]);
  const failed = (failure: FailInfo): PkiOperation => ({ ...message, kind: 'failure', failure });
  if (signed.digest === undefined || (legacy === 'refuse' && signed.digest === 'sha1')) return failed('badAlg');
  // An answer can be sealed for RSA alone.
  if (!isStrongKey(signed.key) || signed.key.asymmetricKeyType !== 'rsa') return failed('badAlg');
  if (signed.fault() !== undefined) return failed('badMessageCheck');
  const time = signed.attributes.get(oids.signingTime);
  if (time !== undefined && !isNear(time, now)) return failed('badTime');
  const messageType = readText(signed.attributes.get(scepOids.messageType), 'message type');
  const kind = messageType === messageTypes.pkcsReq ? 'enrolment' : messageType === messageTypes.renewalReq ? 'renewal' : undefined;
  // Nothing is ever pending, and no certificate is given to anyone but its owner: neither is there to be had.
  if (kind === undefined) return failed(messageType === messageTypes.certPoll || messageType === messageTypes.getCert ? 'badCertId' : 'badRequest');
  return opened(message, kind, signed.content, authorities, legacy);
}

function beginning({ attributes, signer, digest }: SignedMessage, authority: Authority): ScepMessage {
  return {
    transactionId: readText(attributes.get(scepOids.transactionId), 'transaction id'), senderNonce: nonceOf(attributes), requester: signer, authority,
    // Where the requester's own is none, what it should know.
    digest: digest ?? 'sha256', cipher: 'aes-128',
  };
}

function nonceOf(attributes: ReadonlyMap<string, Uint8Array>): Uint8Array {
  try {
    return readOctets(attributes.get(scepOids.senderNonce)) ?? new Uint8Array();
  } catch {
    throw new WavecastError('invalid-input', 'The SCEP message has no usable nonce.');
  }
}

function isNear(time: Uint8Array, now: Instant): boolean {
  try {
    return Math.abs(instantOf(readElement(time)) - now) <= LARGEST_SKEW;
  } catch {
    return false;
  }
}

function opened(unopened: ScepMessage, kind: 'enrolment' | 'renewal', content: Uint8Array, authorities: readonly [Authority, ...Authority[]], legacy: LegacyScep): PkiOperation {
  let message = unopened;
  const failed = (failure: FailInfo): PkiOperation => ({ ...message, kind: 'failure', failure });
  try {
    const envelope = readEnvelope(content);
    if (envelope.cipher === undefined || (legacy === 'refuse' && isLegacyCipher(envelope.cipher))) return failed('badAlg');
    message = { ...message, cipher: envelope.cipher, authority: authorities.find(({ certificatePem }) => envelope.isFor(new X509Certificate(certificatePem))) ?? message.authority };
    const { certificatePem, privateKeyPem } = message.authority;
    const request = readSigningRequest(envelope.open(new X509Certificate(certificatePem), createPrivateKey(privateKeyPem)));
    if (!isStrongKey(request.key) || request.digest === undefined || (legacy === 'refuse' && request.digest === 'sha1')) return failed('badAlg');
    if (!request.isSigned()) return failed('badMessageCheck');
    return { ...message, kind, publicKey: new Uint8Array(request.key.export({ type: 'spki', format: 'der' })), challenge: request.challenge };
  } catch {
    // Sealed for somebody else, damaged, or noise inside: one answer for all, from which nobody learns.
    return failed('badMessageCheck');
  }
}

/** Answers that the certificate is granted: the certificate and ours, sealed for the requester. */
export function encodeSuccess(message: ScepMessage, certificate: X509Certificate, now: Instant): Uint8Array {
  return certRep(seal(bagOfCertificates([certificate]), message.requester, message.cipher), message, pkiStatuses.success, undefined, now);
}

/** Answers that it is not granted. */
export function encodeFailure(message: ScepMessage, failure: FailInfo, now: Instant): Uint8Array {
  return certRep(new Uint8Array(), message, pkiStatuses.failure, failure, now);
}

function certRep(content: Uint8Array, { transactionId, senderNonce, authority, digest }: ScepMessage, status: string, failure: FailInfo | undefined, time: Instant): Uint8Array {
  const attributes = new Map<string, Uint8Array>([
    [scepOids.messageType, printable(messageTypes.certRep)],
    [scepOids.pkiStatus, printable(status)],
    [scepOids.transactionId, printable(transactionId)],
    [scepOids.recipientNonce, octets(senderNonce)],
    [scepOids.senderNonce, octets(randomBytes(16))],
    ...(failure === undefined ? [] : [[scepOids.failInfo, printable(failInfos[failure])] as const]),
  ]);
  return signData(content, { ...signerOf(authority), time, attributes, digest }, false);
}

/** Answer to GetNextCACert: the authority that has followed, vouched for by the one that the client knows. */
export function encodeNextAuthority(next: X509Certificate, known: Authority, time: Instant): Uint8Array {
  return signData(bagOfCertificates([next]), { ...signerOf(known), time }, false);
}

function signerOf({ certificatePem, privateKeyPem }: Authority): { readonly certificate: X509Certificate; readonly key: KeyObject } {
  return { certificate: new X509Certificate(certificatePem), key: createPrivateKey(privateKeyPem) };
}
