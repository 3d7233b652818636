/** ListObjectsV2, HeadBucket, ListBuckets. */
import { AwsError } from '../aws/service.ts';
import type { StoredObject } from './objects.ts';
import { isoTime, onBucket, quoted, xmlAnswer, type S3Operation } from './operation.ts';

const LARGEST_PAGE = 1000;

export const listBuckets: S3Operation = async ({ http }, context) => {
  await http.authorise('ListBuckets', {}, [{ action: 's3:ListAllMyBuckets', resource: '*' }]);
  const buckets = context.objects.bucketNames().map((Name) => ({ Name, CreationDate: isoTime(0) }));
  return xmlAnswer('ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket: buckets } });
};

export const headBucket: S3Operation = async ({ http, bucket }, context) => {
  await http.authorise('HeadBucket', { Bucket: bucket }, [onBucket('ListBucket', bucket)]);
  if (!context.objects.has(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return { status: 200, headers: { 'x-amz-bucket-region': http.region }, body: '' };
};

export const listObjects: S3Operation = async ({ http, bucket, query }, context) => {
  const prefix = query.get('prefix');
  const delimiter = query.get('delimiter');
  const maxKeys = pageSize(query.get('max-keys'));
  // A condition on s3:prefix sees the parameter only when there is one.
  const conditions = { ...(prefix === null ? {} : { 's3:prefix': prefix }), ...(delimiter === null ? {} : { 's3:delimiter': delimiter }), 's3:max-keys': String(maxKeys) };
  await http.authorise('ListObjectsV2', { Bucket: bucket, Prefix: prefix ?? undefined }, [onBucket('ListBucket', bucket, conditions)]);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const page = selectPage(context.objects.keys(bucket), { prefix: prefix ?? '', delimiter: delimiter ?? '', after, maxKeys });
  const shown = query.get('encoding-type') === 'url' ? (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/') : (text: string): string => text;
  const contents = page.keys.flatMap((key) => {
    const object = context.objects.find(bucket, key);
    return object === undefined ? [] : [contentOf(object, shown)];
  });
  return xmlAnswer('ListBucketResult', {
    Name: bucket, Prefix: shown(prefix ?? ''), Delimiter: delimiter === null ? undefined : shown(delimiter), MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: contents.length + page.commonPrefixes.length, IsTruncated: page.next !== undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next, 'utf8').toString('base64url'),
    StartAfter: query.get('start-after') ?? undefined,
    Contents: contents,
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: shown(common) })),
  });
};

function contentOf(object: StoredObject, shown: (text: string) => string): Readonly<Record<string, string | number>> {
  return {
    Key: shown(object.key), LastModified: isoTime(object.modifiedAt), ETag: quoted(object.etag), Size: object.size,
    ChecksumAlgorithm: object.checksum.algorithm, ChecksumType: object.checksum.type, StorageClass: 'STANDARD',
  };
}

function pageSize(parameter: string | null): number {
  const size = Number(parameter ?? LARGEST_PAGE);
  if (!Number.isInteger(size) || size < 0) throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  return Math.min(size, LARGEST_PAGE);
}

export interface PageRequest {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Keys up to and including this one are passed over; a common prefix here is passed over whole. */
  readonly after: string;
  readonly maxKeys: number;
}

export interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page goes on, undefined at the end. */
  readonly next: string | undefined;
}

/** One page of `sorted` keys: keys and common prefixes together are at most `maxKeys`. */
export function selectPage(sorted: readonly string[], { prefix, delimiter, after, maxKeys }: PageRequest): Page {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  for (let index = firstBehind(sorted, after < prefix ? '' : after, prefix); index < sorted.length; index += 1) {
    const key = sorted[index] ?? '';
    if (!key.startsWith(prefix)) break;
    const common = commonPrefixOf(key, prefix, delimiter);
    if (common !== undefined && (common === last || common === commonPrefixes.at(-1))) continue;
    if (keys.length + commonPrefixes.length >= maxKeys) return { keys, commonPrefixes, next: maxKeys === 0 ? undefined : last };
    if (common === undefined) keys.push(key);
    else commonPrefixes.push(common);
    last = common ?? key;
  }
  return { keys, commonPrefixes, next: undefined };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Index of the first key that is behind `after` and not before `prefix`, by bisection. */
function firstBehind(sorted: readonly string[], after: string, prefix: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = sorted[middle] ?? '';
    if (key <= after || key < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
