import { createHash, generateKeyPairSync } from 'node:crypto';
import https, { type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AccessRecord } from '../../../local/edge/access-record.ts';
import { matchesPattern, readEdge } from '../../../local/edge/definition.ts';
import { startEdge, type Edge } from '../../../local/edge/edge.ts';
import type { EdgeObject } from '../../../local/edge/object-reader.ts';
import type { TemplateResource } from '../../../local/http-api/template-resource.ts';
import { openTrust, type Trust } from '../../../local/tls/trust.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
const now = Date.parse('2026-03-02T12:00:00.000Z');
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

const resources: TemplateResource[] = [
  { logicalId: 'Key', ref: 'K1', type: 'AWS::CloudFront::PublicKey', properties: { PublicKeyConfig: { EncodedKey: keys.publicKey } } },
  { logicalId: 'Group', ref: 'G1', type: 'AWS::CloudFront::KeyGroup', properties: { KeyGroupConfig: { Items: ['K1'] } } },
  {
    logicalId: 'Edge', ref: 'E1', type: 'AWS::CloudFront::Distribution',
    properties: {
      DistributionConfig: {
        Origins: [{ Id: 'o', DomainName: 'packages-bucket.s3.eu-west-1.amazonaws.com', OriginPath: '', S3OriginConfig: { OriginAccessIdentity: '' }, OriginAccessControlId: 'OAC' }],
        DefaultCacheBehavior: { TargetOriginId: 'o', TrustedKeyGroups: ['G1'], ViewerProtocolPolicy: 'https-only' },
        CacheBehaviors: [{ PathPattern: 'icons/*', TargetOriginId: 'o', ViewerProtocolPolicy: 'https-only' }, { PathPattern: '/missing.html', TargetOriginId: 'o' }],
        CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/missing.html' }],
        Enabled: true,
      },
    },
  },
];

let trust: Trust;
const edges: Edge[] = [];
beforeAll(async () => { trust = await openTrust(); });
afterEach(async () => { for (const edge of edges.splice(0)) await edge.close(); });

function object(body: Buffer, contentType: string): EdgeObject {
  return {
    size: body.length, etag: createHash('md5').update(body).digest('hex'), modifiedAt: now - 60_000, contentType, headers: { 'cache-control': 'max-age=60' },
    read: (range) => Readable.from([body.subarray(range?.first ?? 0, (range?.last ?? body.length - 1) + 1)]),
  };
}

async function start(options: { readonly page?: boolean } = {}): Promise<{ edge: Edge; clock: VirtualClock; records: AccessRecord[] }> {
  const clock = new VirtualClock('2026-03-02T12:00:00.000Z', { jumps: false });
  const records: AccessRecord[] = [];
  const stored = new Map([
    ['packages/a b.ipa', object(bytes, 'application/octet-stream')],
    ['icons/a.png', object(Buffer.from('png'), 'image/png')],
    ...(options.page === false ? [] : [['missing.html', object(Buffer.from('not here'), 'text/html')] as const]),
  ]);
  const edge = await startEdge({
    clock, log: silent, definition: readEdge(resources), tls: trust.server, port: 0, onAccess: (record) => { records.push(record); },
    objects: { find: (bucket, key) => (bucket === 'packages-bucket' ? stored.get(key) : undefined) },
  });
  edges.push(edge);
  return { edge, clock, records };
}

interface Response { readonly status: number; readonly headers: Record<string, unknown>; readonly body: Buffer }

function fetchFrom(url: string, options: RequestOptions = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { ca: trust.root, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => { chunks.push(chunk); });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }); });
    });
    request.on('error', reject).end();
  });
}

const signing = { keyPairId: 'K1', privateKey: keys.privateKey, dateLessThan: new Date(now + 60_000).toISOString() };
const signed = (edge: Edge, path = '/packages/a%20b.ipa', more: Record<string, unknown> = {}): string => getSignedUrl({ url: `${edge.url}${path}`, ...signing, ...more });

describe('an edge for browsers', () => {
  const override = { Override: true };
  const site: TemplateResource[] = [
    {
      logicalId: 'Headers', ref: 'H1', type: 'AWS::CloudFront::ResponseHeadersPolicy',
      properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'pages',
          SecurityHeadersConfig: {
            ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", ...override }, ContentTypeOptions: override, FrameOptions: { FrameOption: 'DENY', ...override },
            ReferrerPolicy: { ReferrerPolicy: 'no-referrer', ...override }, StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, ...override },
          },
          CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'no-cache', ...override }] },
        },
      },
    },
    {
      logicalId: 'Console', ref: 'C1', type: 'AWS::CloudFront::Distribution',
      properties: { DistributionConfig: { Origins: [{ Id: 'o', DomainName: 'packages-bucket.s3.eu-west-1.amazonaws.com' }], DefaultCacheBehavior: { TargetOriginId: 'o', ResponseHeadersPolicyId: 'H1' } } },
    },
  ];

  test('needs no TLS, and puts the policy\'s headers on every answer, in the place of the origin\'s own', async () => {
    const edge = await startEdge({
      clock: new VirtualClock('2026-03-02T12:00:00.000Z', { jumps: false }), log: silent, definition: readEdge([...resources, ...site], (id) => id === 'Console'), tls: undefined, port: 0, onAccess: () => undefined,
      objects: { find: (_, key) => (key === 'index.html' ? object(Buffer.from('<p>'), 'text/html') : undefined) },
    });
    edges.push(edge);
    for (const [path, status] of [['/index.html', 200], ['/gone', 403]] as const) {
      const response = await fetch(`${edge.url}${path}`);
      expect([response.status, ...['content-security-policy', 'x-content-type-options', 'x-frame-options', 'referrer-policy', 'strict-transport-security', 'cache-control'].map((name) => response.headers.get(name))])
        .toEqual([status, "default-src 'none'", 'nosniff', 'DENY', 'no-referrer', 'max-age=60; includeSubDomains', 'no-cache']);
    }
  });

  test.each([
    ['CORS', { CorsConfig: {} }], ['headers that are removed', { RemoveHeadersConfig: { Items: [] } }], ['a value that gives way to the origin\'s', { SecurityHeadersConfig: { ContentTypeOptions: { Override: false } } }],
  ])('is not started with a policy of what it does not do: %s', (_, config) => {
    const policy = { logicalId: 'Headers', ref: 'H1', type: 'AWS::CloudFront::ResponseHeadersPolicy', properties: { ResponseHeadersPolicyConfig: { Name: 'pages', ...config } } };
    expect(() => readEdge([policy, ...site.slice(1)])).toThrow();
  });
});

describe('a signed URL', () => {
  test.each([['SHA1'], ['SHA256']])('with a canned policy and %s gives the package', async (algorithm) => {
    const { edge } = await start();
    const { status, headers, body } = await fetchFrom(signed(edge, '/packages/a%20b.ipa', { algorithm }));
    expect([status, headers['content-type'], headers['content-length'], headers['cache-control']]).toEqual([200, 'application/octet-stream', '300000', 'max-age=60']);
    expect(body.equals(bytes)).toBe(true);
  });

  test('holds with further query parameters, which are signed too', async () => {
    const { edge } = await start();
    const url = signed(edge, '/packages/a%20b.ipa?device=7');
    expect((await fetchFrom(url)).status).toBe(200);
    expect((await fetchFrom(url.replace('device=7', 'device=8'))).status).toBe(404);
  });

  test('lives by the local clock', async () => {
    const { edge, clock } = await start();
    const url = signed(edge);
    clock.advance(59_999);
    expect((await fetchFrom(url)).status).toBe(200);
    clock.advance(1);
    expect((await fetchFrom(url)).status).toBe(404);
  });

  test.each([
    ['for all packages', '/packages/*', {}, 200],
    ['for something else', '/icons/*', {}, 404],
    ['not yet valid', '/packages/*', { DateGreaterThan: { 'AWS:EpochTime': now / 1000 + 10 } }, 404],
    ['for this address', '/packages/*', { IpAddress: { 'AWS:SourceIp': '127.0.0.0/8' } }, 200],
    ['for another address', '/packages/*', { IpAddress: { 'AWS:SourceIp': '10.0.0.0/8' } }, 404],
  ])('with a custom policy %s', async (_, pattern, conditions, status) => {
    const { edge } = await start();
    const policy = JSON.stringify({ Statement: [{ Resource: `${edge.url}${pattern}`, Condition: { DateLessThan: { 'AWS:EpochTime': now / 1000 + 60 }, ...conditions } }] });
    const url = getSignedUrl({ url: `${edge.url}/packages/a%20b.ipa`, keyPairId: 'K1', privateKey: keys.privateKey, policy });
    expect((await fetchFrom(url)).status).toBe(status);
  });

  test.each([
    ['no signature', (url: string) => url.split('?')[0] ?? ''],
    ['an unknown key', (url: string) => url.replace('Key-Pair-Id=K1', 'Key-Pair-Id=K2')],
    ['a later end than was signed', (url: string) => url.replace(/Expires=\d+/, 'Expires=1900000000')],
    ['another path', (url: string) => url.replace('a%20b.ipa', 'c.ipa')],
    ['a broken signature', (url: string) => url.replace(/Signature=..../, 'Signature=AAAA')],
  ])('with %s is refused, as the distribution\'s error page', async (_, spoil) => {
    const { edge, records } = await start();
    const { status, body } = await fetchFrom(spoil(signed(edge)));
    expect([status, body.toString()]).toEqual([404, 'not here']);
    await expect.poll(() => records).toMatchObject([{ 'sc-status': 404, 'x-edge-result-type': 'Error', 'x-edge-detailed-result-type': 'AccessDenied' }]);
  });

  test('is refused with 403 when the error page itself is missing', async () => {
    const { edge } = await start({ page: false });
    expect((await fetchFrom(`${edge.url}/packages/a%20b.ipa`)).status).toBe(403);
  });

  test('can be checked with a key that is set later', async () => {
    const { edge } = await start();
    const other = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const url = signed(edge, undefined, { privateKey: other.privateKey });
    expect((await fetchFrom(url)).status).toBe(404);
    edge.setPublicKey('K1', other.publicKey);
    expect((await fetchFrom(url)).status).toBe(200);
  });
});

describe('ranges and conditions', () => {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const modified = new Date(now - 60_000).toUTCString();
  test.each([
    ['the whole', {}, 200, 300_000, undefined],
    ['a range', { range: 'bytes=10-19' }, 206, 10, 'bytes 10-19/300000'],
    ['an open range', { range: 'bytes=299990-' }, 206, 10, 'bytes 299990-299999/300000'],
    ['a suffix', { range: 'bytes=-5' }, 206, 5, 'bytes 299995-299999/300000'],
    ['several ranges, as the whole', { range: 'bytes=0-1,5-6' }, 200, 300_000, undefined],
    ['a range if the tag is still the same', { range: 'bytes=0-9', 'if-range': etag }, 206, 10, 'bytes 0-9/300000'],
    ['the whole if the tag is another', { range: 'bytes=0-9', 'if-range': '"other"' }, 200, 300_000, undefined],
    ['a range if it is unmodified', { range: 'bytes=0-9', 'if-range': modified }, 206, 10, 'bytes 0-9/300000'],
    ['nothing if the tag is known', { 'if-none-match': etag }, 304, 0, undefined],
    ['nothing if it is not modified', { 'if-modified-since': modified }, 304, 0, undefined],
    ['an error if the tag must be another', { 'if-match': '"other"' }, 412, undefined, undefined],
    ['an error past the end', { range: 'bytes=300000-' }, 416, undefined, 'bytes */300000'],
  ])('%s', async (_, headers, status, length, contentRange) => {
    const { edge } = await start();
    const response = await fetchFrom(signed(edge), { headers });
    expect([response.status, response.headers['content-range']]).toEqual([status, contentRange]);
    if (length !== undefined) expect(response.body.length).toBe(length);
  });

  test('HEAD gives the headers alone', async () => {
    const { edge } = await start();
    const { status, headers, body } = await fetchFrom(signed(edge), { method: 'HEAD' });
    expect([status, headers['content-length'], headers['etag'], headers['accept-ranges'], body.length]).toEqual([200, '300000', etag, 'bytes', 0]);
  });

  test('other methods are refused', async () => {
    const { edge } = await start();
    expect((await fetchFrom(signed(edge), { method: 'PUT' })).status).toBe(404);
  });
});

test('a path outside the key group needs no signature', async () => {
  const { edge } = await start();
  expect((await fetchFrom(`${edge.url}/icons/a.png`)).body.toString()).toBe('png');
});

test('one record per request says what was sent, also of a download that broke off', async () => {
  const { edge, records, clock } = await start();
  await fetchFrom(signed(edge), { headers: { range: 'bytes=0-99', 'user-agent': 'phone 1' } });
  await expect.poll(() => records.length).toBe(1);
  expect(records[0]).toMatchObject({
    date: '2026-03-02', time: '12:00:00', 'cs-method': 'GET', 'cs-uri-stem': '/packages/a%20b.ipa', 'sc-status': 206, 'sc-bytes': 100, 'x-edge-result-type': 'Miss',
    'sc-range-start': 0, 'sc-range-end': 99, 'sc-content-len': 100, 'cs(User-Agent)': 'phone%201', 'time-taken': 0,
  });
  expect(records[0]?.['cs-uri-query']).toContain('Key-Pair-Id=K1');
  expect(clock.inFlight()).toEqual([]);
});

test('a missing object is 404 when the bucket\'s policy lets CloudFront list it, else 403', () => {
  const policy = (action: string): TemplateResource => ({
    logicalId: 'P', ref: 'P', type: 'AWS::S3::BucketPolicy',
    properties: { Bucket: 'packages-bucket', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' }, Action: ['s3:GetObject', action], Resource: '*' }] } },
  });
  expect(readEdge([...resources, policy('s3:ListBucket')]).behaviours.map((each) => each.missing)).toEqual([404, 404, 404]);
  expect(readEdge([...resources, policy('s3:GetObjectTagging')]).behaviours.map((each) => each.missing)).toEqual([403, 403, 403]);
});

test.each([
  ['*', '/a/b', true], ['/icons/*', '/icons/x/y.png', true], ['icons/*', '/icons/x', true], ['*.png', '/a/b.png', true],
  ['/a?c', '/abc', true], ['/a?c', '/ac', false], ['/icons/*', '/Icons/x', false], ['/a.b', '/axb', false],
])('the pattern %s for %s: %s', (pattern, path, expected) => {
  expect(matchesPattern(pattern, path)).toBe(expected);
});

test('an origin that is no bucket is refused when the template is read', () => {
  const other = structuredClone(resources) as unknown as { properties: { DistributionConfig: { Origins: { DomainName: string }[] } } }[];
  const origin = other[2]?.properties.DistributionConfig.Origins[0];
  if (origin !== undefined) origin.DomainName = 'example.com';
  expect(() => readEdge(other as unknown as TemplateResource[])).toThrow(/is no S3 bucket/);
});

test('every key of the group opens the packages while the keys are being replaced, and none that has left it', async () => {
  const [former, present, dropped] = [1, 2, 3].map(() => generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }));
  const edge = await startEdge({
    clock: new VirtualClock('2026-03-02T12:00:00.000Z', { jumps: false }), log: silent, tls: trust.server, port: 0, onAccess: () => undefined,
    definition: { ...readEdge(resources), behaviours: readEdge(resources).behaviours.map((each) => ({ ...each, signers: ['K2', 'K3'] })), publicKeys: { K2: former?.publicKey ?? '', K3: present?.publicKey ?? '', K1: dropped?.publicKey ?? '' } },
    objects: { find: (_, key) => (key === 'packages/a b.ipa' ? object(bytes, 'application/octet-stream') : undefined) },
  });
  edges.push(edge);
  const status = async (keyPairId: string, pair = present) => (await fetchFrom(signed(edge, undefined, { keyPairId, privateKey: pair?.privateKey }))).status;
  expect([await status('K2', former), await status('K3', present)]).toEqual([200, 200]);
  expect([await status('K1', dropped), await status('K3', former)]).toEqual([403, 403]);
});
