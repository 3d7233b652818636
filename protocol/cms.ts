/** Cryptographic Message Syntax (RFC 5652), as far as MDM signatures, SCEP and profiles need it: SignedData of ours. signed-data.ts reads others'. */
import { createHash, sign, type KeyObject, type X509Certificate } from 'node:crypto';
import { Attribute, CertificateChoices, CertificateSet, CMSVersion, ContentInfo, DigestAlgorithmIdentifier, DigestAlgorithmIdentifiers, EncapsulatedContent, EncapsulatedContentInfo, id_data, id_signedData, IssuerAndSerialNumber, SignatureAlgorithmIdentifier, SignedData, SignerIdentifier, SignerInfo, SignerInfos } from '@peculiar/asn1-cms';
import { AsnConvert, AsnUTCTimeConverter, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { setOf } from './der.ts';

export const oids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** Digests that signers may use, by object identifier; SHA-1 comes from older clients. */
export const digestNames: Readonly<Record<string, DigestName>> = {
  '1.3.14.3.2.26': 'sha1',
  [oids.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

const digestOids = new Map(Object.entries(digestNames).map(([oid, name]) => [name, oid]));
const ecdsaOids: Readonly<Record<DigestName, string>> = { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3', sha512: '1.2.840.10045.4.3.4' };

export interface Signing {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly time: number;
  /** Further signed attributes: DER of the value, by object identifier. */
  readonly attributes?: ReadonlyMap<string, Uint8Array>;
  /** Certificates above the signer's, to be sent along. */
  readonly chain?: readonly X509Certificate[];
  /** Default: SHA-256. */
  readonly digest?: DigestName;
}

/** A device signs every message with the same certificate: reading it is a third of the work. */
const readOnce = new WeakMap<X509Certificate, Certificate>();

function contentOf(certificate: X509Certificate): Certificate {
  const known = readOnce.get(certificate) ?? AsnConvert.parse(certificate.raw, Certificate);
  readOnce.set(certificate, known);
  return known;
}

/** SignedData over `content`; `detached` leaves the content out. DER of the ContentInfo. */
export function signData(content: Uint8Array, { certificate, key, time, attributes, chain = [], digest: name = 'sha256' }: Signing, detached: boolean): Uint8Array {
  const parsed = contentOf(certificate);
  const digest = createHash(name).update(content).digest();
  const algorithm = digestOids.get(name) ?? oids.sha256;
  const signedAttrs = [
    attribute(oids.contentType, objectIdentifier(id_data)),
    attribute(oids.messageDigest, new Uint8Array(AsnConvert.serialize(new OctetString(digest)))),
    attribute(oids.signingTime, new Uint8Array(AsnUTCTimeConverter.toASN(new Date(time)).toBER())),
    ...[...(attributes ?? [])].map(([type, value]) => attribute(type, value)),
  ];
  const der = setOf(signedAttrs.map((each) => new Uint8Array(AsnConvert.serialize(each))));
  const isEc = certificate.publicKey.asymmetricKeyType === 'ec';
  const info = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer: parsed.tbsCertificate.issuer, serialNumber: parsed.tbsCertificate.serialNumber }) }),
    digestAlgorithm: new DigestAlgorithmIdentifier({ algorithm }),
    signedAttrs: sortedAttributes(signedAttrs),
    signatureAlgorithm: new SignatureAlgorithmIdentifier(isEc ? { algorithm: ecdsaOids[name] } : { algorithm: oids.rsaEncryption, parameters: null }),
    signature: new OctetString(sign(name, der, key)),
  });
  return contentInfo(new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([new DigestAlgorithmIdentifier({ algorithm })]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data, ...(detached ? {} : { eContent: new EncapsulatedContent({ single: new OctetString(content) }) }) }),
    certificates: new CertificateSet([parsed, ...chain.map(contentOf)].map((each) => new CertificateChoices({ certificate: each }))),
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
