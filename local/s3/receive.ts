/** An upload's body from the wire to a file, with everything checked that the sender declared about it. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError, type RestRequest } from '../aws/service.ts';
import { checksumAlgorithms, checksumHeader, type ChecksumAlgorithm } from './checksum.ts';
import { ChunkedDecoder } from './chunked.ts';
import { Measure, type Measured } from './measure.ts';

/** Bytes that arrived whole and as declared, in a file that nothing refers to yet. */
export interface Received {
  readonly path: string;
  readonly size: number;
  /** MD5, hex: the ETag of an object that was not uploaded in parts. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  /** The algorithm of the checksum that the sender gave, if any. */
  readonly given: ChecksumAlgorithm | undefined;
}

/**
 * Streams the request's body into a new file of `folder`. The checksum kept is of the algorithm `keep`, by default the
 * sender's, by default CRC64NVME. Throws BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, EntityTooLarge,
 * InvalidRequest or NotImplemented, and leaves no file behind then.
 */
export async function receiveBody(request: RestRequest, folder: string, keep?: ChecksumAlgorithm): Promise<Received> {
  const { headers, payloadHash } = request;
  const chunked = payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  if (payloadHash.startsWith('STREAMING-') && !chunked) throw new AwsError('NotImplemented', `The payload form ${payloadHash} is not implemented.`, 501);
  const given = declaredAlgorithm(headers);
  const algorithm = keep ?? given ?? 'CRC64NVME';
  const measure = new Measure([...new Set([algorithm, given ?? algorithm])], /^[0-9a-f]{64}$/.test(payloadHash));
  const decoder = new ChunkedDecoder();
  const path = join(folder, randomUUID());
  try {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await (chunked ? pipeline(request.stream, decoder, measure, file) : pipeline(request.stream, measure, file));
    const measured = await measure.finish();
    if (given !== undefined) {
      const expected = headers[checksumHeader(given)] ?? decoder.trailers.get(checksumHeader(given));
      if (expected !== measured.checksums.get(given)) throw new AwsError('BadDigest', `The ${given} you specified did not match the calculated checksum.`);
    }
    checkDeclarations(request, measured);
    return { path, size: measured.size, md5: measured.md5, checksum: { algorithm, value: measured.checksums.get(algorithm) ?? '' }, given };
  } catch (error) {
    await rm(path, { force: true });
    if (!request.stream.complete && request.stream.destroyed) throw new AwsError('IncompleteBody', 'The client stopped sending.');
    throw error;
  }
}

function checkDeclarations({ headers, payloadHash }: RestRequest, measured: Measured): void {
  const declaredLength = headers['x-amz-decoded-content-length'];
  if (declaredLength !== undefined && Number(declaredLength) !== measured.size) {
    throw new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the x-amz-decoded-content-length header.');
  }
  if (measured.sha256 !== undefined && measured.sha256 !== payloadHash) {
    throw new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && Buffer.from(measured.md5, 'hex').toString('base64') !== contentMd5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

function declaredAlgorithm(headers: Readonly<Record<string, string>>): ChecksumAlgorithm | undefined {
  const trailer = headers['x-amz-trailer']?.toLowerCase();
  const inHeader = checksumAlgorithms.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const inTrailer = checksumAlgorithms.filter((algorithm) => checksumHeader(algorithm) === trailer);
  if (inHeader.length + inTrailer.length > 1) throw new AwsError('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  if (trailer !== undefined && inTrailer.length === 0) throw new AwsError('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  return inHeader[0] ?? inTrailer[0];
}
