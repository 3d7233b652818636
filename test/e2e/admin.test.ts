import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

let test: TestCloud;
let token: string;

async function call(method: string, path: string, options: { readonly body?: unknown; readonly token?: string } = {}): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly type: string }> {
  const response = await fetch(`${test.cloud.apiUrl}${path}`, {
    method, headers: { ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }), 'content-type': 'application/json' },
    ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: (await response.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real' });
  const [client] = Object.entries(test.cloud.issuer.clientSecrets);
  if (client === undefined) throw new Error('There is no automation client.');
  const response = await fetch(`${test.cloud.issuer.issuer}/token`, {
    method: 'POST', headers: { authorization: `Basic ${Buffer.from(client.join(':')).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'wavecast/api wavecast/admin' }),
  });
  token = String(((await response.json()) as Record<string, unknown>)['access_token']);
});
afterAll(async () => {
  await test.cloud.stop();
});

describe('the administrators\' API', () => {
  it('tells anyone how to sign in', async () => {
    const { status, body } = await call('GET', '/v1/configuration');
    expect(status).toBe(200);
    expect(body).toMatchObject({ apiUrl: test.cloud.apiUrl, issuer: test.cloud.issuer.issuer });
  });

  it('lets nobody else in without a token', async () => {
    expect((await call('GET', '/v1/branches')).status).toBe(401);
    expect((await call('GET', '/v1/branches', { token: 'x.y.z' })).status).toBe(401);
  });

  it('keeps branches, and who changed them', async () => {
    const berlin = { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 100 };
    expect(await call('PUT', '/v1/branches/berlin', { body: berlin, token })).toMatchObject({ status: 200, body: { id: 'berlin', revision: 0, brake: false } });
    expect(await call('PUT', '/v1/branches/berlin', { body: { ...berlin, linkMbps: 50 }, token })).toMatchObject({ status: 200, body: { revision: 1 } });
    expect((await call('GET', '/v1/branches', { token })).body).toEqual({ items: [{ id: 'berlin', ...berlin, linkMbps: 50, brake: false, revision: 1, devices: 0, expected: 0, authenticated: 0, enrolled: 0, left: 0, unreachable: 0 }] });
  });

  it.each([
    ['no JSON', '{', 'invalid-input'],
    ['an unknown field', { name: 'B', timeZone: 'UTC', linkMbps: 1, colour: 'red' }, 'invalid-input'],
    ['a line without capacity', { name: 'B', timeZone: 'UTC', linkMbps: 0 }, 'invalid-input'],
    ['a zone that does not exist', { name: 'B', timeZone: 'Mars/Olympus', linkMbps: 1 }, 'invalid-input'],
  ])('refuses %s, and says what to do', async (_, body, code) => {
    const answer = await call('PUT', '/v1/branches/berlin', { body, token });
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', body: { code } });
    expect(answer.body['remedy']).toEqual(expect.any(String));
  });

  it.each([
    ['GET', '/v1/unicorns'], ['DELETE', '/v1/branches/berlin'], ['GET', '/'], ['GET', '/v2/branches'], ['PUT', '/mdm/unicorns'], ['POST', '/mdm/command'], ['GET', '//v1/branches'],
  ])('answers %s %s, which it does not have, as such', async (method, path) => {
    const answer = await call(method, path, { token });
    expect(answer).toMatchObject({ status: 404, type: 'application/problem+json', body: { code: 'not-found' } });
    expect(answer.body['remedy']).toEqual(expect.any(String));
  });

  it('needs no permission that the function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
