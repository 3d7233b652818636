/**
 * CloudFront's signed URLs, the verifying side: canned and custom policies, RSA with SHA-1 or SHA-256.
 * Source: CloudFront developer guide, "Use signed URLs".
 */
import { verify, type KeyLike } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import * as z from 'zod';
import { SECOND, type Instant } from '../../core/ambient.ts';
import { wildcard } from './definition.ts';

/** Query parameters that belong to the signature and are no part of the signed resource. */
const ownParameters: ReadonlySet<string> = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);

const epoch = z.object({ 'AWS:EpochTime': z.number() });
const policyShape = z.object({
  Statement: z.tuple([z.object({
    Resource: z.string().optional(),
    Condition: z.object({
      DateLessThan: epoch,
      DateGreaterThan: epoch.optional(),
      IpAddress: z.object({ 'AWS:SourceIp': z.string() }).optional(),
    }),
  })]),
});

export interface SignedRequest {
  /** The URL as the viewer asked for it: scheme, host, path and query, percent-encoded as on the wire. */
  readonly url: string;
  readonly viewerAddress: string;
}

/** `undefined` when the signature holds now; else CloudFront's error code. */
export type Refusal = 'MissingKey' | 'InvalidKey' | 'AccessDenied' | 'MalformedPolicy';

/** Checks the URL's signature. `keyOf` gives the public key of an id that may sign here, or undefined. */
export function checkSignedUrl(request: SignedRequest, keyOf: (id: string) => KeyLike | undefined, now: Instant): Refusal | undefined {
  const [base = '', queryText = ''] = request.url.split(/\?(.*)/s);
  const query = new URLSearchParams(queryText);
  const [keyId, signature] = [query.get('Key-Pair-Id'), query.get('Signature')];
  if (keyId === null) return 'MissingKey';
  const key = keyOf(keyId);
  if (key === undefined) return 'InvalidKey';
  if (signature === null) return 'AccessDenied';
  const rest = queryText.split('&').filter((pair) => pair !== '' && !ownParameters.has(pair.split('=')[0] ?? '')).join('&');
  const resource = rest === '' ? base : `${base}?${rest}`;
  const policyText = policyOf(query, resource);
  const digest = (query.get('Hash-Algorithm') ?? 'SHA1').toUpperCase();
  if (policyText === undefined || (digest !== 'SHA1' && digest !== 'SHA256')) return 'AccessDenied';
  if (!verify(digest, policyText, key, decodeUrlBase64(signature))) return 'AccessDenied';
  const policy = policyShape.safeParse(parseJson(policyText));
  if (!policy.success) return 'MalformedPolicy';
  const [{ Resource: pattern, Condition: condition }] = policy.data.Statement;
  const covers = pattern === undefined || pattern === resource || wildcard(pattern).test(resource);
  return covers && holds(condition, request.viewerAddress, now) ? undefined : 'AccessDenied';
}

/** The very bytes that were signed: the custom policy, or the canned one made again from the URL. */
function policyOf(query: URLSearchParams, resource: string): Buffer | undefined {
  const custom = query.get('Policy');
  if (custom !== null) return decodeUrlBase64(custom);
  const expires = query.get('Expires') ?? '';
  if (!/^\d{1,12}$/.test(expires)) return undefined;
  return Buffer.from(JSON.stringify({ Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': Number(expires) } } }] }));
}

type Condition = z.infer<typeof policyShape>['Statement'][0]['Condition'];

function holds(condition: Condition, viewerAddress: string, now: Instant): boolean {
  if (now >= condition.DateLessThan['AWS:EpochTime'] * SECOND) return false;
  if (condition.DateGreaterThan !== undefined && now <= condition.DateGreaterThan['AWS:EpochTime'] * SECOND) return false;
  const range = condition.IpAddress?.['AWS:SourceIp'];
  return range === undefined || inRange(viewerAddress, range);
}

function inRange(address: string, range: string): boolean {
  const [network = '', bits] = range.split('/');
  const list = new BlockList();
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  try {
    list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  } catch {
    return false;
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** CloudFront's base64: `-` for `+`, `_` for `=`, `~` for `/`. */
function decodeUrlBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
