import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { PERMISSIONS_PER_REQUEST } from '../../../protocol/admin/self-service.ts';
import { permissionsHeader } from '../../../protocol/csv/self-service.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { many } from '../../support/samples/unique.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin');
  for (const name of ['till-1', 'till-2', '-till']) seedDevice(world, 'berlin', name);
  seedVersion(world);
  seedVersion(world, 'com.example.stock', { shortVersion: '2.0' });
  for (const [bundleId, title] of [['com.example.stock', 'Stock']] as const) {
    for (const app of world.tables.apps.values()) if (app.bundleId === bundleId) world.tables.apps.set(app.bundleId, { ...app, title });
  }
});

const send = async (mode: string, lines: readonly string[], more: object = {}) => await admin.call('importPermissions', { body: { mode, csv: `${permissionsHeader}${lines.join('\n')}\n`, ...more } }) as AnswerOf<'importPermissions'>;
async function imported(mode: string, ...lines: readonly string[]): Promise<number> {
  const { importId, apps, devices } = await send(mode, lines);
  const { removed } = await admin.call('finishPermissions', { body: { importId, mode, apps, devices } }) as AnswerOf<'finishPermissions'>;
  return removed;
}
async function exported(): Promise<string> {
  admin.exported.clear();
  await admin.call('exportPermissions', {}, 'viewer');
  return [...admin.exported.values()].join('');
}
const listed = async (query: Record<string, string>) => ((await admin.call('listPermissions', { query }, 'viewer')) as AnswerOf<'listPermissions'>).items.map(({ bundleId, version, deviceName }) => `${bundleId} ${version} ${deviceName}`).sort();

describe('permissions', () => {
  it('are listed by app and by device, whose names may change', async () => {
    await imported('all', 'iOS,com.example.field,1.0,0,till-1,till-2', 'iOS,Stock,2.0,0,till-1');
    expect(await listed({ bundleId: 'com.example.field' })).toEqual(['com.example.field 1.0 till-1', 'com.example.field 1.0 till-2']);
    expect(await listed({ device: 'till-1' })).toEqual(['com.example.field 1.0 till-1', 'com.example.stock 2.0 till-1']);
    const [device] = [...world.tables.devices.values()].filter(({ name }) => name === 'till-2');
    await admin.call('changeDevice', { id: device?.id ?? '', body: { name: 'desk-2' } });
    expect(await listed({ device: 'desk-2' })).toEqual(['com.example.field 1.0 desk-2']);
  });

  it.each<[Record<string, string>, string]>([[{}, 'invalid-input'], [{ bundleId: 'com.example.field', device: 'till-1' }, 'invalid-input'], [{ device: 'nobody' }, 'not-found']])('are not listed for %j', async (query, code) => {
    await expect(listed(query)).rejects.toMatchObject({ code, remedy: expect.any(String) as string });
  });

  it('go into a file that gives back the very same list', async () => {
    await imported('all', 'iOS,com.example.field,1.0,0,till-1,-till', 'iOS,com.example.stock,2.0,0,till-2');
    const backup = await exported();
    expect(backup).toBe(`${permissionsHeader}iOS,com.example.field,1.0,0,'-till,till-1\niOS,com.example.stock,2.0,0,till-2\n`);
    await imported('all', 'iOS,com.example.stock,2.0,0,till-1');
    await imported('all', ...backup.split('\n').slice(1, -1));
    expect(await exported()).toBe(backup);
  });

  it('of many devices are several lines, and those of deleted devices none', async () => {
    for (const { name } of many(25, (n) => seedDevice(world, 'berlin', `d${String(n).padStart(2, '0')}`))) expect(name).toMatch(/^d/);
    await imported('all', `iOS,com.example.field,1.0,0,${many(25, (n) => `d${String(n).padStart(2, '0')}`).join(',')}`);
    for (const device of world.tables.devices.values()) if (device.name === 'd24') world.tables.devices.delete(device.id);
    const [, first, second, ...rest] = (await exported()).split('\n');
    expect([first?.split(',').length, second?.split(',').length, rest]).toEqual([24, 8, ['']]);
    expect(await listed({ bundleId: 'com.example.field' })).toHaveLength(24);
  });

  it('of an app go where a file in the mode app names it without devices', async () => {
    await imported('all', 'iOS,com.example.field,1.0,0,till-1', 'iOS,com.example.stock,2.0,0,till-1');
    expect(await imported('app', 'iOS,com.example.field')).toBe(1);
    expect(await listed({ device: 'till-1' })).toEqual(['com.example.stock 2.0 till-1']);
  });

  it('of one device are replaced alone in the mode device', async () => {
    await imported('all', 'iOS,com.example.field,1.0,0,till-1,till-2');
    expect(await imported('device', 'iOS,com.example.stock,2.0,0,till-1')).toBe(1);
    expect(await listed({ device: 'till-1' })).toEqual(['com.example.stock 2.0 till-1']);
    expect(await listed({ device: 'till-2' })).toEqual(['com.example.field 1.0 till-2']);
  });
});

describe('an import', () => {
  it('tells every line that means nothing here, and writes nothing', async () => {
    seedVersion(world, 'com.example.twin');
    const lines = ['iOS,com.example.nothing,1.0,0,till-1', 'iOS,Field,1.0,0,till-1', 'iOS,Stock,9.9,0,till-1', 'iOS,Stock,2.0,0,till-1,nobody'];
    await expect(send('all', lines, { firstLine: 12 })).rejects.toMatchObject({
      code: 'invalid-input', evidence: [
        expect.stringMatching(/^Line 12, column "Application Name": there is no app/) as string, expect.stringMatching(/^Line 13, column "Application Name": several apps/) as string,
        expect.stringMatching(/^Line 14, column "Version": there is no version "9.9"/) as string, expect.stringMatching(/^Line 15, column "Name of the target": there is no device "nobody"/) as string,
      ],
    });
    expect(world.tables.permissions.size).toBe(0);
  });

  it('that is only checked counts, and writes nothing', async () => {
    expect(await send('all', ['iOS,Stock,2.0,0,till-1,till-2', 'iOS,com.example.stock,2.0,0,till-2'], { check: true })).toMatchObject({ permissions: 2, apps: ['com.example.stock'], devices: [{}, {}].map(() => expect.any(String) as string) });
    expect(admin.writes).toEqual([]);
  });

  it('carries no more in a request than can be written in time', async () => {
    const lines = many(3, () => `iOS,Stock,2.0,0,${many(334, (n) => `d${n}`).join(',')}`);
    expect(3 * 334).toBeGreaterThan(PERMISSIONS_PER_REQUEST);
    await expect(send('all', lines)).rejects.toMatchObject({ code: 'too-large', remedy: expect.any(String) as string });
  });

  it('in portions is one: the list is not another person\'s until it is finished, or not heard of for five minutes', async () => {
    const { importId } = await send('all', ['iOS,Stock,2.0,0,till-1']);
    world.tables.permissionImport = { importId: importId ?? '', by: 'ada', until: world.clock.now() + 5 * MINUTE };
    await expect(send('all', ['iOS,Stock,2.0,0,till-2'])).rejects.toMatchObject({ code: 'conflict', remedy: expect.stringContaining('five minutes') as string });
    expect(world.tables.audit).toHaveLength(1);
    await send('all', ['iOS,com.example.field,1.0,0,till-2'], { importId });
    expect(await admin.call('finishPermissions', { body: { importId, mode: 'all' } })).toEqual({ removed: 0 });
    await send('all', ['iOS,Stock,2.0,0,till-2']);
    expect(await listed({ device: 'till-2' })).toEqual(['com.example.field 1.0 till-2', 'com.example.stock 2.0 till-2']);
  });
});
