import { createCipheriv, createHash } from 'node:crypto';

const zeros = Buffer.alloc(256 * 1024);

/**
 * Bytes that look random (so that nothing compresses them) and are always the same for one seed: the key stream of
 * AES-128 in counter mode, about a gigabyte a second.
 */
export function* seededChunks(seed: string, length: number): Generator<Buffer> {
  const digest = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-128-ctr', digest.subarray(0, 16), digest.subarray(16));
  for (let left = length; left > 0; left -= zeros.length) yield stream.update(zeros.subarray(0, Math.min(left, zeros.length)));
}

export function seededBytes(seed: string, length: number): Buffer {
  return Buffer.concat([...seededChunks(seed, length)]);
}
