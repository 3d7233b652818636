/** Multipart uploads: create, parts (uploaded and copied), list, complete, abort. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../aws/service.ts';
import { checksumElement, checksumHeader, parseAlgorithm, type ChecksumType } from './checksum.ts';
import { Measure } from './measure.ts';
import { describedBy, isoTime, onBucket, onObject, quoted, xmlAnswer, type S3Operation, type S3Request } from './operation.ts';
import { copySource, findCopySource } from './put.ts';
import { parseRange, readObject } from './read.ts';
import { receiveBody, type Received } from './receive.ts';
import type { Upload } from './uploads.ts';

export const createMultipartUpload: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise('CreateMultipartUpload', { Bucket: bucket, Key: key }, [onObject('PutObject', bucket, key)]);
  context.objects.find(bucket, key);
  const chosen = http.headers['x-amz-checksum-algorithm'];
  const algorithm = chosen === undefined ? 'CRC64NVME' : parseAlgorithm(chosen);
  if (algorithm === undefined) throw new AwsError('InvalidRequest', 'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]');
  const type: ChecksumType = (http.headers['x-amz-checksum-type']?.toUpperCase() ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')) === 'COMPOSITE' ? 'COMPOSITE' : 'FULL_OBJECT';
  const impossible = type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : algorithm.startsWith('SHA');
  if (impossible) throw new AwsError('InvalidRequest', `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`);
  const upload = context.uploads.start({
    bucket, startedAt: context.clock.now(), checksumAlgorithm: algorithm, checksumType: type, checksumChosen: chosen !== undefined, object: describedBy(request),
  });
  const headers: Record<string, string> = chosen === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type };
  return xmlAnswer('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }, headers);
};

function uploadId({ query }: S3Request): string {
  return query.get('uploadId') ?? '';
}

function partNumber({ query }: S3Request): number {
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  return number;
}

export const uploadPart: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  const number = partNumber(request);
  await http.authorise('UploadPart', { Bucket: bucket, Key: key, PartNumber: number }, [onObject('PutObject', bucket, key)]);
  const upload = context.uploads.find(uploadId(request), bucket, key);
  const received = await receiveBody(http, context.objects.incoming, upload.checksumAlgorithm);
  try {
    requirePartChecksum(upload, received);
    context.uploads.putPart(upload, { number, size: received.size, md5: received.md5, checksum: received.checksum.value, modifiedAt: context.clock.now() }, received.path);
    return { status: 200, headers: { etag: quoted(received.md5), [checksumHeader(received.checksum.algorithm)]: received.checksum.value }, output: { ETag: quoted(received.md5) } };
  } finally {
    await rm(received.path, { force: true });
  }
};

/** An upload begun with an algorithm takes no part with another; a composite one takes none without a checksum. */
function requirePartChecksum(upload: Upload, received: Received): void {
  if (!upload.checksumChosen || received.given === upload.checksumAlgorithm) return;
  if (received.given === undefined && upload.checksumType === 'FULL_OBJECT') return;
  const actual = received.given?.toLowerCase() ?? 'null';
  throw new AwsError('InvalidRequest', `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm.toLowerCase()}, actual checksum Type: ${actual}`);
}

export const uploadPartCopy: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  const source = copySource(request);
  const number = partNumber(request);
  await http.authorise('UploadPartCopy', { Bucket: bucket, Key: key, PartNumber: number, CopySource: `${source.bucket}/${source.key}` }, [onObject('GetObject', source.bucket, source.key), onObject('PutObject', bucket, key)]);
  const upload = context.uploads.find(uploadId(request), bucket, key);
  const original = findCopySource(request, context, source);
  const rangeHeader = http.headers['x-amz-copy-source-range'];
  const range = parseRange(rangeHeader, original.size);
  if (rangeHeader !== undefined && range === undefined) throw new AwsError('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  const measure = new Measure([upload.checksumAlgorithm]);
  const path = join(context.objects.incoming, randomUUID());
  try {
    await pipeline(readObject(context.objects, source.bucket, original, range), measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    const { size, md5, checksums } = await measure.finish();
    const checksum = checksums.get(upload.checksumAlgorithm) ?? '';
    const modifiedAt = context.clock.now();
    context.uploads.putPart(upload, { number, size, md5, checksum, modifiedAt }, path);
    return xmlAnswer('CopyPartResult', { ETag: quoted(md5), LastModified: isoTime(modifiedAt), [checksumElement(upload.checksumAlgorithm)]: upload.checksumChosen ? checksum : undefined });
  } finally {
    await rm(path, { force: true });
  }
};

export const listParts: S3Operation = async (request, context) => {
  const { http, bucket, key, query } = request;
  await http.authorise('ListParts', { Bucket: bucket, Key: key }, [onObject('ListMultipartUploadParts', bucket, key)]);
  const upload = context.uploads.find(uploadId(request), bucket, key);
  const marker = Number(query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(query.get('max-parts') ?? 1000), 1000);
  const rest = context.uploads.parts(upload).filter((part) => part.number > marker);
  const page = rest.slice(0, limit);
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket, Key: key, UploadId: upload.id, PartNumberMarker: marker, NextPartNumberMarker: page.at(-1)?.number, MaxParts: limit, IsTruncated: rest.length > page.length,
    ...(upload.checksumChosen ? { ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType } : {}),
    Part: page.map((part) => ({
      PartNumber: part.number, LastModified: isoTime(part.modifiedAt), ETag: quoted(part.md5), Size: part.size,
      [checksumElement(upload.checksumAlgorithm)]: upload.checksumChosen ? part.checksum : undefined,
    })),
  });
};

export const listMultipartUploads: S3Operation = async ({ http, bucket }, context) => {
  await http.authorise('ListMultipartUploads', { Bucket: bucket }, [onBucket('ListBucketMultipartUploads', bucket)]);
  const uploads = context.uploads.list(bucket).map((upload) => ({ Key: upload.object.key, UploadId: upload.id, StorageClass: 'STANDARD', Initiated: isoTime(upload.startedAt) }));
  return xmlAnswer('ListMultipartUploadsResult', { Bucket: bucket, IsTruncated: false, Upload: uploads.sort((a, b) => (a.Key < b.Key ? -1 : 1)) });
};

export const abortMultipartUpload: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise('AbortMultipartUpload', { Bucket: bucket, Key: key }, [onObject('AbortMultipartUpload', bucket, key)]);
  context.uploads.remove(context.uploads.find(uploadId(request), bucket, key));
  return { status: 204 };
};

/** ETag of an object of parts: MD5 of the parts' MD5s, and how many they were. */
export function compositeEtag(md5s: readonly string[]): string {
  const hash = createHash('md5');
  for (const md5 of md5s) hash.update(Buffer.from(md5, 'hex'));
  return `${hash.digest('hex')}-${String(md5s.length)}`;
}
