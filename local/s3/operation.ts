/** What every S3 operation works with, and the pieces of answers and preconditions they share. */
import type { Clock, Instant } from '../../core/ambient.ts';
import { AwsError, type NeededAction, type RestRequest, type RestResponse } from '../aws/service.ts';
import { xmlDocument, type XmlValue } from '../aws/xml.ts';
import type { ObjectStore, Precondition, StoredObject } from './objects.ts';
import type { UploadStore } from './uploads.ts';

export type ObjectCause = 'Put' | 'Copy' | 'CompleteMultipartUpload' | 'Delete';

/** Something happened to an object. Told before the request is answered. */
export interface ObjectEvent {
  readonly type: 'created' | 'removed';
  readonly cause: ObjectCause;
  readonly bucket: string;
  readonly key: string;
  /** Bytes; 0 when removed. */
  readonly size: number;
  /** Without quotes; empty when removed. */
  readonly etag: string;
  readonly at: Instant;
}

export interface S3Context {
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  readonly clock: Clock;
  readonly emit: (event: ObjectEvent) => void | Promise<void>;
}

export interface S3Request {
  /** Headers of a presigned request include the `x-amz-` ones that were signed into its query. */
  readonly http: RestRequest;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

export type S3Operation = (request: S3Request, context: S3Context) => Promise<RestResponse>;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function xmlAnswer(root: string, content: XmlValue, headers: Readonly<Record<string, string>> = {}): RestResponse {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: xmlDocument(root, content, NAMESPACE) };
}

export function onObject(action: string, bucket: string, key: string): NeededAction {
  return { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${key}` };
}

export function onBucket(action: string, bucket: string, context: Readonly<Record<string, string>> = {}): NeededAction {
  return { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}`, context };
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** Entity tags come with and without quotes. */
export function unquoted(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}

/** Milliseconds kept, as in S3's XML. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

/**
 * The object, for reading. A caller that may not list the bucket is not told that a key is absent: AccessDenied then,
 * NoSuchKey otherwise.
 */
export function findReadable({ http }: S3Request, context: S3Context, bucket: string, key: string): StoredObject {
  const object = context.objects.find(bucket, key);
  if (object !== undefined) return object;
  const listing = onBucket('ListBucket', bucket);
  if (!http.permits(listing)) {
    throw new AwsError('AccessDenied', `The key is absent, and without ${listing.action} on ${listing.resource} this is all that S3 says.`, 403);
  }
  throw noSuchKey(key);
}

function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { fields: { Key: key } });
}

export function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, { fields: { Condition: condition } });
}

/** `If-None-Match: *` and `If-Match: etag` of writes. Source: S3 user guide, "Conditional requests". */
export function writePrecondition({ http, key }: S3Request): Precondition {
  const ifMatch = http.headers['if-match'];
  const ifNoneMatch = http.headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented: If-None-Match takes only * here.', 501);
  }
  return (current) => {
    if (ifNoneMatch === '*' && current !== undefined) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (current === undefined) throw noSuchKey(key);
    if (ifMatch !== '*' && unquoted(ifMatch) !== current.etag) throw preconditionFailed('If-Match');
  };
}

const kept = ['cache-control', 'content-disposition', 'content-language', 'expires'];

/** What an upload says about its object in its headers. */
export function describedBy({ http, key }: S3Request): Pick<StoredObject, 'key' | 'contentType' | 'headers' | 'metadata'> {
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  for (const unsupported of ['x-amz-tagging', 'x-amz-object-lock-mode', 'x-amz-website-redirect-location']) {
    if (http.headers[unsupported] !== undefined) throw new AwsError('NotImplemented', `The header ${unsupported} is not implemented.`, 501);
  }
  const headers: Record<string, string> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(http.headers)) {
    if (kept.includes(name)) headers[name] = value;
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value;
  }
  // The encoding of the transfer is not one of the object.
  const encoding = (http.headers['content-encoding'] ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '' && part !== 'aws-chunked');
  if (encoding.length > 0) headers['content-encoding'] = encoding.join(',');
  return { key, contentType: http.headers['content-type'] ?? 'binary/octet-stream', headers, metadata };
}
