/** Cryptographic Message Syntax (RFC 5652), as far as MDM signatures, SCEP and profiles need it: SignedData and its signer. */
import { createHash, createPublicKey, sign, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { Attribute, CertificateChoices, CertificateSet, CMSVersion, ContentInfo, DigestAlgorithmIdentifier, DigestAlgorithmIdentifiers, EncapsulatedContent, EncapsulatedContentInfo, id_data, id_signedData, IssuerAndSerialNumber, SignatureAlgorithmIdentifier, SignedData, SignerIdentifier, SignerInfo, SignerInfos } from '@peculiar/asn1-cms';
import { AsnConvert, AsnUTCTimeConverter, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { WavecastError } from '../core/errors.ts';

export const oids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** Digests that signers may use, by object identifier; SHA-1 comes from older clients. */
const digests: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  [oids.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** What a SignedData says, once its signature was found to be right. That says nothing about who the signer is. */
export interface VerifiedContent {
  readonly content: Uint8Array;
  readonly signer: X509Certificate;
  /** Signed attributes: DER of the first value, by object identifier. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a SignedData of one signer whose certificate is inside, and checks the signature over its signed attributes
 * and their message digest over the content (`detached` where the content is not inside). Throws `identity-refused`.
 */
export function verifySignedData(der: Uint8Array, detached?: Uint8Array): VerifiedContent {
  try {
    return verified(der, detached);
  } catch (error) {
    // Keys, numbers and attributes deep inside are read late; whatever cannot be read is no signature.
    if (error instanceof WavecastError) throw error;
    throw refused('It cannot be read.');
  }
}

function verified(der: Uint8Array, detached?: Uint8Array): VerifiedContent {
  const signedData = parseSignedData(der);
  const [info, ...more] = signedData.signerInfos;
  if (info === undefined || more.length > 0) throw refused('It must have one signer.');
  const content = detached ?? new Uint8Array(signedData.encapContentInfo.eContent?.single?.buffer ?? new ArrayBuffer(0));
  const signer = signerCertificate(signedData, info);
  const digest = digests[info.digestAlgorithm.algorithm];
  if (digest === undefined) throw refused('Its digest is of no known kind.');
  const attributes = new Map((info.signedAttrs ?? []).map(({ attrType, attrValues: [value] }) => [attrType, new Uint8Array(value ?? new ArrayBuffer(0))]));
  const stated = attributes.get(oids.messageDigest);
  if (stated === undefined || !attributes.has(oids.contentType)) throw refused('Its signed attributes are not complete.');
  const actual = createHash(digest).update(content).digest();
  if (!actual.equals(Buffer.from(AsnConvert.parse(stated, OctetString).buffer))) throw refused('It was made over other bytes.');
  // The attributes are signed as a SET in DER's order (RFC 5652, section 5.4); some clients sign the order they send.
  const members = (info.signedAttrs ?? []).map((each) => new Uint8Array(AsnConvert.serialize(each)));
  const signature = Buffer.from(info.signature.buffer);
  if (![inDerOrder(members), members].some((order) => holds(digest, setOf(order), signer.publicKey, signature))) throw refused('It does not hold.');
  return { content, signer, attributes };
}

function holds(digest: string, signed: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verify(digest, signed, key, signature);
  } catch {
    return false;
  }
}

function parseSignedData(der: Uint8Array): SignedData {
  try {
    const info = AsnConvert.parse(der, ContentInfo);
    if (info.contentType !== id_signedData) throw refused('It is no signed data.');
    return AsnConvert.parse(info.content, SignedData);
  } catch (error) {
    if (error instanceof WavecastError) throw error;
    throw refused('It cannot be read.');
  }
}

/** The certificates inside, leaf and others, in the order sent. */
function certificatesOf(signedData: SignedData): readonly X509Certificate[] {
  if (signedData.certificates === undefined) return [];
  return signedData.certificates.flatMap(({ certificate }) => (certificate === undefined ? [] : [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))]));
}

function signerCertificate(signedData: SignedData, info: SignerInfo): X509Certificate {
  let certificates: readonly X509Certificate[];
  try {
    certificates = certificatesOf(signedData);
  } catch {
    throw refused('A certificate in it cannot be read.');
  }
  const serial = info.sid.issuerAndSerialNumber === undefined ? undefined : serialText(info.sid.issuerAndSerialNumber.serialNumber);
  const found = certificates.find((certificate) => (serial === undefined ? certificates.length === 1 : normalSerial(certificate.serialNumber) === serial));
  if (found === undefined) throw refused('The signer\'s certificate is not in it.');
  return found;
}

function serialText(bytes: ArrayBuffer): string {
  return normalSerial(Buffer.from(bytes).toString('hex'));
}

function normalSerial(hex: string): string {
  return hex.toUpperCase().replace(/^0+(?=.)/, '');
}

/** The content of a SignedData, without any look at its signature. Throws `identity-refused` where it cannot be read. */
export function contentOfSignedData(der: Uint8Array): Uint8Array {
  const single = parseSignedData(der).encapContentInfo.eContent?.single;
  if (single === undefined) throw refused('It has no content.');
  return new Uint8Array(single.buffer);
}

/** Certificates of a SignedData that carries nothing else (a degenerate one, as GetCACert and CertRep use). */
export function certificatesInSignedData(der: Uint8Array): readonly X509Certificate[] {
  return certificatesOf(parseSignedData(der));
}

export interface Signing {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly time: number;
  /** Further signed attributes: DER of the value, by object identifier. */
  readonly attributes?: ReadonlyMap<string, Uint8Array>;
}

/** SignedData over `content` with SHA-256; `detached` leaves the content out. DER of the ContentInfo. */
export function signData(content: Uint8Array, { certificate, key, time, attributes }: Signing, detached: boolean): Uint8Array {
  const parsed = AsnConvert.parse(certificate.raw, Certificate);
  const digest = createHash('sha256').update(content).digest();
  const signedAttrs = [
    attribute(oids.contentType, objectIdentifier(id_data)),
    attribute(oids.messageDigest, new Uint8Array(AsnConvert.serialize(new OctetString(digest)))),
    attribute(oids.signingTime, new Uint8Array(AsnUTCTimeConverter.toASN(new Date(time)).toBER())),
    ...[...(attributes ?? [])].map(([type, value]) => attribute(type, value)),
  ];
  const der = setOf(inDerOrder(signedAttrs.map((each) => new Uint8Array(AsnConvert.serialize(each)))));
  const info = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer: parsed.tbsCertificate.issuer, serialNumber: parsed.tbsCertificate.serialNumber }) }),
    digestAlgorithm: new DigestAlgorithmIdentifier({ algorithm: oids.sha256 }),
    signedAttrs: sortedAttributes(signedAttrs),
    signatureAlgorithm: new SignatureAlgorithmIdentifier({ algorithm: certificate.publicKey.asymmetricKeyType === 'ec' ? '1.2.840.10045.4.3.2' : oids.rsaEncryption, ...(certificate.publicKey.asymmetricKeyType === 'ec' ? {} : { parameters: null }) }),
    signature: new OctetString(sign('sha256', der, key)),
  });
  return contentInfo(new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([new DigestAlgorithmIdentifier({ algorithm: oids.sha256 })]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data, ...(detached ? {} : { eContent: new EncapsulatedContent({ single: new OctetString(content) }) }) }),
    certificates: new CertificateSet([new CertificateChoices({ certificate: parsed })]),
    signerInfos: new SignerInfos([info]),
  }));
}

/** SignedData without content or signer: a bag of certificates (RFC 5652, section 5). */
export function bagOfCertificates(certificates: readonly X509Certificate[]): Uint8Array {
  return contentInfo(new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data }),
    certificates: new CertificateSet(certificates.map(({ raw }) => new CertificateChoices({ certificate: AsnConvert.parse(raw, Certificate) }))),
    signerInfos: new SignerInfos([]),
  }));
}

function contentInfo(signedData: SignedData): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(new ContentInfo({ contentType: id_signedData, content: AsnConvert.serialize(signedData) })));
}

function attribute(attrType: string, value: Uint8Array): Attribute {
  return new Attribute({ attrType, attrValues: [new Uint8Array(value).buffer] });
}

/** DER orders the members of a SET by their encoding; what is signed must be what a strict reader encodes again. */
function sortedAttributes(attributes: readonly Attribute[]): Attribute[] {
  return attributes.toSorted((a, b) => Buffer.compare(Buffer.from(AsnConvert.serialize(a)), Buffer.from(AsnConvert.serialize(b))));
}

/** DER orders the members of a SET by their encoding. */
function inDerOrder(members: readonly Uint8Array[]): readonly Uint8Array[] {
  return members.toSorted((a, b) => Buffer.compare(a, b));
}

function setOf(members: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(members);
  const length = body.length < 0x80 ? Buffer.from([body.length]) : body.length < 0x100 ? Buffer.from([0x81, body.length]) : Buffer.from([0x82, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([0x31]), length, body]);
}

function objectIdentifier(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap((arc) => base128(arc))];
  return new Uint8Array([0x06, bytes.length, ...bytes]);
}

function base128(arc: number): readonly number[] {
  const groups = [arc & 0x7f];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
  return groups;
}

/** The public key in a SubjectPublicKeyInfo. */
export function publicKeyFrom(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

function refused(why: string): WavecastError {
  return new WavecastError('identity-refused', `The signature is not accepted. ${why}`);
}
