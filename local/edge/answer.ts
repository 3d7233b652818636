/** What the edge answers to one request, before a byte is sent. */
import type { IncomingHttpHeaders } from 'node:http';
import { SECOND } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import { parseRange, type ByteRange } from '../s3/read.ts';
import type { EdgeDefinition } from './definition.ts';
import type { EdgeObject, ObjectReader } from './object-reader.ts';

/** Where the origin keeps what a path names. */
export interface OriginPlace {
  readonly bucket: string;
  readonly key: string;
  readonly missing: 403 | 404;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly object: EdgeObject; readonly range: ByteRange | undefined } | string | undefined;
  /** The edge itself refused it: the method or the signature. */
  readonly refused: boolean;
}

/** The object or a range of it, or what its conditions say; `missing` is the status for an object that is not there. */
export function objectAnswer(object: EdgeObject | undefined, headers: IncomingHttpHeaders, missing: 403 | 404): Answer {
  if (object === undefined) {
    return missing === 404 ? errorAnswer(404, 'NoSuchKey', 'The specified key does not exist.', false) : errorAnswer(403, 'AccessDenied', 'Access Denied', false);
  }
  const described = {
    ...object.headers, 'content-type': object.contentType, etag: `"${object.etag}"`,
    'last-modified': new Date(object.modifiedAt).toUTCString(), 'accept-ranges': 'bytes',
  };
  if (headers['if-match'] !== undefined && !namesEtag(headers['if-match'], object)) {
    return errorAnswer(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', false);
  }
  if (isNotModified(object, headers)) return { status: 304, headers: described, body: undefined, refused: false };
  let range: ByteRange | undefined;
  try {
    range = rangeCounts(object, headers) ? parseRange(headers.range, object.size) : undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const refusal = errorAnswer(416, 'InvalidRange', 'The requested range is not satisfiable', false);
    return { ...refusal, headers: { ...refusal.headers, 'content-range': `bytes */${object.size}` } };
  }
  if (range === undefined) return { status: 200, headers: { ...described, 'content-length': String(object.size) }, body: { object, range }, refused: false };
  const length = { 'content-length': String(range.last - range.first + 1), 'content-range': `bytes ${range.first}-${range.last}/${object.size}` };
  return { status: 206, headers: { ...described, ...length }, body: { object, range }, refused: false };
}

/** An error in the XML form that CloudFront and S3 share. */
export function errorAnswer(status: number, code: string, message: string, refused: boolean): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(body)) }, body, refused };
}

/**
 * Puts the distribution's error page in the place of an error. A page that cannot be fetched gives what its own
 * fetching gave, as on CloudFront.
 */
export function withErrorPage(answer: Answer, definition: EdgeDefinition, objects: ObjectReader, originOf: (path: string) => OriginPlace): Answer {
  const page = definition.errorPages.find((each) => each.status === answer.status);
  if (page?.path === undefined) return answer;
  const { bucket, key, missing } = originOf(page.path);
  const fetched = objectAnswer(objects.find(bucket, key), {}, missing);
  return { ...fetched, status: fetched.status === 200 ? page.answerStatus : fetched.status, refused: answer.refused };
}

function isNotModified(object: EdgeObject, headers: IncomingHttpHeaders): boolean {
  if (headers['if-none-match'] !== undefined) return namesEtag(headers['if-none-match'], object);
  return headers['if-modified-since'] !== undefined && !isModifiedSince(object, headers['if-modified-since']);
}

/** `If-Range`: the range counts only while the object is still the one that the viewer has begun to fetch. */
function rangeCounts(object: EdgeObject, headers: IncomingHttpHeaders): boolean {
  const validator = headers['if-range'];
  if (typeof validator !== 'string') return true;
  return validator.startsWith('"') ? validator === `"${object.etag}"` : !validator.startsWith('W/') && !isModifiedSince(object, validator);
}

function namesEtag(list: string, object: EdgeObject): boolean {
  return list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === `"${object.etag}"`);
}

/** HTTP dates have whole seconds. */
function isModifiedSince(object: EdgeObject, date: string): boolean {
  const since = Date.parse(date);
  return Number.isNaN(since) || Math.floor(object.modifiedAt / SECOND) * SECOND > since;
}
