/** SCEP (RFC 8894), the device's side. */
import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, randomBytes, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Instant } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { signData } from '../cms.ts';
import { certificatesInSignedData, verifySignedData } from '../signed-data.ts';
import { messageTypes, octets, pkiStatuses, printable, readText, scepOids } from './attributes.ts';
import { readEnvelope, seal } from './envelope.ts';

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/** An RSA 2048 key. Off the main thread: many devices enrol at once. */
export function newDeviceKey(): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: 2048 }, (error, _publicKey, privateKey) => {
      if (error === null) resolve(privateKey);
      else reject(error);
    });
  });
}

/** A request under way: the message to send, and what is needed to read the answer. */
export interface PendingRequest {
  readonly message: Uint8Array;
  readonly transactionId: string;
  readonly key: KeyObject;
  /** Of the key, self-made: the answer is sealed for it. */
  readonly certificate: X509Certificate;
}

/** A PKCSReq for an RSA key, a fresh one unless another is given, sealed for the authority and signed with a self-made certificate of that key. */
export async function buildPkcsReq(authority: X509Certificate, challenge: string, commonName: string, now: Instant, keyOf: () => Promise<KeyObject> = newDeviceKey): Promise<PendingRequest> {
  const privateKey = await keyOf();
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })), RSA, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', new Uint8Array(spki), RSA, true, ['verify']),
  };
  const name = new x509.Name([{ CN: [commonName] }]).toString();
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: RSA, attributes: [new x509.ChallengePasswordAttribute(challenge)] });
  const own = await x509.X509CertificateGenerator.createSelfSigned({ serialNumber: randomBytes(8).toString('hex'), name, keys, signingAlgorithm: RSA, notBefore: new Date(now - 86_400_000), notAfter: new Date(now + 86_400_000) });
  const transactionId = createHash('sha256').update(spki).digest('hex').toUpperCase();
  const attributes = new Map<string, Uint8Array>([
    [scepOids.messageType, printable(messageTypes.pkcsReq)],
    [scepOids.transactionId, printable(transactionId)],
    [scepOids.senderNonce, octets(randomBytes(16))],
  ]);
  const certificate = new X509Certificate(Buffer.from(own.rawData));
  const message = signData(seal(new Uint8Array(csr.rawData), authority), { certificate, key: privateKey, time: now, attributes }, false);
  return { message, transactionId, certificate, key: createPrivateKey({ key: privateKey.export({ type: 'pkcs8', format: 'der' }), format: 'der', type: 'pkcs8' }) };
}

/** The certificate granted. Throws `identity-refused` where the answer is a failure, or from someone else than the authority. */
export function readCertRep(bytes: Uint8Array, pending: PendingRequest, authority: X509Certificate): X509Certificate {
  const { content, signer, attributes } = verifySignedData(bytes);
  if (!signer.raw.equals(authority.raw)) throw new WavecastError('identity-refused', 'The SCEP answer is not signed by the authority.');
  if (readText(attributes.get(scepOids.transactionId), 'transaction id') !== pending.transactionId) throw new WavecastError('identity-refused', 'The SCEP answer belongs to another request.');
  if (readText(attributes.get(scepOids.pkiStatus), 'status') !== pkiStatuses.success) {
    throw new WavecastError('identity-refused', `The SCEP request was refused: failInfo ${readText(attributes.get(scepOids.failInfo), 'failInfo')}.`);
  }
  const [certificate] = certificatesInSignedData(readEnvelope(content).open(pending.certificate, pending.key));
  if (certificate === undefined) throw new WavecastError('identity-refused', 'The SCEP answer holds no certificate.');
  return certificate;
}
