import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPulse } from '../../console/api/answers.ts';
import { createClient } from '../../console/api/client.ts';
import { isPassing } from '../../console/api/failure.ts';
import { nextAsk, pace, saysTheSame } from '../../console/api/poll.ts';

const branch = { id: 'berlin', name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 30, brake: false, revision: 0, devices: 3, expected: 1, authenticated: 0, enrolled: 2, left: 0, unreachable: 0 };
const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

/** What the server answers, in order, and what it was asked. */
let answers: (Response | Error)[] = [];
let asked: { readonly url: string; readonly token: string | null; readonly method: string | undefined; readonly body: unknown }[] = [];
beforeEach(() => {
  [answers, asked] = [[], []];
  vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
    asked.push({ url: url.href, token: new Headers(init.headers).get('authorization'), method: init.method, body: init.body });
    const next = answers.shift() ?? new Error('nothing more');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
});
afterEach(() => { vi.unstubAllGlobals(); });
const client = (token: string | undefined = 'first', renewed: string | undefined = 'second') => createClient('https://api.example', { token: () => Promise.resolve(token), renew: () => Promise.resolve(renewed) });

describe('the client of the API', () => {
  it('asks what the operation\'s table says, with the token', async () => {
    answers = [answer(200, branch)];
    expect(await client().call('putBranch', { id: 'berlin', body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 30 } })).toEqual(branch);
    expect(asked).toEqual([{ url: 'https://api.example/v1/branches/berlin', token: 'Bearer first', method: 'PUT', body: '{"name":"Berlin","timeZone":"Europe/Berlin","linkMbps":30}' }]);
  });

  it('asks once more with a new token where the server takes the old one no more', async () => {
    answers = [answer(401, { message: 'Unauthorized' }), answer(200, branch)];
    await client().call('getBranch', { id: 'berlin' });
    expect(asked.map(({ token }) => token)).toEqual(['Bearer first', 'Bearer second']);
  });

  it('fetches a token first where there is none', async () => {
    answers = [answer(200, branch)];
    await createClient('https://api.example', { token: () => Promise.resolve(undefined), renew: () => Promise.resolve('second') }).call('getBranch', { id: 'berlin' });
    expect(asked.map(({ token }) => token)).toEqual(['Bearer second']);
  });

  it('does not ask where the session has ended', async () => {
    const ended = createClient('https://api.example', { token: () => Promise.resolve(undefined), renew: () => Promise.resolve(undefined) });
    await expect(ended.call('getBranch', { id: 'berlin' })).rejects.toMatchObject({ kind: 'signed-out' });
    expect(asked).toEqual([]);
  });

  it('does not take a sign-in service that cannot be reached for the end of the session', async () => {
    answers = [answer(401, {})];
    const offline = createClient('https://api.example', { token: () => Promise.resolve('first'), renew: () => Promise.reject(new TypeError('network')) });
    await expect(offline.call('getBranch', { id: 'berlin' })).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('tells of a refusal what the server says, with its remedy and evidence', async () => {
    answers = [answer(409, { title: 'The state has moved on', detail: 'It was changed.', code: 'conflict', remedy: 'Look again.', evidence: ['revision 3'] })];
    await expect(client().call('getBranch', { id: 'berlin' })).rejects.toMatchObject({ kind: 'refused', status: 409, message: 'It was changed.', code: 'conflict', remedy: 'Look again.', evidence: ['revision 3'] });
  });

  it('tells that nobody answers, and that an answer has not the form that was agreed', async () => {
    answers = [new TypeError('network'), answer(200, { ...branch, devices: 'many' })];
    await expect(client().call('getBranch', { id: 'berlin' })).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(client().call('getBranch', { id: 'berlin' })).rejects.toMatchObject({ kind: 'not-understood', evidence: [expect.stringContaining('devices') as string] });
  });

  it('lets be asked again what may pass, and nothing else', () => {
    expect([{ kind: 'unreachable', status: undefined }, { kind: 'refused', status: 503 }, { kind: 'refused', status: 429 }, { kind: 'refused', status: 409 }, { kind: 'signed-out', status: undefined }, { kind: 'not-understood', status: 200 }].map((failure) => isPassing(failure as Parameters<typeof isPassing>[0]))).toEqual([true, true, true, false, false, false]);
  });
});

describe('a live answer', () => {
  it('is asked for ever less often while it stays, and no less often than the last pace', () => {
    const times = Array.from({ length: 20 }, (_, same) => nextAsk(same));
    expect(times[0]).toBe(pace.first);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(pace.last);
  });

  it('says the same where only the time of the answer differs', () => {
    expect(saysTheSame({ asOf: 1, totals: { installed: 2 } }, { asOf: 9, totals: { installed: 2 } })).toBe(true);
    expect(saysTheSame({ asOf: 1, totals: { installed: 2 } }, { asOf: 1, totals: { installed: 3 } })).toBe(false);
    expect(saysTheSame(undefined, {})).toBe(false);
  });

  it('is asked for soon again when it changes, and when something was done', () => {
    const pulse = createPulse();
    const told = (count: number, data: unknown, failed = false) => pulse.quiet('plans', data, count, failed);
    expect([told(1, 'a'), told(2, 'a'), told(2, 'a'), told(3, 'a'), told(4, 'b'), told(5, 'b')]).toEqual([0, 1, 1, 2, 0, 1]);
    pulse.quicken();
    expect(told(6, 'b')).toBe(0);
  });

  it('is asked for less often while the asking fails', () => {
    const pulse = createPulse();
    expect([1, 2, 3].map((count) => pulse.quiet('plans', count, count, true))).toEqual([0, 1, 2]);
  });
});
