/** SCEP's messages (RFC 8894, section 3), put together and taken apart with PKI.js. */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { ObjectIdentifier, OctetString, PrintableString, UTCTime } from 'asn1js';
import { Attribute, Certificate, ContentInfo, EncapsulatedContentInfo, IssuerAndSerialNumber, SignedAndUnsignedAttributes, SignedData, SignerInfo } from 'pkijs';

const SCEP = '2.16.840.1.113733.1.9';
const oids = { messageType: `${SCEP}.2`, pkiStatus: `${SCEP}.3`, failInfo: `${SCEP}.4`, senderNonce: `${SCEP}.5`, recipientNonce: `${SCEP}.6`, transactionId: `${SCEP}.7` } as const;
const cms = { data: '1.2.840.113549.1.7.1', signedData: '1.2.840.113549.1.7.2', contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4', signingTime: '1.2.840.113549.1.9.5' } as const;

export type Digest = 'SHA-1' | 'SHA-256' | 'SHA-512';

export interface Request {
  readonly message: Buffer;
  readonly transactionId: string;
  readonly senderNonce: Buffer;
}

/** A PKCSReq: `sealed` is the request in its envelope; signed with a self-made certificate, DER, and its key, PKCS #8. */
export async function pkcsReq(sealed: Buffer, self: Buffer, keyBytes: Buffer, digest: Digest, now: Date): Promise<Request> {
  const certificate = Certificate.fromBER(self);
  const transactionId = createHash('sha1').update(Buffer.from(certificate.subjectPublicKeyInfo.toSchema().toBER())).digest('hex').toUpperCase();
  const senderNonce = randomBytes(16);
  const attribute = (type: string, value: unknown): Attribute => new Attribute({ type, values: [value] });
  const signed = new SignedData({
    version: 1, certificates: [certificate], encapContentInfo: new EncapsulatedContentInfo({ eContentType: cms.data, eContent: new OctetString({ valueHex: sealed }) }),
    signerInfos: [new SignerInfo({
      version: 1, sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
      signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes: [
        attribute(cms.contentType, new ObjectIdentifier({ value: cms.data })), attribute(cms.signingTime, new UTCTime({ valueDate: now })),
        attribute(cms.messageDigest, new OctetString({ valueHex: createHash(digest).update(sealed).digest() })),
        attribute(oids.messageType, new PrintableString({ value: '19' })), attribute(oids.transactionId, new PrintableString({ value: transactionId })),
        attribute(oids.senderNonce, new OctetString({ valueHex: senderNonce })),
      ] }),
    })],
  });
  const key = await webcrypto.subtle.importKey('pkcs8', keyBytes, { name: 'RSASSA-PKCS1-v1_5', hash: digest }, false, ['sign']);
  await signed.sign(key, 0, digest, sealed);
  return { message: Buffer.from(new ContentInfo({ contentType: cms.signedData, content: signed.toSchema(true) }).toSchema().toBER()), transactionId, senderNonce };
}

/** The server refused; `failInfo` as the RFC numbers it. */
export class ScepRefusal extends Error {
  readonly failInfo: string;

  constructor(failInfo: string) {
    super(`The SCEP server refused: failInfo ${failInfo}.`);
    this.failInfo = failInfo;
  }
}

/**
 * The envelope of a CertRep that grants. Throws `ScepRefusal`, and where the answer is not the authority's (DER), or none to
 * this request: another transaction, another nonce, a text that is no PrintableString.
 */
export async function envelopeIn(answer: Buffer, { transactionId, senderNonce }: Request, authority: Buffer): Promise<Buffer> {
  const content = ContentInfo.fromBER(answer);
  const signed = new SignedData({ schema: content.content as ConstructorParameters<typeof SignedData>[0] & object });
  const held = await signed.verify({ signer: 0, checkChain: false, extendedMode: true });
  if (held.signatureVerified !== true || !(held.signerCertificate instanceof Certificate) || !Buffer.from(held.signerCertificate.toSchema().toBER()).equals(authority)) throw new Error('The answer is not signed by the authority.');
  const attributes = signed.signerInfos[0]?.signedAttrs?.attributes ?? [];
  const valueOf = (type: string): unknown => {
    const [found, ...more] = attributes.filter((each) => each.type === type);
    if (more.length > 0 || (found !== undefined && found.values.length !== 1)) throw new Error('An attribute has one value.');
    return found?.values[0];
  };
  const text = (type: string): string => {
    const value = valueOf(type);
    if (!(value instanceof PrintableString)) throw new Error(`The attribute ${type} is no PrintableString.`);
    return value.getValue();
  };
  const octets = (type: string): Buffer => {
    const value = valueOf(type);
    if (!(value instanceof OctetString)) throw new Error(`The attribute ${type} is no OCTET STRING.`);
    return Buffer.from(value.getValue());
  };
  if (text(oids.messageType) !== '3') throw new Error('The answer is no CertRep.');
  if (text(oids.transactionId) !== transactionId || !octets(oids.recipientNonce).equals(senderNonce)) throw new Error('The answer is to another request.');
  if (octets(oids.senderNonce).length !== 16) throw new Error('The answer has no nonce of 16 bytes.');
  const status = text(oids.pkiStatus);
  if (status !== '0') throw status === '2' ? new ScepRefusal(text(oids.failInfo)) : new Error(`The status is ${status}.`);
  const { eContent } = signed.encapContentInfo;
  if (eContent === undefined) throw new Error('The answer has no content.');
  return Buffer.from(eContent.getValue());
}
