import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { webcrypto } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readHttpApi } from '../../../local/http-api/definition.ts';
import { startHttpApi, type HttpApi } from '../../../local/http-api/http-api.ts';
import { createRouter } from '../../../local/http-api/router.ts';
import type { TemplateResource } from '../../../local/http-api/template-resource.ts';
import type { FunctionAnswer } from '../../../local/step-functions/function-call.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const arn = (name: string): string => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

function resource(type: string, ref: string, properties: Record<string, unknown>): TemplateResource {
  return { logicalId: ref, ref, type: `AWS::ApiGatewayV2::${type}`, properties };
}

const resources: TemplateResource[] = [
  resource('Api', 'api1', { ProtocolType: 'HTTP', CorsConfiguration: { AllowOrigins: ['http://localhost:5173'], AllowMethods: ['GET', 'PUT'], AllowHeaders: ['authorization'], MaxAge: 60 } }),
  ...['admin', 'device', 'any'].map((name) => resource('Integration', `int-${name}`, { IntegrationType: 'AWS_PROXY', IntegrationUri: arn(name), PayloadFormatVersion: '2.0' })),
  resource('Integration', 'int-slow', { IntegrationType: 'AWS_PROXY', IntegrationUri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn('slow')}/invocations`, PayloadFormatVersion: '2.0', TimeoutInMillis: 50 }),
  resource('Authorizer', 'jwt1', { AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'], JwtConfiguration: { Issuer: 'https://cognito/pool', Audience: ['cli'] } }),
  ...([['GET /v1/{proxy+}', 'admin', true], ['GET /v1/configuration', 'any', false], ['PUT /mdm/command', 'device', false], ['POST /mdm/command', 'device', false], ['GET /d/{link}/manifest.plist', 'device', false], ['HEAD /d/{link}/manifest.plist', 'device', false], ['GET /slow', 'slow', false], ['ANY /any', 'any', false]] as const)
    .map(([key, to, guarded], index) => resource('Route', `r${String(index)}`, { RouteKey: key, Target: `integrations/int-${to}`, ...(guarded ? { AuthorizationType: 'JWT', AuthorizerId: 'jwt1', AuthorizationScopes: ['wavecast/api'] } : { AuthorizationType: 'NONE' }) })),
];

interface Event { readonly [name: string]: unknown; readonly requestContext: Record<string, unknown> }
let seen: { readonly functionArn: string; readonly event: Event } | undefined;
let reply: (event: Event) => unknown = () => ({ statusCode: 200, body: 'ok' });
let api: HttpApi;
let key: webcrypto.CryptoKey;
let jwk: JWK;
const clock = new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false });

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' };
  api = await startHttpApi({
    clock, log: silent, api: readHttpApi(resources), port: 0, account: '000000000000',
    callFunction: async (functionArn, event): Promise<FunctionAnswer> => {
      seen = { functionArn, event: event as Event };
      const payload = await reply(event as Event);
      return payload instanceof Error ? { payload: null, fault: { errorType: payload.name, errorMessage: payload.message } } : { payload };
    },
    trust: (issuer) => (issuer === 'https://cognito/pool' ? { issuer: 'http://local/oidc', keys: () => Promise.resolve({ keys: [jwk] }) } : undefined),
  });
});
afterEach(() => {
  seen = undefined;
  reply = () => ({ statusCode: 200, body: 'ok' });
});
afterAll(() => api.close());

interface Response { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

function ask(path: string, options: { readonly method?: string; readonly headers?: Record<string, string | string[]>; readonly body?: Buffer | string } = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${api.url}${path}`, { method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => { chunks.push(chunk); });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }); });
    });
    request.on('error', reject).end(options.body);
  });
}

describe('the event', () => {
  test('has the form of payload 2.0', async () => {
    await ask('/d/a%20b/manifest.plist?x=1&x=2&y=%20', { headers: { 'X-Thing': ['a', 'b'], cookie: 'c=1; d=2' } });
    expect(seen?.functionArn).toBe(arn('device'));
    expect(seen?.event).toMatchObject({
      version: '2.0', routeKey: 'GET /d/{link}/manifest.plist', rawPath: '/d/a b/manifest.plist', rawQueryString: 'x=1&x=2&y=%20', cookies: ['c=1', 'd=2'],
      queryStringParameters: { x: '1,2', y: ' ' }, pathParameters: { link: 'a b' }, isBase64Encoded: false,
      requestContext: { accountId: '000000000000', apiId: 'api1', stage: '$default', routeKey: 'GET /d/{link}/manifest.plist', timeEpoch: Date.parse('2026-03-02T00:00:00Z'), time: '02/Mar/2026:00:00:00 +0000', http: { method: 'GET', path: '/d/a b/manifest.plist', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
    });
    const headers = seen?.event['headers'] as Record<string, string>;
    expect(headers['x-thing']).toMatch(/^a, ?b$/);
    expect(headers['cookie']).toBeUndefined();
    expect(seen?.event['body']).toBeUndefined();
  });

  test.each([
    ['application/x-apple-aspen-mdm', true], ['application/octet-stream', true], ['', true],
    ['application/json', false], ['application/json; charset=utf-8', false], ['text/xml', false], ['application/problem+json', false], ['application/x-www-form-urlencoded', false],
  ])('a body of type "%s" is in base64: %s', async (type, encoded) => {
    await ask('/mdm/command', { method: 'PUT', ...(type === '' ? {} : { headers: { 'content-type': type } }), body: '<plist/>' });
    expect([seen?.event['isBase64Encoded'], seen?.event['body']]).toEqual([encoded, encoded ? Buffer.from('<plist/>').toString('base64') : '<plist/>']);
  });
});

describe('the answer', () => {
  test.each([
    ['a structured answer', { statusCode: 201, headers: { 'Content-Type': 'application/xml', 'x-n': 7 }, body: '<a/>' }, 201, 'application/xml', '<a/>'],
    ['bytes', { statusCode: 200, body: Buffer.from('bin').toString('base64'), isBase64Encoded: true }, 200, 'text/plain; charset=utf-8', 'bin'],
    ['a plain value', { hello: 1 }, 200, 'application/json', '{"hello":1}'],
    ['a malformed answer', { statusCode: 'soon' }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    ['an answer over 6 MB', { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    ['a fault', new Error('secret'), 500, 'application/json', '{"message":"Internal Server Error"}'],
  ])('%s', async (_, payload, status, type, body) => {
    reply = () => payload;
    const response = await ask('/any');
    expect([response.status, response.headers['content-type'], response.body]).toEqual([status, type, body]);
  });

  test('cookies go out one by one', async () => {
    reply = () => ({ statusCode: 204, cookies: ['a=1', 'b=2'] });
    expect((await ask('/any')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test('HEAD has the length and no body', async () => {
    const response = await ask('/d/x/manifest.plist', { method: 'HEAD' });
    expect([response.status, response.headers['content-length'], response.body]).toEqual([200, '2', '']);
  });

  test('a function that takes too long is 503', async () => {
    reply = () => new Promise(() => undefined);
    const response = await ask('/slow');
    expect([response.status, response.body]).toEqual([503, '{"message":"Service Unavailable"}']);
    await expect.poll(() => clock.inFlight()).toEqual([]);
  });

  test('the clock is held while a function runs', async () => {
    let held: readonly string[] = [];
    reply = () => { held = clock.inFlight(); return {}; };
    await ask('/any');
    expect(held).toEqual(['http request']);
  });
});

describe('limits', () => {
  test.each([['/nothing', 'GET'], ['/mdm/command', 'GET'], ['/any/', 'GET'], ['/v1/', 'GET'], ['/v1', 'GET']])('%s by %s is not found', async (path, method) => {
    const response = await ask(path, { method });
    expect([response.status, response.body]).toEqual([404, '{"message":"Not Found"}']);
  });

  test('10,240 bytes of request line and headers are the most', async () => {
    const line = 'GET /any HTTP/1.1\r\n';
    const rest = `Host: 127.0.0.1\r\nConnection: close\r\nX: `;
    const send = (bytes: number): Promise<string> => new Promise((resolve, reject) => {
      const socket = connect(api.port, '127.0.0.1', () => { socket.write(`${line}${rest}${'a'.repeat(bytes - line.length - rest.length - 2)}\r\n\r\n`); });
      let text = '';
      socket.on('data', (chunk) => { text += chunk.toString(); }).on('end', () => { resolve(text.slice(9, 12)); }).on('error', reject);
    });
    // A header's separator counts as two bytes and its line end as two.
    expect([await send(10_240), await send(10_241)]).toEqual(['200', '431']);
  });

  test.each([
    ['a body over 10 MB', 'application/json', 10 * 1024 * 1024 + 1, 413],
    ['text over 6 MB', 'application/json', 6 * 1024 * 1024, 413],
    ['bytes that pass 6 MB in base64', 'application/octet-stream', 5 * 1024 * 1024, 413],
    ['bytes of 4 MB', 'application/octet-stream', 4 * 1024 * 1024, 200],
  ])('%s', async (_, type, size, status) => {
    const response = await ask('/mdm/command', { method: 'PUT', headers: { 'content-type': type }, body: Buffer.alloc(size, 'a') }).catch(() => ({ status: 413 }));
    expect(response.status).toBe(status);
  });
});

describe('the authoriser', () => {
  const now = Date.parse('2026-03-02T00:00:00Z') / 1000;
  const claims = { scope: 'openid wavecast/api', client_id: 'cli', 'cognito:groups': ['admin', 'operator'], token_use: 'access', username: 'ada' };
  const token = (more: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT({ iss: 'http://local/oidc', iat: now - 10, exp: now + 60, ...claims, ...more }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);

  test('gives the claims as text, lists in brackets', async () => {
    expect((await ask('/v1/apps', { headers: { authorization: `Bearer ${await token()}` } })).status).toBe(200);
    expect(seen?.event.requestContext['authorizer']).toEqual({ jwt: { claims: expect.objectContaining({ 'cognito:groups': '[admin operator]', exp: String(now + 60), username: 'ada' }) as unknown, scopes: ['openid', 'wavecast/api'] } });
    expect(seen?.event['pathParameters']).toEqual({ proxy: 'apps' });
  });

  test.each([
    ['without Bearer', {}, '', 200], ['expired by the local clock', { exp: now - 1 }, 'Bearer ', 401], ['not yet valid', { nbf: now + 100 }, 'Bearer ', 401],
    ['without an end', { exp: undefined }, 'Bearer ', 401], ['of another issuer', { iss: 'http://other' }, 'Bearer ', 401],
    ['for another client', { client_id: 'other' }, 'Bearer ', 401], ['for another audience', { aud: 'other' }, 'Bearer ', 401], ['for this audience', { aud: ['x', 'cli'] }, 'Bearer ', 200],
    ['without the scope', { scope: 'openid' }, 'Bearer ', 403],
  ])('a token %s', async (_, more, prefix, status) => {
    expect((await ask('/v1/apps', { headers: { authorization: `${prefix}${await token(more)}` } })).status).toBe(status);
    if (status !== 200) expect(seen).toBeUndefined();
  });

  test('no token, and one signed by another key, are 401', async () => {
    const other = await generateKeyPair('RS256');
    const forged = await new SignJWT({ iss: 'http://local/oidc', exp: now + 60, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(other.privateKey);
    for (const headers of [{}, { authorization: `Bearer ${forged}` }]) {
      const response = await ask('/v1/apps', { headers });
      expect([response.status, response.body, response.headers['www-authenticate']]).toEqual([401, '{"message":"Unauthorized"}', 'Bearer']);
    }
  });

  test('routes without it need no token, though a greedy one has it', async () => {
    expect((await ask('/v1/configuration')).status).toBe(200);
    expect(seen?.functionArn).toBe(arn('any'));
  });
});

describe('CORS', () => {
  test('a preflight is answered by the API itself', async () => {
    const response = await ask('/v1/apps', { method: 'OPTIONS', headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'GET' } });
    expect([response.status, response.headers['access-control-allow-origin'], response.headers['access-control-allow-methods'], response.headers['access-control-max-age']]).toEqual([204, 'http://localhost:5173', 'GET,PUT', '60']);
  });

  test('an allowed origin gets the headers on errors too, another none', async () => {
    expect((await ask('/v1/apps', { headers: { origin: 'http://localhost:5173' } })).headers['access-control-allow-origin']).toBe('http://localhost:5173');
    expect((await ask('/any', { headers: { origin: 'http://evil' } })).headers['access-control-allow-origin']).toBeUndefined();
  });
});

test('a mount gets what is below its prefix, untouched', async () => {
  const paths: string[] = [];
  api.setMounts([{ prefix: '/oidc', handle: (request, response) => { paths.push(request.url ?? ''); response.end('mounted'); } }]);
  expect((await ask('/oidc/token?x=1')).body).toBe('mounted');
  expect((await ask('/oidcs')).status).toBe(404);
  expect(paths).toEqual(['/oidc/token?x=1']);
  api.setMounts([]);
});

describe('routes', () => {
  const router = createRouter(['GET /a/{x}', 'GET /a/b', 'ANY /a/{proxy+}', 'ANY /a/b', '$default', 'GET /{y}/c'].map((each) => ({ key: each, functionArn: '', timeout: 1, jwt: undefined })));
  test.each([
    ['GET', '/a/b', 'GET /a/b', {}], ['PUT', '/a/b', 'ANY /a/b', {}], ['GET', '/a/z', 'GET /a/{x}', { x: 'z' }], ['PUT', '/a/z', 'ANY /a/{proxy+}', { proxy: 'z' }],
    ['GET', '/a/z/w', 'ANY /a/{proxy+}', { proxy: 'z/w' }], ['GET', '/a/c', 'GET /a/{x}', { x: 'c' }], ['GET', '/q/c', 'GET /{y}/c', { y: 'q' }], ['DELETE', '/none', '$default', {}],
    ['GET', '/a/%2Fz', 'GET /a/{x}', { x: '/z' }],
  ])('%s %s takes %s', (method, path, expected, parameters) => {
    const match = router(method, path);
    expect([match?.route.key, match?.pathParameters]).toEqual([expected, parameters]);
  });

  test('a port that is taken is said so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve); });
    const { port } = other.address() as { port: number };
    await expect(startHttpApi({ clock, log: silent, api: readHttpApi(resources), port, account: '0', callFunction: () => Promise.reject(new Error('never')), trust: () => undefined })).rejects.toThrow(/EADDRINUSE/);
    other.close();
  });
});
