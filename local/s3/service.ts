/**
 * S3 on disk, path style: which operation a request is, its CORS, and the service that the AWS port plugs in.
 * Not modelled: versions, tags, ACLs, bucket policies, encryption, lifecycle. What asks for them is refused
 * (NotImplemented), not ignored.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../core/ambient.ts';
import { AwsError, type RestRequest, type RestService } from '../aws/service.ts';
import { completeMultipartUpload } from './complete.ts';
import { corsHeaders, preflight, type CorsRule } from './cors.ts';
import { getObject, getObjectAttributes, getObjectTagging } from './get.ts';
import { headBucket, listBuckets, listObjects } from './listing.ts';
import { abortMultipartUpload, createMultipartUpload, listMultipartUploads, listParts, uploadPart, uploadPartCopy } from './multipart.ts';
import { ObjectStore } from './objects.ts';
import type { ObjectEvent, S3Context, S3Operation } from './operation.ts';
import { copyObject, deleteObject, deleteObjects, putObject } from './put.ts';
import { deliverObject } from './deliver.ts';
import { UploadStore } from './uploads.ts';

export interface BucketOptions {
  readonly name: string;
  readonly cors?: readonly CorsRule[];
}

export interface S3Options {
  /** Data folder, made when absent. */
  readonly folder: string;
  readonly buckets: readonly BucketOptions[];
  readonly clock: Clock;
}

export interface LocalS3 {
  readonly service: RestService;
  /** Direct reading, for the edge stand-in. */
  readonly objects: ObjectStore;
  /** Puts an object as an AWS service does: it asks for nobody's permission, and tells as of any other. */
  deliver(bucket: string, key: string, body: Uint8Array, contentType: string): Promise<void>;
  /**
   * Tells of objects created and removed, before the request is answered and awaited by it. A listener that throws fails
   * the request, though the object is stored. Returns the function that unsubscribes.
   */
  onEvent(listener: (event: ObjectEvent) => void | Promise<void>): () => void;
}

/** Opens the data folder and makes the service. */
export function createS3(options: S3Options): LocalS3 {
  const objects = new ObjectStore(options.folder, options.buckets.map((bucket) => bucket.name));
  const uploads = new UploadStore(options.folder);
  const rules = new Map(options.buckets.map((bucket) => [bucket.name, bucket.cors ?? []]));
  const listeners = new Set<(event: ObjectEvent) => void | Promise<void>>();
  const emit = async (event: ObjectEvent): Promise<void> => {
    for (const listener of listeners) await listener(event);
  };
  const context: S3Context = { objects, uploads, clock: options.clock, emit };
  const rulesFor = (request: IncomingMessage): readonly CorsRule[] => rules.get(/^\/([^/?]*)/.exec(request.url ?? '')?.[1] ?? '') ?? [];
  const service: RestService = {
    name: 's3',
    errorFormat: 'rest-xml',
    streams: true,
    handle: (request) => {
      const { bucket, key } = splitPath(request.rawPath);
      const operation = chooseOperation(request, bucket, key);
      return operation({ http: withSignedQueryHeaders(request), bucket, key, query: request.url.searchParams }, context);
    },
    handleUnsigned: (request) => (request.method === 'OPTIONS' ? preflight(request, rulesFor(request)) : undefined),
    headersFor: (request) => corsHeaders(request, rulesFor(request)),
  };
  return {
    service,
    objects,
    deliver: (bucket, key, body, contentType) => deliverObject(context, bucket, key, body, contentType),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function splitPath(rawPath: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(rawPath) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

interface Route {
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameters (and the one header) that make it this operation. */
  readonly marks: readonly string[];
  /** Further query parameters that it understands. */
  readonly takes?: readonly string[];
  readonly operation: S3Operation;
}

const overrides = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'].map((name) => `response-${name}`);
const listing = ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'];
const COPY = 'x-amz-copy-source';

/** The first that fits; those with more marks come first. */
const routes: readonly Route[] = [
  { method: 'GET', on: 'service', marks: [], takes: ['max-buckets', 'prefix'], operation: listBuckets },
  { method: 'HEAD', on: 'bucket', marks: [], operation: headBucket },
  { method: 'GET', on: 'bucket', marks: ['list-type'], takes: listing, operation: listObjects },
  { method: 'GET', on: 'bucket', marks: ['uploads'], takes: ['encoding-type', 'max-uploads'], operation: listMultipartUploads },
  { method: 'POST', on: 'bucket', marks: ['delete'], operation: deleteObjects },
  { method: 'GET', on: 'object', marks: ['uploadId'], takes: ['max-parts', 'part-number-marker'], operation: listParts },
  { method: 'GET', on: 'object', marks: ['attributes'], operation: getObjectAttributes },
  { method: 'GET', on: 'object', marks: ['tagging'], operation: getObjectTagging },
  { method: 'GET', on: 'object', marks: [], takes: overrides, operation: getObject },
  { method: 'HEAD', on: 'object', marks: [], takes: overrides, operation: getObject },
  { method: 'PUT', on: 'object', marks: ['partNumber', 'uploadId', COPY], operation: uploadPartCopy },
  { method: 'PUT', on: 'object', marks: ['partNumber', 'uploadId'], operation: uploadPart },
  { method: 'PUT', on: 'object', marks: [COPY], operation: copyObject },
  { method: 'PUT', on: 'object', marks: [], operation: putObject },
  { method: 'POST', on: 'object', marks: ['uploads'], operation: createMultipartUpload },
  { method: 'POST', on: 'object', marks: ['uploadId'], operation: completeMultipartUpload },
  { method: 'DELETE', on: 'object', marks: ['uploadId'], operation: abortMultipartUpload },
  { method: 'DELETE', on: 'object', marks: [], operation: deleteObject },
];

function chooseOperation(request: RestRequest, bucket: string, key: string): S3Operation {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  // What signs or names the request does not say what it is.
  const parameters = [...request.url.searchParams.keys()].filter((name) => name !== 'x-id' && !name.toLowerCase().startsWith('x-amz-'));
  const present = new Set([...parameters, ...(request.headers[COPY] === undefined ? [] : [COPY])]);
  const found = routes.find((route) =>
    route.method === request.method && route.on === on && route.marks.every((mark) => present.has(mark)) &&
    parameters.every((name) => route.marks.includes(name) || route.takes?.includes(name) === true));
  if (found === undefined) {
    throw new AwsError('NotImplemented', `${request.method} on a ${on} with [${parameters.join(', ')}] is not implemented by the local S3.`, 501);
  }
  return found.operation;
}

/**
 * A presigned URL carries `x-amz-` headers as query parameters. Checksums among them are left out, as S3 does: SDKs
 * compute them at signing, when there is no body yet.
 */
function withSignedQueryHeaders(request: RestRequest): RestRequest {
  const query = request.url.searchParams;
  if (!query.has('X-Amz-Signature')) return request;
  const lifted = [...query].map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => name.startsWith('x-amz-') && !name.includes('checksum'));
  return { ...request, headers: { ...Object.fromEntries(lifted), ...request.headers } };
}
