import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseBranchId, parseInvitationId, parseSha256 } from '../../core/ids.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real' });
  const now = test.cloud.clock.now();
  const invite = (secret: string, expiresAt: number): Promise<void> => test.stores.invitations.addInvitation(
    { id: parseInvitationId(crypto.randomUUID()), branchId: parseBranchId('berlin'), testDevice: false, uses: 1, used: 0, createdAt: now, expiresAt }, parseSha256(createHash('sha256').update(secret).digest('hex')),
  );
  await invite('good', now + DAY);
  await invite('late', now - DAY);
});
afterAll(async () => {
  await test.cloud.stop();
});

async function ask(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly type: string | undefined; readonly text: string }> {
  const response = await fetch(`${test.cloud.apiUrl}${path}`, init);
  return { status: response.status, type: response.headers.get('content-type')?.split(';')[0], text: await response.text() };
}

describe('the invitation\'s page', () => {
  it('leads to the profile', async () => {
    const { status, type, text } = await ask('/enrol/good');
    expect([status, type]).toEqual([200, 'text/html']);
    expect(text).toContain(`href="${test.cloud.apiUrl}/enrol/good/profile"`);
  });

  it.each(['/enrol/late', '/enrol/unknown', '/enrol/late/profile', '/enrol/%3Cscript%3E'])('tells a person what to do where %s is of no use', async (path) => {
    const { status, type, text } = await ask(path);
    expect([status, type]).toEqual([404, 'text/html']);
    expect(text).toContain('Ask your administrator for a new one.');
    expect(text).not.toContain('<script');
  });

  it('tells a person that there is no push certificate yet', async () => {
    const { status, type, text } = await ask('/enrol/good/profile');
    expect([status, type]).toEqual([503, 'text/html']);
    expect(text).toContain('push certificate');
  });
});

/** A device removes its management on 401, and on 403 of a kind: neither may ever come. */
describe('the doors for devices', () => {
  beforeAll(async () => {
    // The first profile makes the authority that SCEP needs.
    await test.stores.setPushCertificate();
    expect((await ask('/enrol/good/profile')).status).toBe(200);
  });

  const signed = { 'mdm-signature': Buffer.from('nonsense').toString('base64') };
  it.each<[string, string, RequestInit, number, string]>([
    ['a command request without identity', '/mdm/command', { method: 'PUT', body: '<plist/>' }, 400, 'identity-refused'],
    ['a check-in with a signature that is none', '/mdm/check-in', { method: 'PUT', body: '<plist/>', headers: signed }, 400, 'identity-refused'],
    ['a body that is too large', '/mdm/command', { method: 'PUT', body: 'x'.repeat(4 * 1024 * 1024 + 1) }, 413, 'too-large'],
    ['an unknown SCEP operation', '/scep?operation=Nothing', {}, 400, 'invalid-input'],
    ['a SCEP message that is none', '/scep?operation=PKIOperation', { method: 'POST', body: 'nonsense' }, 400, 'identity-refused'],
    ['a manifest link that nobody made', '/d/nonsense/manifest.plist', {}, 404, 'not-found'],
  ])('refuse %s', async (_, path, init, status, code) => {
    const answer = await ask(path, init);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toMatchObject({ status, code });
    expect(answer.text).not.toContain('nonsense');
  });

  it('need no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
