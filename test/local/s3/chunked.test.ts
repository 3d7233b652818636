import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumAlgorithms, combineChecksums, startDigest, type ChecksumAlgorithm } from '../../../local/s3/checksum.ts';
import { ChunkedDecoder } from '../../../local/s3/chunked.ts';

function encode(chunks: readonly Buffer[], trailer: string): Buffer {
  const framed = chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailer}\r\n\r\n`)]);
}

/** The encoded bytes cut at `cuts`, as a network would. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end)).filter((piece) => piece.length > 0);
}

const decode = async (input: readonly Buffer[]): Promise<{ bytes: Buffer; trailers: ReadonlyMap<string, string> }> => {
  const decoder = new ChunkedDecoder();
  const [bytes] = await Promise.all([buffer(decoder), pipeline(Readable.from(input), decoder)]);
  return { bytes, trailers: decoder.trailers };
};

describe('the aws-chunked decoder', () => {
  it('gives back what was encoded, wherever the network cuts', async () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), async (chunks, cuts) => {
        const decoded = await decode(pieces(encode(chunks, 'x-amz-checksum-crc32:AAAAAA=='), cuts));
        expect(decoded.bytes.equals(Buffer.concat(chunks))).toBe(true);
        expect(decoded.trailers.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
      }),
    );
  });

  it('notices a body that was cut short', async () => {
    const whole = encode([Buffer.from('hello'), Buffer.from('world')], 'a:b');
    for (let length = 0; length < whole.indexOf('0\r\na:b'); length += 1) {
      await expect(decode([whole.subarray(0, length)])).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
  });

  it.each(['zz\r\nhello\r\n0\r\n\r\n', '5\r\nhelloworld\r\n0\r\n\r\n', '-1\r\n', '5\r\nhello\r\n0\r\nno colon\r\n\r\n', 'f'.repeat(5_000)])('refuses %j', async (body) => {
    await expect(decode([Buffer.from(body)])).rejects.toMatchObject({ code: 'InvalidRequest' });
  });
});

describe('checksums', () => {
  const digest = async (algorithm: ChecksumAlgorithm, ...chunks: readonly Buffer[]): Promise<string> => {
    const running = startDigest(algorithm);
    for (const chunk of chunks) running.update(chunk);
    return running.finish();
  };

  // The check values of the catalogue of CRC algorithms, and of FIPS 180.
  it.each<[ChecksumAlgorithm, string]>([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ])('%s of 123456789 is %s', async (algorithm, expected) => {
    expect(Buffer.from(await digest(algorithm, Buffer.from('1234'), Buffer.from('56789')), 'base64').toString('hex')).toBe(expected);
  });

  it('of parts combine to that of the whole', async () => {
    const part = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom(...checksumAlgorithms.filter((one) => one.startsWith('CRC'))), async (parts, algorithm) => {
        const ofParts = await Promise.all(parts.map(async (bytes) => ({ value: await digest(algorithm, bytes), size: bytes.length })));
        expect((await combineChecksums(algorithm, 'FULL_OBJECT', ofParts)).value).toBe(await digest(algorithm, Buffer.concat(parts)));
      }),
    );
  });
});
