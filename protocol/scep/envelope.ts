/** EnvelopedData (RFC 5652, section 6) for one RSA recipient: the sealed part of SCEP messages. */
import { constants, createCipheriv, createDecipheriv, privateDecrypt, publicEncrypt, randomBytes, type KeyObject, type X509Certificate } from 'node:crypto';
import { CMSVersion, ContentEncryptionAlgorithmIdentifier, ContentInfo, EncryptedContent, EncryptedContentInfo, EnvelopedData, id_data, id_envelopedData, IssuerAndSerialNumber, KeyEncryptionAlgorithmIdentifier, KeyTransRecipientInfo, RecipientIdentifier, RecipientInfo, RecipientInfos } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { WavecastError } from '../../core/errors.ts';
import { oids } from '../cms.ts';
import { childrenOf, expected, membersOf, objectIdentifierOf, octetsOf, readElement, type Element } from '../der.ts';
import { serialOf, withoutZeros } from '../signed-data.ts';

const RSAES_OAEP = '1.2.840.113549.1.1.7';

interface Cipher {
  readonly oid: string;
  /** OpenSSL's name. */
  readonly name: string;
  readonly keyLength: number;
  readonly blockLength: number;
  readonly expand: (key: Buffer) => Buffer;
  /** Only for clients that ignore what we say that we can. */
  readonly legacy: boolean;
}

const same = (key: Buffer): Buffer => key;

const ciphers = {
  'aes-128': { oid: '2.16.840.1.101.3.4.1.2', name: 'aes-128-cbc', keyLength: 16, blockLength: 16, expand: same, legacy: false },
  'aes-192': { oid: '2.16.840.1.101.3.4.1.22', name: 'aes-192-cbc', keyLength: 24, blockLength: 16, expand: same, legacy: false },
  'aes-256': { oid: '2.16.840.1.101.3.4.1.42', name: 'aes-256-cbc', keyLength: 32, blockLength: 16, expand: same, legacy: false },
  'des-ede3': { oid: '1.2.840.113549.3.7', name: 'des-ede3-cbc', keyLength: 24, blockLength: 8, expand: same, legacy: true },
  // OpenSSL has no single DES any more; triple DES with one key thrice is it.
  des: { oid: '1.3.14.3.2.7', name: 'des-ede3-cbc', keyLength: 8, blockLength: 8, expand: (key: Buffer) => Buffer.concat([key, key, key]), legacy: true },
} as const satisfies Readonly<Record<string, Cipher>>;

export type CipherName = keyof typeof ciphers;
export const cipherNames: readonly CipherName[] = ['aes-128', 'aes-192', 'aes-256', 'des-ede3', 'des'];

export function isLegacyCipher(name: CipherName): boolean {
  return ciphers[name].legacy;
}

/** Seals `content` for the holder of `recipient`'s key. DER of the ContentInfo. */
export function seal(content: Uint8Array, recipient: X509Certificate, cipherName: CipherName = 'aes-256'): Uint8Array {
  const { oid, name, keyLength, blockLength, expand }: Cipher = ciphers[cipherName];
  const key = randomBytes(keyLength);
  const iv = randomBytes(blockLength);
  const cipher = createCipheriv(name, expand(key), iv);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  const { issuer, serialNumber } = AsnConvert.parse(recipient.raw, Certificate).tbsCertificate;
  const enveloped = new EnvelopedData({
    version: CMSVersion.v0,
    recipientInfos: new RecipientInfos([new RecipientInfo({ ktri: new KeyTransRecipientInfo({
      version: CMSVersion.v0,
      rid: new RecipientIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
      keyEncryptionAlgorithm: new KeyEncryptionAlgorithmIdentifier({ algorithm: oids.rsaEncryption, parameters: null }),
      encryptedKey: new OctetString(publicEncrypt({ key: recipient.publicKey, padding: constants.RSA_PKCS1_PADDING }, key)),
    }) })]),
    encryptedContentInfo: new EncryptedContentInfo({
      contentType: id_data,
      contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier({ algorithm: oid, parameters: AsnConvert.serialize(new OctetString(iv)) }),
      encryptedContent: new EncryptedContent({ value: new OctetString(encrypted) }),
    }),
  });
  return new Uint8Array(AsnConvert.serialize(new ContentInfo({ contentType: id_envelopedData, content: AsnConvert.serialize(enveloped) })));
}

/** An envelope that is whole, before it is opened: all of this is readable to anybody. */
export interface Envelope {
  /** Undefined where it is sealed by a cipher that we do not have. */
  readonly cipher: CipherName | undefined;
  /** Whether one of the envelope's recipients is the holder of this certificate. */
  readonly isFor: (certificate: X509Certificate) => boolean;
  /**
   * The content, for the holder of this certificate. One error for every way in which that fails, so that nobody learns
   * from it: throws `invalid-input`. A wrong padding of the key transport decrypts to noise (OpenSSL's implicit rejection)
   * and fails later alike.
   */
  readonly open: (certificate: X509Certificate, key: KeyObject) => Uint8Array;
}

/** Throws `invalid-input` for what is no envelope. */
export function readEnvelope(der: Uint8Array): Envelope {
  try {
    const [type, wrapped] = membersOf(readElement(der), 0x30);
    if (objectIdentifierOf(type) !== id_envelopedData) throw new RangeError('not enveloped');
    const parts = membersOf(membersOf(wrapped, 0xa0)[0], 0x30);
    const at = parts.findIndex(({ tag }) => tag === 0x31);
    // Recipients by key transport are SEQUENCEs; other kinds have tags of their own.
    const recipients = membersOf(parts[at], 0x31).filter(({ tag }) => tag === 0x30).map(recipientOf);
    const [, algorithm, content] = membersOf(parts[at + 1], 0x30);
    const [oid, parameters] = membersOf(algorithm, 0x30);
    const name = objectIdentifierOf(oid);
    const cipher = cipherNames.find((each) => ciphers[each].oid === name);
    const isFor = (certificate: X509Certificate): boolean => recipients.some((recipient) => recipient.serial.equals(serialOf(readElement(certificate.raw))));
    return {
      cipher, isFor,
      open(certificate, key) {
        try {
          const serial = serialOf(readElement(certificate.raw));
          const recipient = recipients.find((each) => each.serial.equals(serial));
          if (recipient === undefined || cipher === undefined) throw notForUs();
          return decrypted(ciphers[cipher], contentKeyOf(recipient, key), octetsOf(parameters), encryptedBytes(content));
        } catch {
          throw notForUs();
        }
      },
    };
  } catch {
    throw notForUs();
  }
}

interface Recipient {
  /** Of the recipient's certificate; empty where the recipient is named otherwise. */
  readonly serial: Buffer;
  readonly algorithm: string;
  readonly encryptedKey: Uint8Array;
}

function recipientOf(element: Element): Recipient {
  const [, rid, algorithm, encryptedKey] = childrenOf(element);
  return {
    serial: rid?.tag === 0x30 ? withoutZeros(expected(childrenOf(rid)[1], 0x02).content) : Buffer.alloc(0),
    algorithm: objectIdentifierOf(membersOf(algorithm, 0x30)[0]), encryptedKey: octetsOf(encryptedKey),
  };
}

function contentKeyOf({ algorithm, encryptedKey }: Recipient, key: KeyObject): Buffer {
  const padding = algorithm === RSAES_OAEP ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING;
  return privateDecrypt({ key, padding }, encryptedKey);
}

function decrypted(cipher: Cipher, key: Buffer, iv: Uint8Array, content: Uint8Array): Uint8Array {
  if (key.length !== cipher.keyLength) throw notForUs();
  const decipher = createDecipheriv(cipher.name, cipher.expand(key), iv);
  return Buffer.concat([decipher.update(content), decipher.final()]);
}

/** `[0] IMPLICIT OCTET STRING`, in one piece or several. */
function encryptedBytes(content: Element | undefined): Uint8Array {
  if (content?.tag === 0x80) return content.content;
  return Buffer.concat(membersOf(content, 0xa0).map((piece) => octetsOf(piece)));
}

function notForUs(): WavecastError {
  return new WavecastError('invalid-input', 'The SCEP message is not sealed for this server, or is damaged.');
}
