/** SCEP (RFC 8894), the server's side: PKCSReq in, CertRep out. */
import 'reflect-metadata';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Instant } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { checkSubjectKey, type Authority } from '../certificate-authority.ts';
import { bagOfCertificates, signData, verifySignedData } from '../cms.ts';
import { failInfos, messageTypes, octets, pkiStatuses, printable, readOctets, readText, scepOids, type FailInfo } from './attributes.ts';
import { seal, unseal } from './envelope.ts';

/** Answer to GetCACaps. */
export const CAPABILITIES = ['AES', 'POSTPKIOperation', 'SHA-256', 'SHA-512', 'SCEPStandard'].join('\n');

/** Longest message that is looked at; a PKCSReq has 3 to 6 KB. */
const LONGEST_MESSAGE = 64 * 1024;

export interface PkcsReq {
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
  /** SubjectPublicKeyInfo of the request, whose possession the requester has proven. */
  readonly publicKey: Uint8Array;
  readonly challenge: string;
  /** Who signed the message: the reply is sealed for it. */
  readonly requester: X509Certificate;
}

/** What is known of a message that must be answered with a failure. */
export type PkcsReqResult = { readonly request: PkcsReq } | { readonly failure: FailInfo; readonly transactionId: string; readonly senderNonce: Uint8Array };

/**
 * Reads a PKIOperation. Throws `invalid-input` or `identity-refused` for bytes that are no SCEP message at all (the
 * answer is then a plain 400); what is one and cannot be granted is a failure to be answered in SCEP.
 */
export async function decodePkiOperation(bytes: Uint8Array, authority: Authority): Promise<PkcsReqResult> {
  if (bytes.byteLength > LONGEST_MESSAGE) throw new WavecastError('too-large', 'The SCEP message is too large.');
  const { content, signer, attributes } = verifySignedData(bytes);
  const transactionId = readText(attributes.get(scepOids.transactionId), 'transaction id');
  const senderNonce = readOctets(attributes.get(scepOids.senderNonce)) ?? new Uint8Array();
  const messageType = readText(attributes.get(scepOids.messageType), 'message type');
  const failed = (failure: FailInfo): PkcsReqResult => ({ failure, transactionId, senderNonce });
  if (messageType !== messageTypes.pkcsReq) return failed('badRequest');
  let inner: Uint8Array;
  try {
    inner = unseal(content, createPrivateKey(authority.privateKeyPem));
  } catch {
    return failed('badMessageCheck');
  }
  const csr = await readRequest(inner);
  if (csr === undefined) return failed('badMessageCheck');
  try {
    checkSubjectKey(csr.publicKey);
  } catch {
    return failed('badAlg');
  }
  return { request: { transactionId, senderNonce, requester: signer, ...csr } };
}

async function readRequest(der: Uint8Array): Promise<Pick<PkcsReq, 'publicKey' | 'challenge'> | undefined> {
  try {
    const csr = new x509.Pkcs10CertificateRequest(new Uint8Array(der));
    const challenge = csr.getAttribute('1.2.840.113549.1.9.7');
    if (!(challenge instanceof x509.ChallengePasswordAttribute) || !(await csr.verify())) return undefined;
    return { publicKey: new Uint8Array(csr.publicKey.rawData), challenge: challenge.password };
  } catch {
    return undefined;
  }
}

/** Answers that the certificate is granted: the certificate and ours, sealed for the requester. */
export function encodeSuccess(request: Pick<PkcsReq, 'transactionId' | 'senderNonce' | 'requester'>, certificate: X509Certificate, authority: Authority, now: Instant): Uint8Array {
  return certRep(seal(bagOfCertificates([certificate]), request.requester), request, pkiStatuses.success, undefined, authority, now);
}

/** Answers that it is not granted. */
export function encodeFailure(request: Pick<PkcsReq, 'transactionId' | 'senderNonce'>, failure: FailInfo, authority: Authority, now: Instant): Uint8Array {
  return certRep(new Uint8Array(), request, pkiStatuses.failure, failure, authority, now);
}

function certRep(content: Uint8Array, request: Pick<PkcsReq, 'transactionId' | 'senderNonce'>, status: string, failure: FailInfo | undefined, authority: Authority, now: Instant): Uint8Array {
  const attributes = new Map<string, Uint8Array>([
    [scepOids.messageType, printable(messageTypes.certRep)],
    [scepOids.pkiStatus, printable(status)],
    [scepOids.transactionId, printable(request.transactionId)],
    [scepOids.recipientNonce, octets(request.senderNonce)],
    [scepOids.senderNonce, octets(randomBytes(16))],
    ...(failure === undefined ? [] : [[scepOids.failInfo, printable(failInfos[failure])] as const]),
  ]);
  return signData(content, { certificate: new X509Certificate(authority.certificatePem), key: createPrivateKey(authority.privateKeyPem), time: now, attributes }, false);
}
