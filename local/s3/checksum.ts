/**
 * The checksums that S3 keeps of objects and parts, and how those of parts become one of an object.
 * Source: S3 user guide, "Checking object integrity"; CRC combination after zlib's crc32_combine (x^n mod p).
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** FULL_OBJECT: of all bytes. COMPOSITE: of the parts' checksums, written `value-N`. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, with `-N` when composite. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** `x-amz-checksum-crc32` and so on. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Element and member name in answers: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function parseAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === text?.toUpperCase());
}

export interface Digest {
  update(bytes: Buffer): void;
  /** Base64. */
  finish(): Promise<string>;
}

/** A fresh running checksum. */
export function startDigest(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0;
      return {
        update: (bytes) => {
          value = crc32(bytes, value);
        },
        finish: () => {
          const bytes = Buffer.alloc(4);
          bytes.writeUInt32BE(value);
          return Promise.resolve(bytes.toString('base64'));
        },
      };
    }
    case 'CRC32C':
      return cyclic(new Crc32c());
    case 'CRC64NVME':
      return cyclic(new Crc64Nvme());
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), finish: () => Promise.resolve(hash.digest('base64')) };
    }
  }
}

function cyclic(running: { update(bytes: Uint8Array): void; digest(): Promise<Uint8Array> }): Digest {
  return {
    update: (bytes) => {
      running.update(bytes);
    },
    finish: async () => Buffer.from(await running.digest()).toString('base64'),
  };
}

export interface PartChecksum {
  /** Base64. */
  readonly value: string;
  /** Bytes of the part. */
  readonly size: number;
}

/** The object's checksum from its parts' in order. FULL_OBJECT exists for the CRCs only. */
export async function combineChecksums(algorithm: ChecksumAlgorithm, type: ChecksumType, parts: readonly PartChecksum[]): Promise<Checksum> {
  if (type === 'FULL_OBJECT') return { algorithm, type, value: combineCyclic(algorithm, parts) };
  const digest = startDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.value, 'base64'));
  return { algorithm, type, value: `${await digest.finish()}-${String(parts.length)}` };
}

interface Polynomial {
  readonly width: bigint;
  /** Reflected. */
  readonly value: bigint;
}

const polynomials: Readonly<Partial<Record<ChecksumAlgorithm, Polynomial>>> = {
  CRC32: { width: 32n, value: 0xedb8_8320n },
  CRC32C: { width: 32n, value: 0x82f6_3b78n },
  CRC64NVME: { width: 64n, value: 0x9a6c_9329_ac4b_c9b5n },
};

function combineCyclic(algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string {
  const polynomial = polynomials[algorithm];
  if (polynomial === undefined) throw new RangeError(`${algorithm} has no checksum of the full object.`);
  const bytes = Number(polynomial.width / 8n);
  const shifts = new Map<number, bigint>();
  const combined = parts.reduce((crc, part) => {
    const shift = shifts.get(part.size) ?? powerOfX(BigInt(part.size) * 8n, polynomial);
    shifts.set(part.size, shift);
    return multiply(shift, crc, polynomial) ^ BigInt(`0x${Buffer.from(part.value, 'base64').toString('hex')}`);
  }, 0n);
  return Buffer.from(combined.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
}

/** x^exponent modulo the polynomial, by squaring. */
function powerOfX(exponent: bigint, polynomial: Polynomial): bigint {
  let result = 1n << (polynomial.width - 1n);
  let square = 1n << (polynomial.width - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = multiply(square, result, polynomial);
    square = multiply(square, square, polynomial);
  }
  return result;
}

/** Product of two reflected polynomials modulo the third. */
function multiply(a: bigint, b: bigint, { width, value }: Polynomial): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = width - 1n; bit >= 0n; bit -= 1n) {
    if (((a >> bit) & 1n) === 1n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ value : shifted >> 1n;
  }
  return product;
}
