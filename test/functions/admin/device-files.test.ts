import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { many } from '../../support/samples/unique.ts';
import type { Scene } from './changes.ts';

let scene: Scene;
beforeEach(() => {
  const world = memoryWorld();
  scene = { world, admin: memoryAdmin(world) };
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
});
const imports = async (body: object) => (await scene.admin.call('importDevices', { body }, 'operator')) as AnswerOf<'importDevices'>;
const invites = async (body: object) => (await scene.admin.call('importInvitations', { body }, 'operator')) as AnswerOf<'importInvitations'>;
const named = (name: string) => [...scene.world.tables.devices.values()].find((device) => device.name === name);

describe('a file of devices', () => {
  const csv = 'Name,Branch,Tags\nphone,tokyo,field\ndesk,berlin,\nsame,berlin,\n';
  beforeEach(() => {
    seedDevice(scene.world, 'berlin', 'phone');
    seedDevice(scene.world, 'berlin', 'same');
  });

  it('that is only checked says what would be done, and does nothing', async () => {
    expect(await imports({ csv, check: true })).toEqual({
      created: 1, changed: 1, left: 1, failed: [],
      rows: [{ line: 2, outcome: 'changed', name: 'phone', changes: ['Moved from the branch berlin to tokyo.', 'Tagged field.'] }, { line: 3, outcome: 'created', name: 'desk', changes: [] }],
    });
    expect(scene.admin.writes).toEqual([]);
    expect(named('desk')).toBeUndefined();
  });

  it('that is imported does just that, and nothing more when it comes again', async () => {
    const checked = await imports({ csv, check: true });
    expect(await imports({ csv })).toEqual(checked);
    expect(named('phone')).toMatchObject({ branchId: 'tokyo', tags: ['field'] });
    expect(named('desk')).toMatchObject({ status: 'expected' });
    scene.admin.writes.length = 0;
    expect(await imports({ csv })).toMatchObject({ created: 0, changed: 0, left: 3 });
    expect(scene.admin.writes).toEqual([]);
  });

  it('with mistakes is not imported at all: they are told together, by the lines of the whole file', async () => {
    await expect(imports({ csv: 'Name,Branch\na,atlantis\nb,\nc,berlin\n', firstLine: 502 })).rejects.toMatchObject({
      code: 'invalid-input', message: 'The file has 2 mistakes; nothing was imported.', evidence: [expect.stringContaining('Line 502, column "Branch": there is no branch "atlantis"'), expect.stringContaining('Line 503, column "Branch": the device is new')],
    });
    expect(named('c')).toBeUndefined();
    expect(scene.admin.writes).toEqual([]);
  });

  it('with more rows than a request may have is refused, and says how many', async () => {
    await expect(imports({ csv: `Name,Branch\n${many(501, (n) => `d${n},berlin\n`).join('')}` })).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('501') as string });
  });

  it('of the largest request is written, and audited in records that a table can hold', async () => {
    const tags = many(20, (n) => `${String(n).padStart(2, '0')}${'漢'.repeat(38)}`).join(';');
    expect(await imports({ csv: `Name,Branch,Display name,Tags\n${many(500, (n) => `d${n},berlin,${'字'.repeat(100)},${tags}\n`).join('')}` })).toMatchObject({ created: 500 });
    for (const record of scene.world.tables.audit) expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(400_000);
  });

  it('is exported by branch, or whole, and imports again without a change', async () => {
    await imports({ csv });
    const exported = async (body: object) => {
      const { link, rows } = (await scene.admin.call('exportDevices', { body }, 'viewer')) as AnswerOf<'exportDevices'>;
      return { rows, text: scene.admin.exported.get(link.replace('https://exports.example/', '')) ?? '' };
    };
    expect(await exported({ branchId: 'tokyo' })).toEqual({ rows: 1, text: 'Name,Serial number,Branch,Display name,Tags,Test\nphone,SN-phone,tokyo,,field,no\n' });
    for (const device of scene.world.tables.devices.values()) scene.world.tables.devices.set(device.id, { ...device, serialNumber: device.name.toUpperCase() });
    const whole = await exported({});
    expect(whole.rows).toBe(3);
    expect(await imports({ csv: whole.text })).toMatchObject({ created: 0, changed: 0, left: 3 });
    await expect(exported({ branchId: 'atlantis' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a file of invitations', () => {
  const csv = 'Name,Branch,Serial number,Display name,Tags,Test,Uses,Days\ntill-1,tokyo,C39A,受付,a,yes,,30\n,berlin,,,x,,40,\n';

  it('makes an invitation for each row, with a link of its own, and makes the named devices known', async () => {
    const { items, devices, failed } = await invites({ csv });
    expect(devices).toEqual({ created: 1, changed: 0, left: 0 });
    expect(failed).toEqual([]);
    expect(items).toMatchObject([{ line: 2, deviceName: 'till-1', branchId: 'tokyo', uses: 1, testDevice: true, tags: ['a'] }, { line: 3, branchId: 'berlin', uses: 40, tags: ['x'] }]);
    expect(new Set(items.map(({ link }) => link)).size).toBe(2);
    expect(named('till-1')).toMatchObject({ status: 'expected', serialNumber: 'C39A', displayName: '受付', tags: ['a'], testDevice: true, branchId: 'tokyo' });
    expect(JSON.stringify(scene.world.tables.audit)).not.toContain(items[0]?.link.split('/').at(-1));
  });

  it('that is only checked makes nothing', async () => {
    expect(await invites({ csv, check: true })).toEqual({ devices: { created: 1, changed: 0, left: 0 }, items: [], rows: 2, failed: [] });
    expect(scene.admin.writes).toEqual([]);
  });

  it('with a mistake makes nothing', async () => {
    await expect(invites({ csv: 'Branch\nberlin\natlantis\n' })).rejects.toMatchObject({ code: 'invalid-input', evidence: [expect.stringMatching(/^Line 3, column "Branch"/)] });
    expect(scene.admin.writes).toEqual([]);
  });
});

describe('invitations', () => {
  const invite = async (body: object) => (await scene.admin.call('invite', { body: { branchId: 'berlin', ...body } })) as AnswerOf<'invite'>;
  const open = async () => ((await scene.admin.call('listInvitations', { query: { branchId: 'berlin' } })) as AnswerOf<'listInvitations'>).items.map(({ id }) => id);

  it('of a named device make it known, and tell its timeline; an enrolled one keeps what is not said', async () => {
    await invite({ deviceName: 'desk', displayName: 'Desk 1', tags: ['x'] });
    expect(named('desk')).toMatchObject({ status: 'expected', displayName: 'Desk 1', tags: ['x'], branchId: 'berlin' });
    const phone = seedDevice(scene.world, 'berlin', 'phone', { testDevice: true, tags: ['y'] });
    await invite({ deviceName: 'phone' });
    expect(named('phone')).toEqual(phone);
    expect(await scene.world.timeline.events(phone.id, undefined, 9)).toMatchObject([{ kind: 'invited', by: 'grace' }]);
  });

  it('are listed while somebody can enrol by them, without their links, and are gone when they are withdrawn', async () => {
    const [first, second] = [await invite({ days: 2 }), await invite({ days: 1 })];
    expect(await open()).toEqual([second.id, first.id]);
    const withdrawn = await scene.admin.call('withdrawInvitation', { id: first.id });
    expect(withdrawn).toMatchObject({ id: first.id, withdrawnAt: scene.world.clock.now() });
    expect(withdrawn).not.toHaveProperty('link');
    expect(await scene.admin.call('withdrawInvitation', { id: first.id })).toEqual(withdrawn);
    expect(await open()).toEqual([second.id]);
    await expect(scene.admin.call('listInvitations', { query: { branchId: 'atlantis' } })).rejects.toMatchObject({ code: 'not-found' });
  });
});
