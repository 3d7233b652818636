import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { answeredDetail, PLAN } from './support/answers.ts';
import { startApi, type Answers, type TestApi } from './support/api.ts';
import { PROGRAM, tokenFor } from './support/issuer.ts';
import { testWorld, type TestWorld, type WorldOptions } from './support/world.ts';

const branches: Answers = { listBranches: { items: [] } };

/** A person at a browser, who signs in as soon as the page opens. */
function personAt(api: TestApi, change: (address: string) => string = (address) => address): NonNullable<WorldOptions['openBrowser']> {
  return async (address) => {
    await fetch(change(api.issuer.signIn(address)));
    return true;
  };
}

const login = (api: TestApi, world: TestWorld, ...more: string[]): Promise<number> => run(['login', '--url', api.url, '--callback-port', '0', ...more], world, '1.0.0');
const sessionPath = (world: TestWorld): string => join(world.configFolder, 'session.json');

function keepSession(world: TestWorld, api: TestApi, of: Readonly<Record<string, unknown>>): void {
  mkdirSync(world.configFolder, { recursive: true });
  writeFileSync(sessionPath(world), JSON.stringify({ url: api.url, issuer: api.issuer.issuer, clientId: 'cli', accessToken: tokenFor({ username: 'ada' }), refreshToken: 'refresh-1', expiresAt: Date.now() + 3_600_000, ...of }));
}

describe('signing in with the browser', () => {
  it('exchanges the code, with its proof, for a session that only its owner may read', async () => {
    const api = await startApi(branches);
    const world = testWorld({ openBrowser: personAt(api) });
    expect(await login(api, world)).toBe(0);
    expect(world.out()).toBe(`Signed in to ${api.url} as ada (operator).\n`);
    expect(statSync(sessionPath(world)).mode & 0o777).toBe(0o600);
    expect(api.issuer.grants.map((form) => form.get('grant_type'))).toEqual(['authorization_code']);
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
  });

  it('prints the address where no browser opens, and waits for whoever opens it', async () => {
    const api = await startApi();
    const world = testWorld({ openBrowser: () => Promise.resolve(false) });
    const done = login(api, world);
    await expect.poll(() => world.err()).toContain('/authorize?');
    const address = /http\S+authorize\S+/.exec(world.err())?.[0] ?? '';
    expect(Object.fromEntries(new URL(address).searchParams)).toMatchObject({ response_type: 'code', client_id: 'cli', scope: 'openid wavecast/api', code_challenge_method: 'S256' });
    await fetch(api.issuer.signIn(address));
    expect(await done).toBe(0);
  });

  it('takes no answer with another state for its own', async () => {
    const api = await startApi();
    let refusal = 0;
    const world = testWorld({
      openBrowser: async (address) => {
        const back = new URL(api.issuer.signIn(address));
        back.searchParams.set('state', 'x'.repeat((back.searchParams.get('state') ?? '').length));
        refusal = (await fetch(back)).status;
        await fetch(api.issuer.signIn(address));
        return true;
      },
    });
    expect(await login(api, world)).toBe(0);
    expect(refusal).toBe(400);
  });

  it('ends with status 3 and the reason where the sign-in is refused', async () => {
    const api = await startApi();
    const world = testWorld({
      openBrowser: personAt(api, (address) => {
        const back = new URL(address);
        back.searchParams.delete('code');
        back.searchParams.set('error', 'access_denied');
        return back.href;
      }),
    });
    expect(await login(api, world)).toBe(3);
    expect(world.err()).toContain('The sign-in was refused: access_denied.');
    expect(existsSync(sessionPath(world))).toBe(false);
  });

  it('ends when it is interrupted', async () => {
    const api = await startApi();
    const world = testWorld();
    const done = login(api, world);
    await expect.poll(() => world.err()).toContain('/authorize?');
    world.interrupt();
    expect(await done).toBe(1);
    expect(world.err()).toContain('Interrupted.');
  });
});

describe('signing in as a program', () => {
  it('reads the secret from standard input and takes the highest role that it may have', async () => {
    const api = await startApi(branches);
    const world = testWorld({ readStdin: () => Promise.resolve(`${PROGRAM.secret}\n`) });
    expect(await login(api, world, '--client-id', PROGRAM.id, '--client-secret-stdin', '--json')).toBe(0);
    expect(JSON.parse(world.out())).toMatchObject({ url: api.url, name: 'program', role: 'operator' });
    expect(api.issuer.grants.map((form) => form.get('scope'))).toEqual(['wavecast/api wavecast/viewer wavecast/operator wavecast/admin', 'wavecast/api wavecast/viewer wavecast/operator']);
    expect(readFileSync(sessionPath(world), 'utf8')).not.toContain(PROGRAM.secret);
  });

  it.each([
    ['a wrong secret', ['--client-id', PROGRAM.id, '--client-secret-stdin'], 'wrong', 3, 'The sign-in service refused'],
    ['no secret', ['--client-id', PROGRAM.id, '--client-secret-stdin'], '', 2, '--client-secret-stdin'],
    ['no client', ['--client-secret-stdin'], 'x', 2, '--client-id'],
  ])('refuses %s', async (_, flags, secret, status, words) => {
    const api = await startApi();
    const world = testWorld({ readStdin: () => Promise.resolve(secret) });
    expect(await login(api, world, ...flags)).toBe(status);
    expect(world.err()).toContain(words);
    expect(existsSync(sessionPath(world))).toBe(false);
  });

  it('needs no login where the environment has the credentials, and asks for one token only', async () => {
    const api = await startApi(branches);
    const world = testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_CLIENT_ID: PROGRAM.id, WAVECAST_CLIENT_SECRET: PROGRAM.secret } });
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
    const grants = api.issuer.grants.length;
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
    expect(api.issuer.grants).toHaveLength(grants);
    expect(existsSync(sessionPath(world))).toBe(false);
  });

  it('takes a token from the environment as it is', async () => {
    const api = await startApi(branches);
    api.goodTokens.add('given');
    expect(await run(['branch', 'list'], testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'given' } }), '1.0.0')).toBe(0);
    expect(api.issuer.grants).toEqual([]);
  });
});

describe('a token from the environment that does not hold', () => {
  it.each([['branch', 'list'], ['whoami']])('is said to be that one, since signing in would not help (%s)', async (...args) => {
    const api = await startApi(branches);
    api.goodTokens.add('another');
    const world = testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'given' } });
    expect(await run(args, world, '1.0.0')).toBe(3);
    expect(world.err()).toContain('WAVECAST_TOKEN');
  });
});

describe('a session', () => {
  it('is renewed before its token ends', async () => {
    const api = await startApi(branches);
    const world = testWorld();
    keepSession(world, api, { expiresAt: Date.now() + 5_000 });
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
    expect(api.issuer.grants.map((form) => form.get('grant_type'))).toEqual(['refresh_token']);
    expect(readFileSync(sessionPath(world), 'utf8')).toContain('refresh-1');
  });

  it('is renewed once, however often a long command asks', async () => {
    const api = await startApi({ getPlan: () => answeredDetail({ state: api.calls('getPlan').length < 4 ? 'running' : 'finished' }) });
    const world = testWorld();
    keepSession(world, api, { expiresAt: Date.now() + 5_000 });
    expect(await run(['plan', 'watch', PLAN], world, '1.0.0')).toBe(0);
    expect(api.calls('getPlan')).toHaveLength(4);
    expect(api.issuer.grants.map((form) => form.get('grant_type'))).toEqual(['refresh_token']);
  });

  it('is renewed where the server takes the token for expired, and the request is repeated', async () => {
    const api = await startApi(branches);
    const world = testWorld();
    keepSession(world, api, {});
    api.goodTokens.add('none that exists yet');
    const before = api.asked.length;
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(3);
    expect(api.asked.length - before).toBe(2);
    expect(world.err()).toContain('`wavecast login`');
  });

  it('that cannot be renewed says so with status 3', async () => {
    const api = await startApi(branches);
    api.issuer.refuses = true;
    api.goodTokens.add('another');
    const world = testWorld();
    keepSession(world, api, { expiresAt: 0 });
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(3);
  });

  it('is not used for another server: its token stays at home', async () => {
    const [api, other] = [await startApi(branches), await startApi(branches)];
    const world = testWorld();
    keepSession(world, api, {});
    expect(await run(['branch', 'list', '--url', other.url], world, '1.0.0')).toBe(3);
    expect(other.asked).toEqual([]);
  });

  it('is revoked and forgotten by logout', async () => {
    const api = await startApi(branches);
    const world = testWorld({ openBrowser: personAt(api) });
    await login(api, world);
    expect(await run(['logout'], world, '1.0.0')).toBe(0);
    expect(api.issuer.revoked).toEqual(['refresh-1']);
    expect(existsSync(sessionPath(world))).toBe(false);
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(3);
  });

  it('says who it is of', async () => {
    const api = await startApi();
    const world = testWorld();
    keepSession(world, api, { accessToken: tokenFor({ username: 'ada', 'cognito:groups': ['viewer', 'admin'] }) });
    expect(await run(['whoami', '--json'], world, '1.0.0')).toBe(0);
    expect(JSON.parse(world.out())).toMatchObject({ url: api.url, name: 'ada', role: 'admin' });
  });
});

describe('addresses', () => {
  it.each(['http://api.example.com', 'ftp://127.0.0.1', 'api.example.com'])('refuses to send credentials to %s', async (url) => {
    const world = testWorld();
    expect(await run(['login', '--url', url], world, '1.0.0')).toBe(2);
    expect(world.err()).toContain('--url');
  });
});
