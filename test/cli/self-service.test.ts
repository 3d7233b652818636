import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { decodePermissions, permissionsHeader } from '../../protocol/csv/self-service.ts';
import { many } from '../support/samples/unique.ts';
import type { Call } from './support/api.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const IMPORT = '5f0d2a77-5c07-4d31-8f3a-6d9b0a3f7a10';
type Body = { readonly csv: string; readonly firstLine: number; readonly check?: boolean; readonly importId?: string; readonly mode: 'all' | 'app' | 'device' };
const bodyOf = (call: Call) => call.body as Body;
const rowsOf = (call: Call) => decodePermissions(bodyOf(call).csv, bodyOf(call).mode, bodyOf(call).firstLine);

function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'permissions.csv');
  writeFileSync(file, text);
  return file;
}

/** A server for which names are ids. */
const importPermissions = (call: Call): AnswerOf<'importPermissions'> => {
  const rows = rowsOf(call);
  return { ...(bodyOf(call).check === true ? {} : { importId: IMPORT }), permissions: rows.flatMap(({ deviceNames }) => deviceNames).length, apps: [...new Set(rows.map(({ application }) => application))], devices: [...new Set(rows.flatMap(({ deviceNames }) => deviceNames))] };
};
const one = () => fileOf(`${permissionsHeader}iOS,com.example.field,1.0,0,till-1,till-2\n`);
const long = () => fileOf(permissionsHeader + many(600, (n) => `iOS,com.example.field,1.0,0,d${n},e${n}\n`).join(''));

describe('self-service import', () => {
  it('grants what the file has, takes the rest away, and says both', async () => {
    const { world, api, status } = await wavecast({ importPermissions, finishPermissions: { removed: 3 } }, ['self-service', 'import', one(), '--mode', 'all']);
    expect(status).toBe(0);
    expect(world.out()).toBe('2 permissions of 1 app and 2 devices granted, 3 taken away.\n');
    expect(api.calls('importPermissions').map((call) => bodyOf(call).check)).toEqual([undefined]);
    expect(api.bodies('finishPermissions')).toEqual([{ importId: IMPORT, mode: 'all', apps: [], devices: [], last: true }]);
  });

  it('sends a long file in portions of one import, all of them checked before the first is written', async () => {
    const { api, status, world } = await wavecast({ importPermissions, finishPermissions: { removed: 0 } }, ['self-service', 'import', long(), '--mode', 'app', '--json']);
    expect(status).toBe(0);
    const calls = api.calls('importPermissions');
    expect(calls.map((call) => [bodyOf(call).check === true, bodyOf(call).importId])).toEqual([[true, undefined], [true, undefined], [true, undefined], [false, undefined], [false, IMPORT], [false, IMPORT]]);
    expect(calls.slice(3).flatMap(rowsOf).map(({ line, deviceNames }) => `${line} ${deviceNames.join()}`)).toEqual(many(600, (n) => `${n + 2} d${n},e${n}`));
    expect(api.bodies('finishPermissions')).toMatchObject([{ importId: IMPORT, mode: 'app', apps: ['com.example.field'], devices: [], last: true }]);
    expect(JSON.parse(world.out())).toEqual({ permissions: 1_200, apps: 1, devices: 1_200, removed: 0 });
  });

  it('keeps to the devices that a request may have where lines name many', async () => {
    const wide = fileOf(permissionsHeader + many(5, (line) => `iOS,com.example.field,1.0,0,${many(400, (n) => `d${line}-${n}`).join(',')}\n`).join(''));
    const { api } = await wavecast({ importPermissions, finishPermissions: { removed: 0 } }, ['self-service', 'import', wide, '--mode', 'all']);
    expect(api.calls('importPermissions').filter((call) => bodyOf(call).check !== true).map((call) => rowsOf(call).length)).toEqual([2, 2, 1]);
  });

  it('finishes some devices at a time, and each until there is nothing left', async () => {
    let asked = 0;
    const finishPermissions = (): AnswerOf<'finishPermissions'> => {
      asked += 1;
      return asked === 1 ? { removed: 5, next: 'com.example.field#x' } : { removed: 1 };
    };
    const { api, world } = await wavecast({ importPermissions, finishPermissions }, ['self-service', 'import', long(), '--mode', 'device']);
    const bodies = api.bodies('finishPermissions') as readonly { readonly devices: readonly string[]; readonly last: boolean; readonly after?: string }[];
    expect(bodies.map(({ devices, last, after }) => [devices.length, last, after])).toEqual([[500, false, undefined], [500, false, 'com.example.field#x'], [500, false, undefined], [200, true, undefined]]);
    expect(world.out()).toContain('8 taken away');
  });

  it('that breaks off says that it is half done, and that it can be run again', async () => {
    const failing = (call: Call) => (bodyOf(call).check !== true && bodyOf(call).importId !== undefined ? new WavecastError('internal', 'No luck.') : importPermissions(call));
    const { world, status } = await wavecast({ importPermissions: failing }, ['self-service', 'import', long(), '--mode', 'all']);
    expect(status).toBe(1);
    expect(world.err()).toContain('half done');
    expect(world.err()).toContain('Run the command again');
  });

  it('with mistakes here sends nothing', async () => {
    const { api, status, world } = await wavecast({}, ['self-service', 'import', fileOf(`${permissionsHeader}Android,a,1,0,d\n`), '--mode', 'all']);
    expect(status).toBe(1);
    expect(api.asked).toEqual([]);
    expect(world.err()).toContain('Line 2, column "OS Type"');
  });

  it('--check only looks', async () => {
    const { api, world } = await wavecast({ importPermissions }, ['self-service', 'import', one(), '--mode', 'device', '--check']);
    expect(world.out()).toBe('2 permissions of 1 app and 2 devices; no mistakes.\n');
    expect(api.calls('importPermissions').map((call) => bodyOf(call).check)).toEqual([true]);
    expect(api.calls('finishPermissions')).toEqual([]);
  });

  it.each([[[]], [['--mode', 'some']]])('asks for a mode: %j', async (flags) => {
    const { status, world } = await wavecast({}, ['self-service', 'import', one(), ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain('--mode');
  });
});

describe('self-service export and list', () => {
  it('writes the file as it comes', async () => {
    const csv = `${permissionsHeader}iOS,com.example.field,1.0,0,till-1\n`;
    const link = await serve(() => ({ body: csv }));
    const { world } = await wavecast({ exportPermissions: { link, fileName: 'x.csv', rows: 1, expiresAt: 0 } }, ['self-service', 'export']);
    expect(world.out()).toBe(csv);
  });

  const items = [{ bundleId: 'com.example.field', version: '1.0', deviceId: 'd', deviceName: 'till-1' }];
  it.each([['--package-name', 'com.example.field', 'bundleId'], ['--device', 'till-1', 'device']])('lists by %s', async (flag, value, key) => {
    const { world, api } = await wavecast({ listPermissions: { items } }, ['self-service', 'list', flag, value]);
    expect(world.out()).toBe('DEVICE  PACKAGE NAME       VERSION\ntill-1  com.example.field  1.0\n');
    expect(api.calls('listPermissions').map(({ query }) => query[key])).toEqual([value]);
  });

  it.each([[[]], [['--device', 'till-1', '--package-name', 'com.example.field']]])('asks for an app, or else a device: %j', async (flags) => {
    const { status, world } = await wavecast({}, ['self-service', 'list', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain('--package-name');
  });
});
