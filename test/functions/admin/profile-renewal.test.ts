import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { decodeProvisioningProfile } from '../../../protocol/provisioning-profile.ts';
import { sampleProfile } from '../../../local/demo/sample-profile.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { queueOfDevice, seedFacts } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;
let devices: readonly Device[];

/** 120 devices in Berlin: every second one has the version. */
beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin');
  version = seedVersion(world, 'com.example.field', { profileExpiresAt: world.clock.now() + 20 * DAY });
  devices = Array.from({ length: 120 }, (_, n) => seedDevice(world, 'berlin', `phone-${n}`));
  for (const [n, device] of devices.entries()) if (n % 2 === 0) seedFacts(world, device, version, world.clock.now());
});

async function renewedProfile(): Promise<string> {
  const now = world.clock.now();
  return (await sampleProfile({ kind: 'enterprise', covers: 'com.example.*', teamId: 'TEAM123456', signedAt: now - DAY, expiresAt: now + 360 * DAY, provisionedDevices: [], seed: 'renewal' })).toString('base64');
}
const renew = async (body: { readonly again?: boolean } = {}): Promise<AnswerOf<'renewProfile'>> => await admin.call('renewProfile', { id: version.id, body: { profile: await renewedProfile(), ...body } }) as AnswerOf<'renewProfile'>;
async function sendAll(): Promise<readonly AnswerOf<'sendProfile'>[]> {
  const pages: AnswerOf<'sendProfile'>[] = [];
  for (let after: string | undefined; ;) {
    const page = await admin.call('sendProfile', { id: version.id, body: { branchId: 'berlin', ...(after === undefined ? {} : { after }) } }) as AnswerOf<'sendProfile'>;
    pages.push(page);
    after = page.next;
    if (after === undefined) return pages;
  }
}
const queued = (device: Device | undefined) => queueOfDevice(world, present(device)).map(({ command }) => command);

describe('renewing a profile', () => {
  it('puts the end of the version off for plans too, and has somebody told before the new one', async () => {
    const { version: after } = await renew();
    const end = world.clock.now() + 360 * DAY;
    expect(after).toMatchObject({ profileExpiresAt: end, renewal: { by: 'grace', round: 1 } });
    expect(after).not.toHaveProperty('warning');
    expect(world.tables.versions.get(version.id)?.profileExpiresAt).toBe(end);
    expect([...world.tables.timers.values()]).toMatchObject([{ kind: 'version-end', at: end - 60 * DAY, subject: `${version.id}.${end}` }]);
    expect(devices.flatMap((device) => queueOfDevice(world, device))).toEqual([]);
  });

  it('refuses what is no profile in words', async () => {
    await expect(admin.call('renewProfile', { id: version.id, body: { profile: Buffer.from('no profile').toString('base64') } })).rejects.toMatchObject({ code: 'package-unreadable' });
    expect(admin.writes).toEqual([]);
  });

  it('sends it to those alone who have the version, some at a time, and wakes them', async () => {
    await renew();
    const pages = await sendAll();
    expect(pages.map(({ sent }) => sent.length).reduce((sum, count) => sum + count, 0)).toBe(60);
    for (const { sent } of pages) expect(sent.length).toBeLessThanOrEqual(50);
    expect(queued(devices[0])).toEqual([{ type: 'other', requestType: 'InstallProvisioningProfile', keys: { ProvisioningProfile: { $data: await renewedProfile() } } }]);
    expect(queued(devices[1])).toEqual([]);
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).toHaveLength(60);
    expect(world.tables.audit.filter(({ action }) => action === 'version.send-profile')).toHaveLength(pages.length);
  });

  it('sends nobody the same twice, however often it is repeated, until it is to be sent again', async () => {
    await renew();
    await sendAll();
    await renew();
    expect((await sendAll()).map(({ sent, before }) => [sent.length, before]).flat().reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(queued(devices[0])).toHaveLength(1);
    await renew({ again: true });
    await sendAll();
    expect(queued(devices[0])).toHaveLength(2);
  });

  it('sends it to a device that is named, whatever that last said', async () => {
    await renew();
    expect(await admin.call('sendProfile', { id: version.id, body: { deviceIds: [present(devices[1]).id] } })).toMatchObject({ sent: [{ deviceName: 'phone-1' }], before: 0 });
  });

  it.each<[string, () => object, string]>([
    ['a branch that does not exist', () => ({ branchId: 'atlantis' }), 'not-found'],
    ['a device that does not exist', () => ({ deviceIds: [version.id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')] }), 'not-found'],
    ['a device that left', () => ({ deviceIds: [seedDevice(world, 'berlin', 'gone', { status: 'left' }).id] }), 'conflict'],
    ['a branch and devices at once', () => ({ branchId: 'berlin', deviceIds: [present(devices[0]).id] }), 'invalid-input'],
    ['nobody', () => ({}), 'invalid-input'],
  ])('is not sent to %s', async (_, body, code) => {
    await renew();
    await expect(admin.call('sendProfile', { id: version.id, body: body() })).rejects.toMatchObject({ code });
    expect(world.waker.calls).toEqual([]);
  });

  it('tells what became of it on each device that has the version', async () => {
    await renew();
    await sendAll();
    const [first] = queueOfDevice(world, present(devices[0]));
    const record = present(world.tables.commandRecords.get(present(first).id));
    world.tables.commandRecords.set(record.id, { ...record, outcome: { at: world.clock.now(), status: 'error', errorCodes: ['MCProvisioningErrorDomain 25001'] } });
    const late = seedDevice(world, 'berlin', 'late');
    seedFacts(world, late, version, world.clock.now());
    const found: AnswerOf<'listProfileDevices'>['items'][number][] = [];
    for (let after: string | undefined; ;) {
      const page = await admin.call('listProfileDevices', { id: version.id, query: { branchId: 'berlin', ...(after === undefined ? {} : { after }) } }, 'viewer') as AnswerOf<'listProfileDevices'>;
      found.push(...page.items);
      after = page.next;
      if (after === undefined) break;
    }
    expect(found).toHaveLength(61);
    expect(found.find(({ deviceName }) => deviceName === 'phone-0')).toMatchObject({ state: 'failed', commandUUID: record.id, reason: { deviceCodes: ['MCProvisioningErrorDomain 25001'] } });
    expect(found.find(({ deviceName }) => deviceName === 'phone-2')).toMatchObject({ state: 'waiting' });
    expect(found.find(({ deviceName }) => deviceName === 'late')).toEqual({ deviceId: late.id, deviceName: 'late', state: 'not-sent' });
  });

  it('is made by a portal\'s file: the sample renews one with the same certificate', async () => {
    const now = world.clock.now();
    const terms = { kind: 'enterprise', covers: 'com.example.field', teamId: 'TEAM123456', provisionedDevices: [], seed: 'one' } as const;
    const first = { signedAt: now - DAY, expiresAt: now + 20 * DAY };
    const [before, after] = [decodeProvisioningProfile(await sampleProfile({ ...terms, ...first })), decodeProvisioningProfile(await sampleProfile({ ...terms, signedAt: now, expiresAt: now + 45 * DAY, renews: first }))];
    expect(after.certificateDigests).toEqual(before.certificateDigests);
    expect(after.uuid).not.toBe(before.uuid);
  });
});
