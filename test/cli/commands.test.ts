import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { answeredPlan, answeredVersion, PLAN, VERSION } from './support/answers.ts';
import { problem, startApi, type Routes, type TestApi } from './support/api.ts';
import { serve } from './support/server.ts';
import { temporaryFolder, testWorld, type TestWorld, type WorldOptions } from './support/world.ts';

interface Ran {
  readonly api: TestApi;
  readonly world: TestWorld;
  readonly status: number;
}

async function wavecast(routes: Routes, args: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const api = await startApi(routes);
  const world = testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token' }, ...options });
  return { api, world, status: await run(args, world, '1.0.0') };
}

const berlin = { id: 'berlin', name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100, brake: false, devices: 80, enrolled: 78 };
const device = { id: '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c', name: 'till-07', branchId: 'berlin', testDevice: false, status: 'enrolled', productName: 'iPhone15,2', osVersion: '26.1' };

describe('branch', () => {
  it('list shows a table on a terminal, cut to its width', async () => {
    const api = await startApi({ 'GET /branches': { body: { branches: [berlin, { ...berlin, id: 'tokyo', name: 'A very long name of a branch in Tokyo', timeZone: 'Asia/Tokyo' }] } } });
    const world = testWorld({ isTTY: true, columns: 80, env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token', NO_COLOR: '1' } });
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
    expect(world.out().split('\n')).toEqual([
      'ID      NAME                TIME ZONE      LINK Mbit/s  DEVICES  ENROLLED  BRAKE',
      'berlin  Berlin Mitte        Europe/Berlin          100       80        78  off',
      'tokyo   A very long name…   Asia/Tokyo             100       80        78  off',
      '',
    ]);
  });

  it('set makes a new one from its flags', async () => {
    const { api, status } = await wavecast({ 'GET /branches': { body: { branches: [] } }, 'PUT /branches/berlin': { body: berlin } }, ['branch', 'set', 'berlin', '--time-zone', 'Europe/Berlin', '--link', '100']);
    expect(status).toBe(0);
    expect(api.bodies('PUT /branches/berlin')).toEqual([{ name: 'berlin', timeZone: 'Europe/Berlin', linkMbps: 100, brake: false }]);
  });

  it('set keeps of an existing one what is not named', async () => {
    const { api, world } = await wavecast({ 'GET /branches': { body: { branches: [berlin] } }, 'PUT /branches/berlin': { body: { ...berlin, brake: true } } }, ['branch', 'set', 'berlin', '--brake', 'on']);
    expect(api.bodies('PUT /branches/berlin')).toEqual([{ name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100, brake: true }]);
    expect(world.err()).toContain('--brake off');
  });

  it.each([[['--link', '100'], '--time-zone'], [['--time-zone', 'Europe/Berlin'], '--link'], [['--link', '0'], '--link'], [['--link', '5000000', '--time-zone', 'Europe/Berlin'], '--link'], [['--link', '5', '--time-zone', 'Europe/Berlin', '--name', ' '], '--name']])('set with only %j asks for %s', async (flags, named) => {
    const { status, world } = await wavecast({ 'GET /branches': { body: { branches: [] } } }, ['branch', 'set', 'berlin', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
  });
});

describe('device', () => {
  it('list goes through the pages of every branch', async () => {
    const routes: Routes = {
      'GET /branches': { body: { branches: [berlin, { ...berlin, id: 'tokyo' }] } },
      'GET /devices': ({ query }) => ({ body: query.get('branchId') === 'tokyo' ? { items: [{ ...device, id: 't', name: 'tokyo-1', branchId: 'tokyo' }] } : query.get('after') === 'x' ? { items: [{ ...device, id: 'b', name: 'till-08' }] } : { items: [device], next: 'x' } }),
    };
    const { world } = await wavecast(routes, ['device', 'list', '--json']);
    expect((JSON.parse(world.out()) as { readonly name: string }[]).map(({ name }) => name)).toEqual(['till-07', 'till-08', 'tokyo-1']);
  });

  it('list says what to do where there are none', async () => {
    const { world, status } = await wavecast({ 'GET /devices': { body: { items: [] } } }, ['device', 'list', '--branch', 'berlin']);
    expect({ status, out: world.out() }).toEqual({ status: 0, out: '' });
    expect(world.err()).toContain('wavecast device invite');
  });

  it('invite prints the link', async () => {
    const { api, world } = await wavecast({ 'POST /invitations': { status: 201, body: { id: 'i', link: 'https://api.example.com/enrol/s', expiresAt: 1_800_000_000_000 } } }, ['device', 'invite', '--branch', 'berlin', '--name', 'till-07', '--test']);
    expect(api.bodies('POST /invitations')).toEqual([{ branchId: 'berlin', deviceName: 'till-07', testDevice: true }]);
    expect(world.out()).toContain('https://api.example.com/enrol/s');
  });

  it('move and update change what is named and nothing else', async () => {
    const routes: Routes = { [`PATCH /devices/${device.id}`]: { body: device } };
    expect((await wavecast(routes, ['device', 'move', device.id, 'tokyo'])).api.bodies(`PATCH /devices/${device.id}`)).toEqual([{ branchId: 'tokyo' }]);
    expect((await wavecast(routes, ['device', 'update', device.id, '--test', 'yes', '--tags', 'till, ground'])).api.bodies(`PATCH /devices/${device.id}`)).toEqual([{ testDevice: true, tags: ['till', 'ground'] }]);
    expect((await wavecast(routes, ['device', 'update', device.id])).status).toBe(2);
  });
});

describe('app register', () => {
  const registration = (of: object): object => ({ id: 'r1', fileName: 'Fieldwork.ipa', state: 'verifying', checks: [], ...of });

  it('places the file, registers its name and waits for the verdict', async () => {
    const path = join(temporaryFolder(), 'Fieldwork.ipa');
    writeFileSync(path, 'ipa'.repeat(1_000));
    const storage = await serve(() => ({ headers: { etag: '"e"' } }));
    const verdicts = [registration({}), registration({}), registration({ state: 'verified', versionId: VERSION, bundleId: 'com.example.fieldwork' })];
    const { api, status, world } = await wavecast({
      'POST /uploads': { status: 201, body: { uploadId: 'u1', partSize: 2_000, parts: [{ partNumber: 1, url: `${storage}/1` }, { partNumber: 2, url: `${storage}/2` }] } },
      'POST /uploads/u1/complete': { body: {} },
      'POST /registrations': { status: 202, body: registration({}) },
      'GET /registrations/r1': () => ({ body: verdicts.shift() }),
    }, ['app', 'register', path, '--title', 'Fieldwork', '--package-name', 'com.example.fieldwork', '--version', '2.1.0', '--wait']);
    expect(world.err()).toContain('Sending Fieldwork.ipa (3.00 kB)');
    expect(status).toBe(0);
    expect(api.bodies('POST /uploads')).toEqual([{ fileName: 'Fieldwork.ipa', size: 3_000 }]);
    expect(api.bodies('POST /uploads/u1/complete')).toMatchObject([{ parts: [{ partNumber: 1, etag: '"e"' }, { partNumber: 2, etag: '"e"' }] }]);
    expect(api.bodies('POST /registrations')).toEqual([{ fileName: 'Fieldwork.ipa', bundleId: 'com.example.fieldwork', version: '2.1.0', title: 'Fieldwork' }]);
    expect(world.out()).toContain(`It is version ${VERSION} of com.example.fieldwork.`);
  });

  it('registers a placed file by its name, and fails with the checks where it is refused', async () => {
    const refused = registration({ state: 'refused', reason: 'Package name did not pass.', remedy: 'Place the right file.', checks: [{ name: 'Package name', passed: false, expected: 'a.b', found: 'c.d' }, { name: 'Size', passed: true, expected: '1', found: '1' }] });
    const { status, world } = await wavecast({ 'POST /registrations': { status: 202, body: registration({}) }, 'GET /registrations/r1': { body: refused } }, ['app', 'register', '--file-name', 'Fieldwork.ipa', '--wait']);
    expect(status).toBe(1);
    expect(world.err()).toContain('error: Fieldwork.ipa is refused: Package name did not pass.\n  - Package name: expected a.b, found c.d\nWhat to do: Place the right file.');
  });

  it('needs a file or a name', async () => {
    expect((await wavecast({}, ['app', 'register'])).status).toBe(2);
  });
});

describe('export-distribution-status', () => {
  const csv = 'Name,Status,Package name,Version\ntill-07,1,com.example.fieldwork,2.1.0\n';

  async function withExport(): Promise<Routes> {
    const files = await serve(({ headers }) => (headers.authorization === undefined ? { body: csv } : { status: 400 }));
    return {
      'POST /exports/distribution-status': { body: { link: `${files}/export.csv` } },
      [`GET /plans/${PLAN}`]: { body: answeredPlan() },
      'GET /apps/com.example.fieldwork': { body: { bundleId: 'com.example.fieldwork', title: 'Fieldwork', description: '', createdAt: 1, versions: [answeredVersion()] } },
    };
  }

  it('writes the CSV to standard output, and sends no token to the link', async () => {
    const { api, world, status } = await wavecast(await withExport(), ['export-distribution-status', '--package-name', 'com.example.fieldwork', '--version', '2.1.0']);
    expect({ status, out: world.out() }).toEqual({ status: 0, out: csv });
    expect(api.bodies('POST /exports/distribution-status')).toEqual([{ bundleId: 'com.example.fieldwork', versionId: VERSION }]);
  });

  it('writes it to a file, of a plan\'s devices', async () => {
    const file = join(temporaryFolder(), 'status.csv');
    const { api, world } = await wavecast(await withExport(), ['export-distribution-status', '--plan', PLAN, '--output', file, '--json']);
    expect(readFileSync(file, 'utf8')).toBe(csv);
    expect(JSON.parse(world.out())).toEqual({ rows: 1, file });
    expect(api.bodies('POST /exports/distribution-status')).toEqual([{ bundleId: 'com.example.fieldwork', planId: PLAN }]);
  });

  it.each([[[]], [['--plan', PLAN, '--version', '2.1.0']]])('takes %j for wrong usage', async (flags) => {
    expect((await wavecast({}, ['export-distribution-status', ...flags])).status).toBe(2);
  });
});

describe('the server\'s answers', () => {
  it('are asked for again where a gateway is out of breath', async () => {
    let faults = 2;
    const { status } = await wavecast({ 'GET /branches': () => (faults-- > 0 ? { status: 503 } : { body: { branches: [] } }) }, ['branch', 'list']);
    expect(status).toBe(0);
  });

  it('that are no answers of the API are not taken for some', async () => {
    const { status, world } = await wavecast({ 'GET /branches': { body: '<html>Welcome to nginx</html>' } }, ['branch', 'list']);
    expect(status).toBe(1);
    expect(world.err()).toContain('is not understood');
  });

  it('keep ids inside their segment of the path', async () => {
    const { api } = await wavecast({}, ['plan', 'start', '../branches?x=']);
    expect(api.asked.at(-1)?.path).toBe('/v1/plans/..%2Fbranches%3Fx%3D/start');
  });

  it('say what the role lacks', async () => {
    const { status, world } = await wavecast({ 'GET /branches': problem(403, 'forbidden', 'This needs the role viewer.', { remedy: 'Ask an administrator.' }) }, ['branch', 'list']);
    expect({ status, err: world.err() }).toEqual({ status: 1, err: 'error: This needs the role viewer.\nWhat to do: Ask an administrator.\n' });
  });

  it('are set out for audit', async () => {
    const { api, world } = await wavecast({ 'GET /audit': { body: { items: [{ at: Date.parse('2026-11-23T10:00:00Z'), who: 'ada', role: 'admin', action: 'plan.start', subject: PLAN }] } } }, ['audit', '--day', '2026-11-23']);
    expect(api.asked.at(-1)?.query.get('day')).toBe('2026-11-23');
    expect(world.out()).toContain(`2026-11-23 10:00 UTC  ada  admin  plan.start  ${PLAN}`);
  });
});
