import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TemplateResource } from '../../../local/http-api/template-resource.ts';
import { createOidc, type Oidc } from '../../../local/oidc/provider.ts';
import { readUserPool } from '../../../local/oidc/user-pool.ts';
import { Browser } from '../../support/browser.ts';
import { memoryStore } from '../step-functions/memory-store.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const resources: TemplateResource[] = [
  { logicalId: 'Api', ref: 'ApiRef', type: 'AWS::Cognito::UserPoolResourceServer', properties: { Identifier: 'wavecast', Scopes: [{ ScopeName: 'api' }, { ScopeName: 'viewer' }] } },
  ...['viewer', 'operator', 'admin'].map((name) => ({ logicalId: name, ref: name, type: 'AWS::Cognito::UserPoolGroup', properties: { GroupName: name } })),
  {
    logicalId: 'Cli', ref: 'cli', type: 'AWS::Cognito::UserPoolClient',
    properties: { AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid', 'ApiRef/api'], CallbackURLs: ['http://127.0.0.1:8421/callback'], LogoutURLs: ['http://127.0.0.1:8421/'], AccessTokenValidity: 60, RefreshTokenValidity: 43_200, TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' } },
  },
  { logicalId: 'Auto', ref: 'auto', type: 'AWS::Cognito::UserPoolClient', properties: { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['ApiRef/api', 'ApiRef/viewer'], GenerateSecret: true } },
];
const passwords = { admin: 'a-secret', operator: 'o-secret', viewer: 'v-secret' };

let clock: VirtualClock;
let store: ReturnType<typeof memoryStore>;
let oidc: Oidc;
const server = createServer((request, response) => { oidc.handle(request, response); });
let base = '';

beforeEach(async () => {
  clock = new VirtualClock('2030-03-02T00:00:00.000Z', { jumps: false });
  store = memoryStore();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  base = `http://127.0.0.1:${String((server.address() as { port: number }).port)}/oidc`;
  await boot();
});
afterEach(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));

async function boot(): Promise<void> {
  oidc = await createOidc({ clock, store, log: silent, issuer: base, pool: readUserPool(resources), passwords });
}

const verifier = randomBytes(32).toString('base64url');

function authorizeUrl(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'cli', response_type: 'code', redirect_uri: 'http://127.0.0.1:54321/callback', scope: 'openid wavecast/api', state: 's1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...more,
  });
  return `${base}/auth?${query.toString()}`;
}

async function post(path: string, form: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function signIn(username: keyof typeof passwords, browser = new Browser(base)): Promise<Record<string, unknown>> {
  const page = await browser.open(authorizeUrl());
  const callback = await browser.open(page, { username, password: passwords[username] });
  const code = new URL(callback).searchParams.get('code') ?? '';
  return (await post('/token', { grant_type: 'authorization_code', client_id: 'cli', code, redirect_uri: 'http://127.0.0.1:54321/callback', code_verifier: verifier })).body;
}

describe('a person', () => {
  test('signs in with code and PKCE, at any port of the loopback, and gets a token like Cognito\'s on the local clock', async () => {
    const tokens = await signIn('operator');
    const verified = await jwtVerify(String(tokens['access_token']), createLocalJWKSet(await oidc.trusted.keys()), { issuer: base, currentDate: new Date(clock.now()) });
    const now = clock.now() / 1000;
    expect(verified.payload).toMatchObject({ sub: 'operator', username: 'operator', 'cognito:groups': ['operator'], token_use: 'access', client_id: 'cli', scope: 'wavecast/api', iat: now, exp: now + 3600 });
    expect(decodeJwt(String(tokens['id_token']))).toMatchObject({ sub: 'operator', 'cognito:groups': ['operator'] });
    expect(tokens['refresh_token']).toBeTypeOf('string');
  });

  test('is not asked again while the session lasts', async () => {
    const browser = new Browser(base);
    await signIn('viewer', browser);
    expect(await browser.open(authorizeUrl())).toMatch(/^http:\/\/127\.0\.0\.1:54321\/callback\?code=/);
  });

  test('stays out with a wrong password or as nobody', async () => {
    for (const [username, password] of [['admin', 'wrong'], ['nobody', ''], ['__proto__', 'x'], ['admin', '']] as const) {
      const browser = new Browser(base);
      const page = await browser.open(authorizeUrl());
      expect(await browser.open(page, { username, password })).toBe(page);
      expect(browser.page).toContain('role="alert"');
    }
  });

  test('sees a page without script that may send its form only here and to the client', async () => {
    const browser = new Browser(base);
    await browser.open(authorizeUrl());
    const policy = browser.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:54321;/);
    expect(browser.page).not.toContain('<script');
    const style = /<style>([\s\S]*)<\/style>/.exec(browser.page)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  });
});

describe('signing out', () => {
  const signOut = (more: Record<string, string> = {}): string => `${base}/session/end?${new URLSearchParams({ client_id: 'cli', logout_uri: 'http://127.0.0.1:8421/', post_logout_redirect_uri: 'http://127.0.0.1:8421/', ...more }).toString()}`;

  test('is asked for once more, ends the session, and leads back to the client', async () => {
    const browser = new Browser(base);
    await signIn('operator', browser);
    await browser.open(signOut());
    expect(browser.page).toContain('Sign out of Wavecast?');
    expect(browser.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:8421;");
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(browser.page) ?? [];
    expect(await browser.open(`${base}/session/end/confirm`, { xsrf, logout: 'yes' })).toBe('http://127.0.0.1:8421/');
    // Who wants in again is asked for a password.
    expect(await browser.open(authorizeUrl())).toContain('/interaction/');
  });

  test('leads to no address that the client has not named', async () => {
    const browser = new Browser(base);
    await signIn('operator', browser);
    await browser.open(signOut({ post_logout_redirect_uri: 'https://evil.example/' }));
    expect(browser.page).toContain('post_logout_redirect_uri not registered');
  });
});

describe('what is refused', () => {
  test.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }], ['a scope that the client does not have', { scope: 'openid wavecast/viewer' }],
  ])('%s goes back to the client as an error', async (_, more) => {
    const url = new URL(authorizeUrl(more));
    for (const [name, value] of Object.entries(more)) if (value === '') url.searchParams.delete(name);
    expect(await new Browser(base).open(url.href)).toMatch(/callback\?error=invalid_(request|scope)/);
  });

  test.each([['another host', { redirect_uri: 'http://evil.example/callback' }], ['another path', { redirect_uri: 'http://127.0.0.1:54321/other' }], ['an unknown client', { client_id: 'nobody' }]])('%s ends at a page of our own', async (_, more) => {
    const browser = new Browser(base);
    expect(await browser.open(authorizeUrl(more))).toContain(base);
    expect(browser.page).toContain('Sign-in failed');
  });

  test('a code cannot be used with another verifier', async () => {
    const browser = new Browser(base);
    const page = await browser.open(authorizeUrl());
    const code = new URL(await browser.open(page, { username: 'admin', password: passwords.admin })).searchParams.get('code') ?? '';
    const { status, body } = await post('/token', { grant_type: 'authorization_code', client_id: 'cli', code, redirect_uri: 'http://127.0.0.1:54321/callback', code_verifier: 'x'.repeat(43) });
    expect([status, body['error']]).toEqual([400, 'invalid_grant']);
  });
});

describe('a refresh token', () => {
  const refresh = (token: unknown): ReturnType<typeof post> => post('/token', { grant_type: 'refresh_token', client_id: 'cli', refresh_token: String(token) });

  test('gives new access tokens for 30 days of the local clock, also after a restart', async () => {
    const tokens = await signIn('admin');
    clock.advance(30 * 86_400_000 - 60_000);
    await boot();
    const again = await refresh(tokens['refresh_token']);
    expect(again.status).toBe(200);
    expect(decodeJwt(String(again.body['access_token']))).toMatchObject({ iat: clock.now() / 1000, 'cognito:groups': ['admin'], username: 'admin', scope: 'wavecast/api' });
    clock.advance(60_000);
    expect(await refresh(tokens['refresh_token'])).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('that was revoked gives nothing more', async () => {
    const tokens = await signIn('admin');
    expect((await post('/token/revocation', { client_id: 'cli', token: String(tokens['refresh_token']) })).status).toBe(200);
    expect((await refresh(tokens['refresh_token'])).status).toBe(400);
  });

  test('keys are the same after a restart', async () => {
    const before = await oidc.trusted.keys();
    await boot();
    expect(await oidc.trusted.keys()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('"d"');
  });
});

test('a program gets a token with its scopes for its secret', async () => {
  const credentials = { grant_type: 'client_credentials', client_id: 'auto', scope: 'wavecast/api wavecast/viewer' };
  const headers = { authorization: `Basic ${Buffer.from(`auto:${oidc.clientSecrets['auto'] ?? ''}`).toString('base64')}` };
  const response = await fetch(`${base}/token`, { method: 'POST', headers, body: new URLSearchParams({ grant_type: 'client_credentials', scope: credentials.scope }) });
  const body = (await response.json()) as Record<string, unknown>;
  const claims = decodeJwt(String(body['access_token']));
  expect(claims).toMatchObject({ sub: 'auto', client_id: 'auto', scope: 'wavecast/api wavecast/viewer', token_use: 'access' });
  expect(claims).not.toHaveProperty('username');
  expect((await post('/token', { ...credentials, client_secret: 'wrong' })).status).toBe(401);
});

test('the discovery document names everything below the issuer', async () => {
  const document = (await (await fetch(`${base}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
  expect(document).toMatchObject({
    issuer: base, authorization_endpoint: `${base}/auth`, token_endpoint: `${base}/token`, revocation_endpoint: `${base}/token/revocation`, end_session_endpoint: `${base}/session/end`, jwks_uri: `${base}/jwks`, code_challenge_methods_supported: ['S256'],
  });
});
