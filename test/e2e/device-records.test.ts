import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { parseEnrolmentId } from '../../core/ids.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { encodeCheckIn } from '../../protocol/check-in.ts';
import { encodePlist } from '../../protocol/plist.ts';
import { signMdmBody } from '../../protocol/signature.ts';
import { connect, enrolDevice, sendToken, type Hardware, type ManagedIdentity } from '../../simulator/identity.ts';
import { testWorld } from '../cli/support/world.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { many } from '../support/samples/unique.ts';

/** Records of devices from a file to their end, at the command line and over HTTP as devices come: what is made here is used further down. */
const ROWS = 600;
const folder = mkdtempSync(join(tmpdir(), 'wavecast-e2e-records-'));
const inFolder = (name: string): string => join(folder, name);
const hardware: Hardware = { udid: `00008120-${randomBytes(8).toString('hex').toUpperCase()}`, serialNumber: 'C39SERIAL7', productName: 'iPhone15,4', osVersion: '18.1' };

let test: TestCloud;
let automation: Readonly<Record<string, string>>;
let identity: ManagedIdentity;
let id = '';

async function wavecast(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const world = testWorld({ env: automation, configFolder: inFolder('session'), sleep: (milliseconds) => pause(Math.min(milliseconds, 100)) });
  const status = await run(args, world, '1.0.0');
  return { status, out: world.out(), err: world.err() };
}
async function json<T>(...args: readonly string[]): Promise<T> {
  const { status, out, err } = await wavecast(...args, '--json');
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as T;
}
const now = (): number => test.cloud.clock.now();
const profileOf = ({ link }: { readonly link: string }): string => `${link}/profile`;
const comes = (invitation: { readonly link: string }): Promise<ManagedIdentity> => enrolDevice(profileOf(invitation), hardware, now);
const kinds = async (): Promise<readonly string[]> => (await json<AnswerOf<'getTimeline'>['items']>('device', 'timeline', id)).map(({ kind }) => kind);

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real' });
  await test.stores.setPushCertificate();
  const [client] = Object.entries(test.cloud.issuer.clientSecrets);
  automation = { WAVECAST_URL: test.cloud.apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' };
  for (const branch of ['berlin', 'osaka']) expect((await wavecast('branch', 'set', branch, '--time-zone', 'UTC', '--link', '100')).status).toBe(0);
});
afterAll(async () => {
  await test.cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('a long file of devices', () => {
  it('is imported in portions, and left as it is the second time', async () => {
    const rows = many(ROWS, (n) => (n === 7 ? 'till-7,C39SERIAL7,osaka,七番,till,yes\n' : `d${n},,${n % 3 === 0 ? 'osaka' : 'berlin'},,field,no\n`));
    writeFileSync(inFolder('devices.csv'), `Name,Serial number,Branch,Display name,Tags,Test\n${rows.join('')}`);
    expect((await wavecast('device', 'import', inFolder('devices.csv'), '--check')).out).toContain(`${ROWS} devices would be created, 0 would be changed, 0 left`);
    expect((await wavecast('device', 'import', inFolder('devices.csv'))).out).toBe(`${ROWS} devices created, 0 changed, 0 left as they are.\n`);
    expect((await wavecast('device', 'import', inFolder('devices.csv'))).out).toBe(`0 devices created, 0 changed, ${ROWS} left as they are.\n`);
    const branches = await json<AnswerOf<'listBranches'>['items']>('branch', 'list');
    expect(branches.reduce((total, { devices }) => total + devices, 0)).toBe(ROWS);
  });

  it('comes back as it went, and finds everything as it is', async () => {
    expect((await wavecast('device', 'export', '--output', inFolder('export.csv'))).status).toBe(0);
    expect(readFileSync(inFolder('export.csv'), 'utf8').split('\n').toSorted()).toEqual(readFileSync(inFolder('devices.csv'), 'utf8').split('\n').toSorted());
    expect((await wavecast('device', 'import', inFolder('export.csv'))).out).toContain(`${ROWS} left as they are`);
  });

  it('is found by what its devices are called', async () => {
    for (const [search, names] of [['TILL', ['till-7']], ['七番', ['till-7']], ['c39s', ['till-7']], ['d59', many(10, (n) => `d59${n}`).concat('d59')]] as const) {
      const found = await json<AnswerOf<'listDevices'>['items']>('device', 'list', '--search', search);
      expect(found.map(({ name }) => name).toSorted()).toEqual([...names].toSorted());
    }
    expect(await json<AnswerOf<'listDevices'>['items']>('device', 'list', '--branch', 'osaka', '--test', 'yes')).toMatchObject([{ name: 'till-7' }]);
  });
});

describe('a device that was imported', () => {
  it('falls into its place when it enrols, by an invitation for another branch', async () => {
    identity = await comes(await json('device', 'invite', '--branch', 'berlin', '--uses', '9'));
    await sendToken(identity, randomBytes(32).toString('hex'), 'magic', now());
    const [device] = await json<AnswerOf<'listDevices'>['items']>('device', 'list', '--udid', hardware.udid);
    expect(device).toMatchObject({ name: 'till-7', displayName: '七番', branchId: 'osaka', tags: ['till'], testDevice: true, status: 'enrolled', serialNumber: 'C39SERIAL7' });
    id = device?.id ?? '';
    expect(await kinds()).toEqual(['enrolled', 'authenticated', 'imported']);
  });

  it('whose identity another one brings, as from its backup, is left as it was, and told of it once a day', async () => {
    const before = await json<AnswerOf<'getDevice'>>('device', 'show', id);
    for (let n = 0; n < 2; n += 1) await expect(authenticates({ ...identity, enrolmentId: parseEnrolmentId('00008120-0000000000000BAD') })).rejects.toThrow('400');
    // Nobody listens under the made-up token, and sooner or later the push service says so: that is another matter.
    expect({ ...await json<AnswerOf<'getDevice'>>('device', 'show', id), push: before.push }).toEqual(before);
    expect((await kinds()).filter((kind) => kind === 'identity-refused')).toHaveLength(1);
  });

  it('enrols again by another identity: the same record, the same history', async () => {
    identity = await comes(await json('device', 'invite', '--branch', 'berlin'));
    await sendToken(identity, randomBytes(32).toString('hex'), 'magic', now());
    expect((await kinds()).slice(0, 2)).toEqual(['re-enrolled', 'authenticated']);
    expect(await json('device', 'show', id)).toMatchObject({ name: 'till-7', branchId: 'osaka', status: 'enrolled' });
  });

  it('is deleted by force: its identity opens nothing any more, and a new invitation makes a new record', async () => {
    expect((await wavecast('device', 'delete', id)).err).toContain('--force');
    expect((await wavecast('device', 'delete', id, '--force')).out).toContain('till-7 is deleted.');
    await expect(authenticates(identity)).rejects.toThrow('400');
    await expect(connect(identity, { UDID: identity.enrolmentId, Status: 'Idle' }, now())).rejects.toThrow('400');
    expect((await kinds())[0]).toBe('deleted');
    await comes(await json('device', 'invite', '--branch', 'berlin', '--name', 'till-7'));
    const [device] = await json<AnswerOf<'listDevices'>['items']>('device', 'list', '--name', 'till-7');
    expect(device).toMatchObject({ branchId: 'berlin', serialNumber: 'C39SERIAL7', udid: hardware.udid, status: 'authenticated' });
    expect(device?.id).not.toBe(id);
  });
});

describe('invitations', () => {
  it('that are withdrawn let nobody in, though the page was open', async () => {
    const invitation = await json<AnswerOf<'invite'>>('device', 'invite', '--branch', 'osaka');
    const list = () => json<AnswerOf<'listInvitations'>['items']>('device', 'invitations', '--branch', 'osaka');
    expect((await fetch(profileOf(invitation))).status).toBe(200);
    expect((await list()).map(({ id: each }) => each)).toEqual([invitation.id]);
    expect((await wavecast('device', 'withdraw-invitation', invitation.id)).status).toBe(0);
    expect(await list()).toEqual([]);
    expect((await fetch(profileOf(invitation))).status).toBe(404);
  });

  it('come from a file, each with a link that opens its page', async () => {
    writeFileSync(inFolder('invitations.csv'), 'Name,Branch,Uses\nnew-1,osaka,\n,berlin,40\n');
    expect((await wavecast('device', 'invite-all', inFolder('invitations.csv'), '--output', inFolder('links.csv'))).status).toBe(0);
    const links = readFileSync(inFolder('links.csv'), 'utf8').split('\n').slice(1, -1).map((line) => line.split(',').at(-1) ?? '');
    expect(links).toHaveLength(2);
    for (const link of links) {
      const page = await fetch(link);
      expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, "default-src 'none'; style-src 'unsafe-inline'"]);
      expect(await page.text()).toContain('<svg class="qr"');
    }
    expect(await json('device', 'list', '--name', 'new-1')).toMatchObject([{ status: 'expected', branchId: 'osaka' }]);
  });

  it('need no permission that the functions do not have', () => {
    expect(test.faults).toEqual([]);
  });
});

/** One Authenticate by an identity, whatever device it says it is. */
async function authenticates({ enrolmentId, checkInUrl, topic, ...key }: ManagedIdentity): Promise<void> {
  const body = Buffer.from(encodePlist({ ...encodeCheckIn({ type: 'Authenticate', enrolmentId, topic }) }), 'utf8');
  const response = await fetch(checkInUrl, { method: 'PUT', headers: { 'content-type': 'application/x-apple-aspen-mdm-checkin', 'mdm-signature': signMdmBody(body, key, now()) }, body });
  if (!response.ok) throw new Error(`Authenticate was answered with ${response.status}.`);
}
