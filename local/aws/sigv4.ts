/**
 * Signature Version 4, the verifying side: header and query (presigned) forms. The canonical request is recomputed from
 * what arrived; nothing of the client's own view is trusted.
 * Source: AWS General Reference, "Signing AWS API requests"; S3 API reference, "Authenticating requests".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../core/ambient.ts';
import { ecdsaHolds } from './sigv4a.ts';

const SKEW = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 604_800;

/** What a request claims, before anything of it is verified. */
export interface SignedClaim {
  /** Made with a key of the secret for one region, or (4A) with a private key of it for several. */
  readonly algorithm: 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';
  readonly accessKeyId: string;
  readonly date: string;
  /** With 4A the signed set of regions: one, or `*`. */
  readonly region: string;
  readonly service: string;
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds of validity, for presigned requests only. */
  readonly expiresIn: number | undefined;
}

export interface IncomingShape {
  readonly method: string;
  /** Path and query as they came on the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type TimeVerdict = 'valid' | 'skewed' | 'expired' | 'malformed';

/** Reads the claim from the Authorization header or the query. `undefined`: unsigned; `'malformed'`: signed, unreadable. */
export function readClaim(request: IncomingShape): SignedClaim | undefined | 'malformed' {
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const authorization = request.headers['authorization'];
  if (query.has('X-Amz-Signature')) return presignedClaim(query);
  return authorization === undefined ? undefined : headerClaim(authorization, request.headers);
}

function presignedClaim(query: URLSearchParams): SignedClaim | 'malformed' {
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return 'malformed';
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,6}$/.test(expires) || Number(expires) > LONGEST_PRESIGNED_SECONDS) return 'malformed';
  return claim({
    algorithm: 'AWS4-HMAC-SHA256',
    credential: query.get('X-Amz-Credential'),
    signedHeaders: query.get('X-Amz-SignedHeaders'),
    signature: query.get('X-Amz-Signature'),
    timestamp: query.get('X-Amz-Date'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresIn: Number(expires),
  });
}

function headerClaim(authorization: string, headers: Readonly<Record<string, string>>): SignedClaim | 'malformed' {
  const found = /^(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256)\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64,144})$/.exec(authorization);
  const [, algorithm, credential, signedHeaders, signature] = found ?? [];
  return claim({
    algorithm: algorithm === 'AWS4-ECDSA-P256-SHA256' ? algorithm : 'AWS4-HMAC-SHA256',
    // 4A's scope has no region: a signed header has the set of them.
    credential: algorithm === 'AWS4-ECDSA-P256-SHA256' ? withRegion(credential, headers['x-amz-region-set']) : credential,
    signedHeaders,
    signature,
    timestamp: headers['x-amz-date'],
    sessionToken: headers['x-amz-security-token'],
    expiresIn: undefined,
  });
}

function withRegion(credential: string | undefined, regionSet: string | undefined): string | undefined {
  const [accessKeyId, date, ...rest] = credential?.split('/') ?? [];
  return regionSet === undefined || regionSet.includes('/') ? undefined : [accessKeyId, date, regionSet, ...rest].join('/');
}

interface RawClaim {
  readonly algorithm: SignedClaim['algorithm'];
  readonly credential: string | null | undefined;
  readonly signedHeaders: string | null | undefined;
  readonly signature: string | null | undefined;
  readonly timestamp: string | null | undefined;
  readonly sessionToken: string | undefined;
  readonly expiresIn: number | undefined;
}

function claim(raw: RawClaim): SignedClaim | 'malformed' {
  const [accessKeyId, date, region, service, terminator, ...rest] = (raw.credential ?? '').split('/');
  const complete = accessKeyId !== undefined && date !== undefined && region !== undefined && service !== undefined;
  if (!complete || terminator !== 'aws4_request' || rest.length > 0) return 'malformed';
  if (typeof raw.signedHeaders !== 'string' || typeof raw.signature !== 'string' || typeof raw.timestamp !== 'string') return 'malformed';
  if (!raw.timestamp.startsWith(date)) return 'malformed';
  const signedHeaders = raw.signedHeaders.split(';');
  // An unsigned Host would let a signature for one place be used at another.
  if (!signedHeaders.includes('host')) return 'malformed';
  if (raw.algorithm === 'AWS4-ECDSA-P256-SHA256' && !signedHeaders.includes('x-amz-region-set')) return 'malformed';
  return { algorithm: raw.algorithm, accessKeyId, date, region, service, signedHeaders, signature: raw.signature, timestamp: raw.timestamp, sessionToken: raw.sessionToken, expiresIn: raw.expiresIn };
}

/** Whether the claim's time fits `now`: 15 minutes either way, or the presigned lifetime. */
export function checkTime(claim: SignedClaim, now: Instant): TimeVerdict {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.timestamp);
  if (found === null) return 'malformed';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  if (claim.expiresIn === undefined) return Math.abs(now - signedAt) > SKEW ? 'skewed' : 'valid';
  if (signedAt - now > SKEW) return 'skewed';
  return now >= signedAt + claim.expiresIn * 1000 ? 'expired' : 'valid';
}

/**
 * Whether the signature is the one that `secretAccessKey` gives for this request. `payloadHash` is the hash the
 * signature covers: the hex digest, or the literal that the service's scheme puts there.
 */
export function signatureHolds(claim: SignedClaim, request: IncomingShape, payloadHash: string, secretAccessKey: string): boolean {
  const canonical = canonicalRequest(claim, request, payloadHash);
  const isFor4A = claim.algorithm === 'AWS4-ECDSA-P256-SHA256';
  const scope = [claim.date, ...(isFor4A ? [] : [claim.region]), claim.service, 'aws4_request'].join('/');
  const stringToSign = [claim.algorithm, claim.timestamp, scope, sha256Hex(canonical)].join('\n');
  if (isFor4A) return ecdsaHolds(stringToSign, claim.signature, claim.accessKeyId, secretAccessKey);
  const expected = Buffer.from(hmac(signingKey(claim, secretAccessKey), stringToSign).toString('hex'));
  const given = Buffer.from(claim.signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function canonicalRequest(claim: SignedClaim, request: IncomingShape, payloadHash: string): string {
  const [path = '/', query = ''] = splitOnce(request.target, '?');
  const headers = claim.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`).join('');
  return [request.method, canonicalPath(path, claim.service), canonicalQuery(query), headers, claim.signedHeaders.join(';'), payloadHash].join('\n');
}

/** S3 encodes the path once; every other service encodes what is already encoded again. */
function canonicalPath(path: string, service: string): string {
  return path.split('/').map((segment) => (service === 's3' ? encode(decode(segment)) : encode(encode(decode(segment))))).join('/');
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '').map((pair) => {
    const [name = '', value = ''] = splitOnce(pair, '=');
    return [encode(decode(name)), encode(decode(value))] as const;
  });
  return pairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** RFC 3986: only unreserved characters stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Text that is not valid percent-encoding stands for itself; its signature will not match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Four digests that are the same for every request of a principal to a service on one day. */
const signingKeys = new Map<string, Buffer>();
/** Principals times services times the days that a clock has jumped over. */
const KEPT_KEYS = 1_000;

function signingKey({ date, region, service }: SignedClaim, secretAccessKey: string): Buffer {
  const madeOf = [secretAccessKey, date, region, service].join('\n');
  const kept = signingKeys.get(madeOf);
  if (kept !== undefined) return kept;
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date));
  if (signingKeys.size >= KEPT_KEYS) signingKeys.clear();
  signingKeys.set(madeOf, key);
  return key;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
