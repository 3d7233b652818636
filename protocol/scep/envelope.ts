/** EnvelopedData (RFC 5652, section 6) for one RSA recipient: the sealed part of SCEP messages. */
import { constants, createCipheriv, createDecipheriv, privateDecrypt, publicEncrypt, randomBytes, type KeyObject, type X509Certificate } from 'node:crypto';
import { CMSVersion, ContentEncryptionAlgorithmIdentifier, ContentInfo, EncryptedContent, EncryptedContentInfo, EnvelopedData, id_data, id_envelopedData, IssuerAndSerialNumber, KeyEncryptionAlgorithmIdentifier, KeyTransRecipientInfo, RecipientIdentifier, RecipientInfo, RecipientInfos } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { WavecastError } from '../../core/errors.ts';
import { oids } from '../cms.ts';

const AES_128_CBC = '2.16.840.1.101.3.4.1.2';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const RSAES_OAEP = '1.2.840.113549.1.1.7';

interface Cipher {
  readonly name: string;
  readonly keyLength: number;
  readonly expand: (key: Buffer) => Buffer;
}

const same = (key: Buffer): Buffer => key;

/** Clients that ignore the capabilities still send the old ones. Single DES is triple DES with its key thrice. */
const ciphers: Readonly<Record<string, Cipher>> = {
  [AES_128_CBC]: { name: 'aes-128-cbc', keyLength: 16, expand: same },
  [AES_256_CBC]: { name: 'aes-256-cbc', keyLength: 32, expand: same },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24, expand: same },
  '1.3.14.3.2.7': { name: 'des-ede3-cbc', keyLength: 8, expand: (key) => Buffer.concat([key, key, key]) },
};

/** Seals `content` for the holder of `recipient`'s key, with AES-256-CBC. DER of the ContentInfo. */
export function seal(content: Uint8Array, recipient: X509Certificate): Uint8Array {
  const key = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
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
      contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier({ algorithm: AES_256_CBC, parameters: AsnConvert.serialize(new OctetString(iv)) }),
      encryptedContent: new EncryptedContent({ value: new OctetString(encrypted) }),
    }),
  });
  return new Uint8Array(AsnConvert.serialize(new ContentInfo({ contentType: id_envelopedData, content: AsnConvert.serialize(enveloped) })));
}

/**
 * Opens what was sealed for `key`. One error for every way in which that fails, so that nobody learns from it: throws
 * `invalid-input`. A wrong padding of the key transport decrypts to noise (OpenSSL's implicit rejection) and fails later alike.
 */
export function unseal(der: Uint8Array, key: KeyObject): Uint8Array {
  try {
    const info = AsnConvert.parse(der, ContentInfo);
    if (info.contentType !== id_envelopedData) throw new Error('not enveloped');
    const { recipientInfos, encryptedContentInfo } = AsnConvert.parse(info.content, EnvelopedData);
    const [recipient] = recipientInfos;
    const { algorithm, parameters } = encryptedContentInfo.contentEncryptionAlgorithm;
    const cipher = ciphers[algorithm];
    if (recipient?.ktri === undefined || cipher === undefined || parameters === undefined || parameters === null) throw new Error('not supported');
    const padding = recipient.ktri.keyEncryptionAlgorithm.algorithm === RSAES_OAEP ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING;
    const contentKey = privateDecrypt({ key, padding }, Buffer.from(recipient.ktri.encryptedKey.buffer));
    if (contentKey.length !== cipher.keyLength) throw new Error('wrong key');
    const iv = Buffer.from(AsnConvert.parse(parameters, OctetString).buffer);
    const decipher = createDecipheriv(cipher.name, cipher.expand(contentKey), iv);
    return Buffer.concat([decipher.update(encryptedBytes(encryptedContentInfo.encryptedContent)), decipher.final()]);
  } catch {
    throw new WavecastError('invalid-input', 'The SCEP message is not sealed for this server, or is damaged.');
  }
}

function encryptedBytes(content: EncryptedContent | undefined): Buffer {
  const parts = content?.constructedValue ?? (content?.value === undefined ? [] : [content.value]);
  return Buffer.concat(parts.map((part) => Buffer.from(part.buffer)));
}
