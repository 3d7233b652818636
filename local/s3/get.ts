/** GetObject, HeadObject, GetObjectAttributes, GetObjectTagging. */
import { AwsError, type RestResponse } from '../aws/service.ts';
import { checksumElement, checksumHeader } from './checksum.ts';
import type { StoredObject } from './objects.ts';
import { findReadable, onObject, preconditionFailed, quoted, unquoted, xmlAnswer, type S3Operation, type S3Request } from './operation.ts';
import { parseRange, readObject } from './read.ts';

const overridable = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

export const getObject: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise(http.method === 'HEAD' ? 'HeadObject' : 'GetObject', { Bucket: bucket, Key: key }, [onObject('GetObject', bucket, key)]);
  const object = findReadable(request, context, bucket, key);
  const headers = objectHeaders(request, object);
  if (notModified(request, object)) return { status: 304, headers };
  const range = parseRange(http.headers['range'], object.size);
  const length = range === undefined ? object.size : range.last - range.first + 1;
  const sized: Record<string, string> = { ...headers, 'content-length': String(length) };
  if (range !== undefined) sized['content-range'] = `bytes ${String(range.first)}-${String(range.last)}/${String(object.size)}`;
  if (range === undefined && http.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED') {
    sized[checksumHeader(object.checksum.algorithm)] = object.checksum.value;
    sized['x-amz-checksum-type'] = object.checksum.type;
  }
  const status = range === undefined ? 200 : 206;
  if (http.method === 'HEAD' || length === 0) return { status, headers: sized, body: '' };
  return { status, headers: sized, body: readObject(context.objects, bucket, object, range) };
};

function objectHeaders({ query }: S3Request, object: StoredObject): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': object.contentType,
    etag: quoted(object.etag),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    ...object.headers,
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[`x-amz-meta-${name}`] = value;
  for (const name of overridable) {
    const override = query.get(`response-${name}`);
    if (override !== null) headers[name] = override;
  }
  return headers;
}

/** Conditions of a read, in RFC 9110's order; an entity tag beats a date. Throws PreconditionFailed. */
function notModified({ http }: S3Request, object: StoredObject): boolean {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-modified-since': since, 'if-unmodified-since': until } = http.headers;
  const modified = Math.floor(object.modifiedAt / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (until !== undefined && modified > Date.parse(until)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, object.etag);
  return since !== undefined && modified <= Date.parse(since);
}

function listsTag(header: string, etag: string): boolean {
  return header.split(',').some((tag) => tag.trim() === '*' || unquoted(tag.trim().replace(/^W\//, '')) === etag);
}

export const getObjectAttributes: S3Operation = async (request, context): Promise<RestResponse> => {
  const { http, bucket, key } = request;
  await http.authorise('GetObjectAttributes', { Bucket: bucket, Key: key }, [onObject('GetObject', bucket, key), onObject('GetObjectAttributes', bucket, key)]);
  const object = findReadable(request, context, bucket, key);
  const wanted = new Set((http.headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim()).filter((name) => name !== ''));
  if (wanted.size === 0) throw new AwsError('InvalidRequest', 'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty');
  const parts = /-(\d+)$/.exec(object.etag)?.[1];
  const content = {
    ETag: wanted.has('ETag') ? object.etag : undefined,
    Checksum: wanted.has('Checksum') ? { [checksumElement(object.checksum.algorithm)]: object.checksum.value, ChecksumType: object.checksum.type } : undefined,
    ObjectParts: wanted.has('ObjectParts') && parts !== undefined ? { PartsCount: parts } : undefined,
    StorageClass: wanted.has('StorageClass') ? 'STANDARD' : undefined,
    ObjectSize: wanted.has('ObjectSize') ? object.size : undefined,
  };
  return xmlAnswer('GetObjectAttributesResponse', content, { 'last-modified': new Date(object.modifiedAt).toUTCString() });
};

/** Objects have no tags here; the AWS CLI asks before it copies one in parts. */
export const getObjectTagging: S3Operation = async (request, context) => {
  const { http, bucket, key } = request;
  await http.authorise('GetObjectTagging', { Bucket: bucket, Key: key }, [onObject('GetObjectTagging', bucket, key)]);
  findReadable(request, context, bucket, key);
  return xmlAnswer('Tagging', { TagSet: '' });
};
