/**
 * SignedData (RFC 5652, section 5) as others send it. Read where it lies: what is verified are the bytes that were sent, and
 * nothing hostile goes through a decoder of everything.
 */
import { createHash, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { childrenOf, expected, membersOf, objectIdentifierOf, octetsOf, readElement, setOf, type Element } from './der.ts';
import { digestNames, oids, type DigestName } from './cms.ts';

const ID_SIGNED_DATA = '1.2.840.113549.1.7.2';

/** A SignedData of one signer whose certificate is inside. Whether the signature is right, `fault` tells. */
export interface SignedMessage {
  readonly content: Uint8Array;
  readonly signer: X509Certificate;
  /** The signer's public key. */
  readonly key: KeyObject;
  /** Signed attributes: DER of the first value, by object identifier. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  /** Undefined where the signer used a digest that nobody should. */
  readonly digest: DigestName | undefined;
  /** Why the signature does not hold over attributes and content; undefined where it does. That says nothing about who the signer is. */
  readonly fault: () => string | undefined;
}

/** `detached` is the content where it is not inside. Throws `identity-refused` for what is no such message. */
export function readSignedData(der: Uint8Array, detached?: Uint8Array): SignedMessage {
  return readable(() => {
    const { content, certificates, signerInfos } = partsOf(der);
    const [info, ...more] = signerInfos;
    if (info === undefined || more.length > 0) throw refused('It must have one signer.');
    return messageOf(info, detached ?? content ?? new Uint8Array(), certificates);
  });
}

/** Reads a message and insists on its signature. Throws `identity-refused`. */
export function verifySignedData(der: Uint8Array, detached?: Uint8Array): SignedMessage {
  const message = readSignedData(der, detached);
  const fault = message.fault();
  if (fault !== undefined) throw refused(fault);
  return message;
}

/** The certificates in a SignedData, in the order sent: all that a degenerate one carries. Throws `identity-refused`. */
export function certificatesInSignedData(der: Uint8Array): readonly X509Certificate[] {
  return readable(() => partsOf(der).certificates.map(({ raw }) => new X509Certificate(raw)));
}

interface Parts {
  readonly content: Uint8Array | undefined;
  readonly certificates: readonly Element[];
  readonly signerInfos: readonly Element[];
}

function partsOf(der: Uint8Array): Parts {
  const [type, wrapped] = membersOf(readElement(der), 0x30);
  if (objectIdentifierOf(type) !== ID_SIGNED_DATA) throw refused('It is no signed data.');
  const [, , encapsulated, ...rest] = membersOf(membersOf(wrapped, 0xa0)[0], 0x30);
  const [, explicit] = membersOf(encapsulated, 0x30);
  const certificates = rest.find(({ tag }) => tag === 0xa0);
  return {
    content: explicit === undefined ? undefined : octetsOf(membersOf(explicit, 0xa0)[0]),
    // Other kinds of certificates than X.509 have a tag of their own.
    certificates: certificates === undefined ? [] : childrenOf(certificates).filter(({ tag }) => tag === 0x30),
    signerInfos: membersOf(rest.at(-1), 0x31),
  };
}

function messageOf(info: Element, content: Uint8Array, certificates: readonly Element[]): SignedMessage {
  const [, sid, digestAlgorithm, ...rest] = membersOf(info, 0x30);
  const signed = rest[0]?.tag === 0xa0 ? childrenOf(rest[0]) : [];
  const [, signature] = signed.length === 0 ? rest : rest.slice(1);
  const attributes = new Map(signed.map((attribute) => {
    const [type, values] = membersOf(attribute, 0x30);
    return [objectIdentifierOf(type), membersOf(values, 0x31)[0]?.raw ?? new Uint8Array()];
  }));
  const { signer, key } = signerAmong(certificates, sid);
  const digest = digestNames[objectIdentifierOf(membersOf(digestAlgorithm, 0x30)[0])];
  const signatureOctets = octetsOf(signature);
  return {
    content, signer, key, attributes, digest,
    fault: () => readable(() => faultOf(digest, content, attributes, signed.map(({ raw }) => raw), key, signatureOctets)),
  };
}

function faultOf(digest: DigestName | undefined, content: Uint8Array, attributes: ReadonlyMap<string, Uint8Array>, signed: readonly Uint8Array[], key: KeyObject, signature: Uint8Array): string | undefined {
  if (digest === undefined) return 'Its digest is of no known kind.';
  const stated = attributes.get(oids.messageDigest);
  if (stated === undefined || !attributes.has(oids.contentType)) return 'Its signed attributes are not complete.';
  if (!createHash(digest).update(content).digest().equals(octetsOf(readElement(stated)))) return 'It was made over other bytes.';
  if (!isAffordable(key)) return 'Its key is of no usable size.';
  // The attributes are signed as a SET in DER's order (RFC 5652, section 5.4); some clients sign the order they send.
  return holds(digest, setOf(signed), key, signature) || holds(digest, setOf(signed, 'as-given'), key, signature) ? undefined : 'It does not hold.';
}

/** Keys with which a signature takes a millisecond to check, not a second. How strong a key must be, others decide. */
function isAffordable(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'ec' || (key.asymmetricKeyType === 'rsa' && modulusLength <= 8192 && publicExponent < 2n ** 64n);
}

function holds(digest: DigestName, signed: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verify(digest, signed, key, signature);
  } catch {
    return false;
  }
}

function signerAmong(certificates: readonly Element[], sid: Element | undefined): Pick<SignedMessage, 'signer' | 'key'> {
  // By issuer and serial number, or by a key identifier: then the only certificate must be it.
  const serial = sid?.tag === 0x30 ? expected(childrenOf(sid)[1], 0x02).content : undefined;
  const found = certificates.find((certificate) => (serial === undefined ? certificates.length === 1 : serialOf(certificate).equals(withoutZeros(serial))));
  if (found === undefined) throw refused('The signer\'s certificate is not in it.');
  try {
    const signer = new X509Certificate(found.raw);
    // A key that is none shows only here.
    return { signer, key: signer.publicKey };
  } catch {
    throw refused('A certificate in it cannot be read.');
  }
}

/** Serial number of a certificate. Throws RangeError. */
export function serialOf(certificate: Element): Buffer {
  const members = childrenOf(expected(childrenOf(certificate)[0], 0x30));
  return withoutZeros(expected(members[members[0]?.tag === 0xa0 ? 1 : 0], 0x02).content);
}

export function withoutZeros(integer: Uint8Array): Buffer {
  const first = integer.findIndex((octet) => octet !== 0);
  return Buffer.from(integer.subarray(first === -1 ? integer.length : first));
}

/** Whatever cannot be read, deep inside or late, is no signature. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WavecastError) throw error;
    throw refused('It cannot be read.');
  }
}

function refused(why: string): WavecastError {
  return new WavecastError('identity-refused', `The signature is not accepted. ${why}`);
}
