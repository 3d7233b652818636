/** PKCS #10 (RFC 2986) as far as SCEP needs it: the key, proof that the requester has it, and the challenge. Nothing else of it counts. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { WavecastError } from '../../core/errors.ts';
import type { DigestName } from '../cms.ts';
import { childrenOf, expected, membersOf, objectIdentifierOf, readElement, type Element } from '../der.ts';

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';

/** Of signature algorithms: RSA (PKCS #1 v1.5) and ECDSA. */
const digests: Readonly<Record<string, DigestName>> = {
  '1.2.840.113549.1.1.5': 'sha1', '1.2.840.113549.1.1.11': 'sha256', '1.2.840.113549.1.1.12': 'sha384', '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.1': 'sha1', '1.2.840.10045.4.3.2': 'sha256', '1.2.840.10045.4.3.3': 'sha384', '1.2.840.10045.4.3.4': 'sha512',
};

export interface SigningRequest {
  readonly key: KeyObject;
  /** Undefined where it is signed with a digest that nobody should use. */
  readonly digest: DigestName | undefined;
  readonly challenge: string | undefined;
  /** Whether the request is signed with its own key. Ask only of a key of sane size. */
  readonly isSigned: () => boolean;
}

/** Throws `invalid-input` where the bytes are none. */
export function readSigningRequest(der: Uint8Array): SigningRequest {
  try {
    return read(der);
  } catch {
    throw new WavecastError('invalid-input', 'The SCEP message holds no request for a certificate.');
  }
}

function read(der: Uint8Array): SigningRequest {
  const [info, algorithm, signature] = membersOf(readElement(der), 0x30);
  const [, , spki, attributes] = membersOf(info, 0x30);
  const key = createPublicKey({ key: Buffer.from(expected(spki, 0x30).raw), format: 'der', type: 'spki' });
  const digest = digests[objectIdentifierOf(membersOf(algorithm, 0x30)[0])];
  const signed = expected(info, 0x30).raw;
  // The first octet of a BIT STRING counts unused bits.
  const octets = expected(signature, 0x03).content.subarray(1);
  return {
    key, digest, challenge: attributes === undefined ? undefined : challengeOf(membersOf(attributes, 0xa0)),
    isSigned: () => digest !== undefined && verify(digest, signed, key, octets),
  };
}

function challengeOf(attributes: readonly Element[]): string | undefined {
  for (const attribute of attributes) {
    const [type, values] = membersOf(attribute, 0x30);
    if (objectIdentifierOf(type) === CHALLENGE_PASSWORD) return textOf(childrenOf(expected(values, 0x31))[0]);
  }
  return undefined;
}

/** PrintableString, UTF8String, IA5String, T61String, or BMPString. */
function textOf(element: Element | undefined): string | undefined {
  if (element === undefined) return undefined;
  const bytes = Buffer.from(element.content);
  if (element.tag === 0x1e) return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : undefined;
  return [0x0c, 0x13, 0x14, 0x16].includes(element.tag) ? bytes.toString('utf8') : undefined;
}
