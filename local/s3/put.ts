/** PutObject, CopyObject, DeleteObject, DeleteObjects. */
import { rm } from 'node:fs/promises';
import { AwsError, type RestResponse } from '../aws/service.ts';
import { elements, parseXml, text } from '../aws/xml.ts';
import { checksumElement, checksumHeader, parseAlgorithm, type Checksum } from './checksum.ts';
import { Measure } from './measure.ts';
import type { StoredObject } from './objects.ts';
import {
  describedBy, findReadable, isoTime, onObject, preconditionFailed, quoted, unquoted, writePrecondition, xmlAnswer,
  type ObjectCause, type S3Context, type S3Operation, type S3Request,
} from './operation.ts';
import { readObject } from './read.ts';
import { receiveBody } from './receive.ts';

export const putObject: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise('PutObject', { Bucket: bucket, Key: key }, [onObject('PutObject', bucket, key)]);
  const description = describedBy(request);
  const precondition = writePrecondition(request);
  // Asked before the body is received as well: a refused writer need not send gigabytes first.
  precondition(context.objects.find(bucket, key));
  const received = await receiveBody(http, context.objects.incoming);
  try {
    const checksum: Checksum = { ...received.checksum, type: 'FULL_OBJECT' };
    const object = context.objects.commit(bucket, { ...description, size: received.size, etag: received.md5, modifiedAt: context.clock.now(), checksum }, [received], precondition);
    await announce(context, 'Put', bucket, object);
    const headers = { etag: quoted(object.etag), [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
    return { status: 200, headers, output: { ETag: quoted(object.etag) } };
  } finally {
    await rm(received.path, { force: true });
  }
};

/** Tells of a created object. */
export async function announce(context: S3Context, cause: ObjectCause, bucket: string, object: StoredObject): Promise<void> {
  await context.emit({ type: 'created', cause, bucket, key: object.key, size: object.size, etag: object.etag, at: object.modifiedAt });
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
}

/** `x-amz-copy-source`: `/bucket/key`, percent-encoded. Throws InvalidArgument. */
export function copySource({ http }: S3Request): CopySource {
  const header = http.headers['x-amz-copy-source'] ?? '';
  if (header.includes('?')) throw new AwsError('NotImplemented', 'Copying a version is not implemented: the buckets have none.', 501);
  const found = /^\/?([^/]+)\/(.+)$/.exec(decoded(header));
  if (found?.[1] === undefined || found[2] === undefined) throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return { bucket: found[1], key: found[2] };
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw new AwsError('InvalidArgument', 'The copy source is not percent-encoded.');
  }
}

/** The source of a copy, its own conditions checked. */
export function findCopySource(request: S3Request, context: S3Context, source: CopySource): StoredObject {
  const object = findReadable(request, context, source.bucket, source.key);
  const { 'x-amz-copy-source-if-match': ifMatch, 'x-amz-copy-source-if-none-match': ifNoneMatch } = request.http.headers;
  if (ifMatch !== undefined && unquoted(ifMatch) !== object.etag) throw preconditionFailed('x-amz-copy-source-If-Match');
  if (ifNoneMatch !== undefined && unquoted(ifNoneMatch) === object.etag) throw preconditionFailed('x-amz-copy-source-If-None-Match');
  return object;
}

export const copyObject: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  const source = copySource(request);
  await http.authorise('CopyObject', { Bucket: bucket, Key: key, CopySource: `${source.bucket}/${source.key}` }, [onObject('GetObject', source.bucket, source.key), onObject('PutObject', bucket, key)]);
  const original = findCopySource(request, context, source);
  const replace = http.headers['x-amz-metadata-directive']?.toUpperCase() === 'REPLACE';
  if (!replace && source.bucket === bucket && source.key === key) {
    throw new AwsError('InvalidRequest', "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.");
  }
  const unpin = context.objects.pin(source.bucket, original);
  try {
    const { etag, checksum } = await digestsOfCopy(request, context, source.bucket, original);
    const description = replace ? describedBy(request) : { key, contentType: original.contentType, headers: original.headers, metadata: original.metadata };
    const sources = original.segments.map((segment) => ({ path: context.objects.segmentPath(source.bucket, segment), size: segment.size }));
    const object = context.objects.commit(bucket, { ...description, size: original.size, etag, modifiedAt: context.clock.now(), checksum }, sources, writePrecondition(request));
    await announce(context, 'Copy', bucket, object);
    return xmlAnswer('CopyObjectResult', { ETag: quoted(etag), LastModified: isoTime(object.modifiedAt), [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type });
  } finally {
    unpin();
  }
};

/** A copy is one piece, whatever its source was: an object uploaded in parts gets another ETag and checksum by it. */
async function digestsOfCopy({ http }: S3Request, context: S3Context, bucket: string, original: StoredObject): Promise<{ etag: string; checksum: Checksum }> {
  const algorithm = parseAlgorithm(http.headers['x-amz-checksum-algorithm']) ?? original.checksum.algorithm;
  if (!original.etag.includes('-') && algorithm === original.checksum.algorithm) return { etag: original.etag, checksum: original.checksum };
  const measure = new Measure([algorithm]);
  for await (const chunk of readObject(context.objects, bucket, original) as AsyncIterable<Buffer>) measure.count(chunk);
  const { md5, checksums } = await measure.finish();
  return { etag: md5, checksum: { algorithm, value: checksums.get(algorithm) ?? '', type: 'FULL_OBJECT' } };
}

export const deleteObject: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise('DeleteObject', { Bucket: bucket, Key: key }, [onObject('DeleteObject', bucket, key)]);
  const precondition = writePrecondition(request);
  await removeObject(context, bucket, key, precondition);
  return { status: 204 };
};

async function removeObject(context: S3Context, bucket: string, key: string, precondition: (current: StoredObject | undefined) => void): Promise<void> {
  if (!context.objects.remove(bucket, key, precondition)) return;
  await context.emit({ type: 'removed', cause: 'Delete', bucket, key, size: 0, etag: '', at: context.clock.now() });
}

/** Each key is decided on its own: one that may not be deleted is an error in the answer, not of it. */
export const deleteObjects: S3Operation = async ({ http, bucket }, context): Promise<RestResponse> => {
  const document = parseXml(await http.body(), 'Delete');
  const keys = elements(document, 'Object').map((object) => text(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > 1000 || keys.includes('')) throw new AwsError('MalformedXML', 'A Delete document names 1 to 1000 keys.');
  await http.authorise('DeleteObjects', { Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }, []);
  const deleted: { Key: string }[] = [];
  const refused: { Key: string; Code: string; Message: string }[] = [];
  for (const key of keys) {
    if (!http.permits(onObject('DeleteObject', bucket, key))) {
      refused.push({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' });
      continue;
    }
    await removeObject(context, bucket, key, () => undefined);
    deleted.push({ Key: key });
  }
  const quiet = text(document, 'Quiet') === 'true';
  return xmlAnswer('DeleteResult', { Deleted: quiet ? undefined : deleted, Error: refused });
};
