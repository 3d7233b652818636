import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin } from '../../support/memory/admin.ts';
import { present } from '../../support/present.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import type { Scene } from './changes.ts';

let scene: Scene;
beforeEach(() => {
  const world = memoryWorld();
  scene = { world, admin: memoryAdmin(world) };
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
});
const change = async (id: string, body: object) => (await scene.admin.call('changeDevice', { id, body }, 'operator')) as AnswerOf<'changeDevice'>;
const list = async (query: Readonly<Record<string, string>>) => ((await scene.admin.call('listDevices', { query }, 'viewer')) as AnswerOf<'listDevices'>).items.map(({ name }) => name);
const invalid = { code: 'invalid-input', remedy: expect.any(String) as string };

describe('a device\'s record', () => {
  it('gets a display name in any script, and loses it again', async () => {
    const { id } = seedDevice(scene.world, 'berlin', 'phone');
    expect(await change(id, { displayName: '  受付 1 📱 ' })).toMatchObject({ displayName: '受付 1 📱', revision: 2 });
    expect(await change(id, { displayName: '漢'.repeat(100) })).toMatchObject({ revision: 3 });
    expect(await change(id, { displayName: '' })).not.toHaveProperty('displayName');
  });

  it.each([
    ['longer than 100 characters', { displayName: '漢'.repeat(101) }], ['with a line break', { displayName: 'a\nb' }], ['with half a character', { displayName: 'a\ud800' }], ['a tag with a semicolon', { tags: ['a;b'] }],
    ['an empty tag', { tags: [' '] }], ['a tag that is too long', { tags: ['x'.repeat(41)] }], ['too many tags', { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }], ['a name with a space', { name: 'a b' }], ['nothing but a revision', { revision: 1 }],
  ])('refuses %s', async (_, body) => {
    const { id } = seedDevice(scene.world, 'berlin', 'phone');
    await expect(change(id, body)).rejects.toMatchObject(invalid);
  });

  it('that has changed since it was read is left alone', async () => {
    const { id } = seedDevice(scene.world, 'berlin', 'phone');
    await change(id, { tags: ['x'], revision: 1 });
    await expect(change(id, { tags: ['y'], revision: 1 })).rejects.toMatchObject({ code: 'conflict', remedy: expect.any(String) as string });
  });

  it('tells of every change: who, what, from and to', async () => {
    const { id } = seedDevice(scene.world, 'berlin', 'phone', { tags: ['a'] });
    await change(id, { name: 'desk', branchId: 'tokyo', displayName: 'Desk', tags: ['b'], testDevice: true });
    const { items } = (await scene.admin.call('getTimeline', { id }, 'viewer')) as AnswerOf<'getTimeline'>;
    expect(items.map(({ kind, by, details }) => [kind, by, details]).toSorted()).toEqual([
      ['display-name-changed', 'grace', { from: '', to: 'Desk' }], ['moved', 'grace', { from: 'berlin', to: 'tokyo' }], ['renamed', 'grace', { from: 'phone', to: 'desk' }], ['tagged', 'grace', { from: 'a', to: 'b' }],
      ['test-device-changed', 'grace', { testDevice: true }],
    ]);
  });

  it('tells more on the next page, whatever a client makes of its place', async () => {
    const device = seedDevice(scene.world, 'berlin', 'phone');
    for (const n of [1, 2, 3]) seedInstruction(scene.world, device, seedVersion(scene.world, `com.example.app${n}`));
    const first = (await scene.admin.call('getTimeline', { id: device.id, query: { limit: '2' } })) as AnswerOf<'getTimeline'>;
    expect(first.items).toHaveLength(2);
    expect(await scene.admin.call('getTimeline', { id: device.id, query: { limit: '2', after: first.next ?? '' } })).toMatchObject({ items: [{ kind: 'instruction' }] });
    await expect(scene.admin.call('getTimeline', { id: device.id, query: { after: 'x y' } })).rejects.toMatchObject(invalid);
  });
});

describe('a list of devices', () => {
  beforeEach(() => {
    seedDevice(scene.world, 'berlin', 'till-1', { tags: ['shop'], displayName: '東京' });
    seedDevice(scene.world, 'tokyo', 'till-2', { status: 'left', testDevice: true });
  });

  it('is of a branch, of what they are called, or of one device', async () => {
    expect(await list({ branchId: 'berlin' })).toEqual(['till-1']);
    expect(await list({ search: 'TILL' })).toEqual(['till-1', 'till-2']);
    expect(await list({ search: '東京' })).toEqual(['till-1']);
    expect(await list({ udid: [...scene.world.tables.devices.values()][0]?.enrolmentId ?? '' })).toEqual(['till-1']);
    expect(await list({ udid: '00008120-NOBODY' })).toEqual([]);
    expect(await list({ serialNumber: 'SN-till-1' })).toEqual(['till-1']);
  });

  it('is of all branches one after the other, page by page, each device once', async () => {
    seedBranch(scene.world, 'osaka');
    for (const n of [3, 4, 5]) seedDevice(scene.world, n === 5 ? 'osaka' : 'berlin', `till-${n}`);
    const names: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = (await scene.admin.call('listDevices', { query: { limit: '2', ...(after === undefined ? {} : { after }) } }, 'viewer')) as AnswerOf<'listDevices'>;
      names.push(...page.items.map(({ branchId, name }) => `${branchId} ${name}`));
      after = page.next;
      more = after !== undefined;
    }
    expect(names.map((name) => name.split(' ')[0])).toEqual(['berlin', 'berlin', 'berlin', 'osaka', 'tokyo']);
    expect(new Set(names).size).toBe(5);
    expect(await list({})).toHaveLength(5);
    expect(await list({ testDevice: 'true' })).toEqual(['till-2']);
  });

  it('of many empty branches is not looked for without end in one request', async () => {
    for (let n = 0; n < 60; n += 1) seedBranch(scene.world, `empty-${n}`);
    const first = (await scene.admin.call('listDevices', {})) as AnswerOf<'listDevices'>;
    expect(first.items.map(({ name }) => name)).toEqual(['till-1']);
    expect(await list({ after: first.next ?? '' })).toEqual(['till-2']);
  });

  it('of a search is narrowed down by branch, too', async () => {
    expect(await list({ search: 'till', branchId: 'tokyo' })).toEqual(['till-2']);
  });

  it('is narrowed down by standing, tag and test', async () => {
    expect(await list({ search: 'till', status: 'left' })).toEqual(['till-2']);
    expect(await list({ search: 'till', tag: 'shop' })).toEqual(['till-1']);
    expect(await list({ branchId: 'tokyo', testDevice: 'true' })).toEqual(['till-2']);
    expect(await list({ branchId: 'tokyo', testDevice: 'false' })).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['two that each name one', { name: 'till-1', serialNumber: 'SN-till-1' }], ['a branch for one device', { branchId: 'berlin', name: 'till-1' }], ['a filter for one device', { name: 'till-1', tag: 'shop' }], ['a search of one character', { search: 't' }], ['a UDID that can be none', { udid: 'a b' }],
    ['a place of another search', { search: 'till', after: 'phone' }],
  ])('refuses %s', async (_, query) => {
    await expect(list(query)).rejects.toMatchObject(invalid);
  });
});

describe('the instructions of a device', () => {
  it('are its own, each with app and version', async () => {
    const [device, other] = [seedDevice(scene.world, 'berlin', 'phone'), seedDevice(scene.world, 'berlin', 'other')];
    const version = seedVersion(scene.world);
    seedInstruction(scene.world, device, version);
    seedInstruction(scene.world, other, version);
    const { items } = (await scene.admin.call('listDeviceInstructions', { id: device.id }, 'viewer')) as AnswerOf<'listDeviceInstructions'>;
    expect(items).toMatchObject([{ deviceId: device.id, bundleId: version.bundleId, versionId: version.id, state: 'issued' }]);
    await expect(scene.admin.call('listDeviceInstructions', { id: uuidOf('nobody') })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the inventory of a device', () => {
  it('is what it last said of each app, and of no other device', async () => {
    const [device, other] = [seedDevice(scene.world, 'berlin', 'phone'), seedDevice(scene.world, 'berlin', 'other')];
    const { bundleId } = seedVersion(scene.world);
    expect(await scene.admin.call('getInventory', { id: device.id }, 'viewer')).toEqual({ items: [] });
    await scene.world.inventory.report(device.id, bundleId, { installed: { present: true, version: '7', shortVersion: '1.2', reportedAt: 5 }, managed: { status: 'Managed', reportedAt: 4 } });
    await scene.world.inventory.report(other.id, bundleId, { installed: { present: false, reportedAt: 6 } });
    expect(await scene.admin.call('getInventory', { id: device.id }, 'viewer')).toEqual({ items: [{ bundleId, installed: { present: true, version: '7', shortVersion: '1.2', reportedAt: 5 }, managed: { status: 'Managed', reportedAt: 4 } }] });
    await expect(scene.admin.call('getInventory', { id: uuidOf('nobody') })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is asked for at once, about each registered app by itself, and by a hasty hand once', async () => {
    const device = seedDevice(scene.world, 'berlin', 'phone');
    for (const id of ['com.example.a', 'com.example.b']) seedVersion(scene.world, id);
    expect(await scene.admin.call('collectInventory', { id: device.id }, 'operator')).toMatchObject({ apps: 2 });
    await scene.admin.call('collectInventory', { id: device.id }, 'operator');
    const { items } = (await scene.admin.call('listCommands', { id: device.id })) as AnswerOf<'listCommands'>;
    expect(items.map(({ requestType }) => requestType)).toEqual(['DeviceInformation', 'ManagedApplicationList', 'InstalledApplicationList', 'ManagedApplicationList', 'InstalledApplicationList']);
  });

  it('cannot be asked for where the device is not enrolled', async () => {
    const { id } = seedDevice(scene.world, 'berlin', 'phone', { status: 'left' });
    await expect(scene.admin.call('collectInventory', { id })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('one device', () => {
  it('is shown with its standing in management, and without token or pin', async () => {
    const { id, enrolmentId } = seedDevice(scene.world, 'berlin', 'phone');
    const enrolment = present(scene.world.tables.enrolments.get(present(enrolmentId)));
    expect(await scene.admin.call('getDevice', { id })).toMatchObject({ lastSeenAt: enrolment.lastSeenAt, push: 'possible' });
    scene.world.tables.enrolments.set(enrolment.id, { ...enrolment, push: { ...present(enrolment.push), dead: true }, identityExpiresAt: 7, revokedAt: 8 });
    const shown = await scene.admin.call('getDevice', { id });
    expect(shown).toMatchObject({ push: 'dead', identityExpiresAt: 7, identityRevokedAt: 8 });
    expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${present(enrolment.push).token}|${enrolment.pin}|magic`));
    const { push: _, ...without } = enrolment;
    scene.world.tables.enrolments.set(enrolment.id, without);
    expect(await scene.admin.call('getDevice', { id })).toMatchObject({ push: 'none' });
  });

  it('that never enrolled has none', async () => {
    const { enrolmentId: _, ...device } = seedDevice(scene.world, 'berlin', 'phone');
    scene.world.tables.devices.set(device.id, { ...device, status: 'expected' });
    expect(await scene.admin.call('getDevice', { id: device.id })).not.toHaveProperty('push');
  });
});
