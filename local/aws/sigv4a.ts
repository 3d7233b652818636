/**
 * Signature Version 4A, the verifying side: ECDSA on P-256, with a key pair that is derived from the secret access key.
 * Source: AWS SDKs, "Signature Version 4A": key derivation by counter after NIST SP 800-108, with HMAC-SHA256.
 */
import { createECDH, createHmac, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** Order of the curve, less two: a candidate above it is passed over. */
const N_LESS_TWO = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551') - 2n;
const LABEL = 'AWS4-ECDSA-P256-SHA256';

/** Whether `signature` (DER, hexadecimal) is one of this key's for the text. */
export function ecdsaHolds(stringToSign: string, signature: string, accessKeyId: string, secretAccessKey: string): boolean {
  try {
    return verify('sha256', Buffer.from(stringToSign, 'utf8'), publicKeyOf(accessKeyId, secretAccessKey), Buffer.from(signature, 'hex'));
  } catch {
    // No DER.
    return false;
  }
}

function publicKeyOf(accessKeyId: string, secretAccessKey: string): KeyObject {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKeyOf(accessKeyId, secretAccessKey));
  const point = curve.getPublicKey();
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) } });
}

function privateKeyOf(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter < 255; counter += 1) {
    const input = Buffer.concat([number32(1), Buffer.from(LABEL, 'ascii'), Buffer.from([0]), Buffer.from(accessKeyId, 'ascii'), Buffer.from([counter]), number32(256)]);
    const candidate = BigInt(`0x${createHmac('sha256', `AWS4A${secretAccessKey}`).update(input).digest('hex')}`);
    if (candidate <= N_LESS_TWO) return Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
  }
  throw new Error('No private key can be derived of this secret access key.');
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
