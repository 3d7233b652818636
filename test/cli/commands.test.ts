import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { WavecastError } from '../../core/errors.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredJob, answeredApp, answeredBranch, answeredDetail, answeredDevice, answeredSummary, answeredVersion, BUNDLE, DEVICE, PLAN, VERSION } from './support/answers.ts';
import { Gateway, startApi, type Answers } from './support/api.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder, testWorld } from './support/world.ts';

const berlin = answeredBranch();

describe('branch', () => {
  it('list shows a table on a terminal, cut to its width', async () => {
    const api = await startApi({ listBranches: { items: [berlin, answeredBranch({ id: 'tokyo', name: 'A very long name of a branch in Tokyo', timeZone: 'Asia/Tokyo' })] } });
    const world = testWorld({ isTTY: true, columns: 80, env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token', NO_COLOR: '1' } });
    expect(await run(['branch', 'list'], world, '1.0.0')).toBe(0);
    expect(world.out().split('\n')).toEqual([
      'ID      NAME                TIME ZONE      LINK Mbit/s  DEVICES  ENROLLED  BRAKE',
      'berlin  Berlin Mitte        Europe/Berlin          100       80        78  off',
      'tokyo   A very long name…   Asia/Tokyo             100       80        78  off',
      '',
    ]);
  });

  it('list says where devices cannot be woken, and has no column for it where there are none', async () => {
    const { world } = await wavecast({ listBranches: { items: [berlin, answeredBranch({ id: 'tokyo', unreachable: 3 })] } }, ['branch', 'list']);
    expect(world.out()).toMatch(/UNREACHABLE[^]*\nberlin .* 0 +off\ntokyo .* 3 +off\n/);
  });

  it('set makes a new one from its flags', async () => {
    const { api, status } = await wavecast({ listBranches: { items: [] }, putBranch: berlin }, ['branch', 'set', 'berlin', '--time-zone', 'Europe/Berlin', '--link', '100']);
    expect(status).toBe(0);
    expect(api.calls('putBranch')).toMatchObject([{ id: 'berlin', body: { name: 'berlin', timeZone: 'Europe/Berlin', linkMbps: 100, brake: false } }]);
  });

  it('set keeps of an existing one what is not named', async () => {
    const { api, world } = await wavecast({ listBranches: { items: [berlin] }, putBranch: answeredBranch({ brake: true }) }, ['branch', 'set', 'berlin', '--brake', 'on']);
    expect(api.bodies('putBranch')).toEqual([{ name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100, brake: true }]);
    expect(world.err()).toContain('--brake off');
  });

  it.each([[['--link', '100'], '--time-zone'], [['--time-zone', 'Europe/Berlin'], '--link'], [['--link', '0'], '--link'], [['--link', '5000000', '--time-zone', 'Europe/Berlin'], '--link'], [['--link', '5', '--time-zone', 'Europe/Berlin', '--name', ' '], '--name']])('set with only %j asks for %s', async (flags, named) => {
    const { status, world } = await wavecast({ listBranches: { items: [] } }, ['branch', 'set', 'berlin', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
  });
});

describe('device', () => {
  it('list goes through the pages of every branch', async () => {
    const { api, world } = await wavecast({
      listBranches: { items: [berlin, answeredBranch({ id: 'tokyo' })] },
      listDevices: ({ query: { branchId, after } }) => {
        if (branchId === 'tokyo') return { items: [answeredSummary({ name: 'tokyo-1', branchId: 'tokyo' })] };
        return after === 'x' ? { items: [answeredSummary({ name: 'till-08' })] } : { items: [answeredSummary()], next: 'x' };
      },
    }, ['device', 'list', '--json']);
    expect((JSON.parse(world.out()) as { readonly name: string }[]).map(({ name }) => name)).toEqual(['till-07', 'till-08', 'tokyo-1']);
    expect(api.calls('listDevices').map(({ query }) => query['limit'])).toEqual(['100', '100', '100']);
  });

  it('list asks for no more than it is told to show', async () => {
    const { api, world } = await wavecast({ listBranches: { items: [berlin, answeredBranch({ id: 'tokyo' })] }, listDevices: { items: [answeredSummary(), answeredSummary({ name: 'till-08' })], next: 'x' } }, ['device', 'list', '--limit', '2', '--json']);
    expect(JSON.parse(world.out())).toHaveLength(2);
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual([{ branchId: 'berlin', limit: '2' }]);
  });

  it.each([['--name', 'till-07', 'name'], ['--serial-number', 'W1X2Y3', 'serialNumber']])('list finds the one with %s %s', async (flag, value, parameter) => {
    const { api, world } = await wavecast({ listDevices: { items: [answeredSummary()] } }, ['device', 'list', flag, value]);
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual([{ [parameter]: value }]);
    expect(world.out()).toContain(DEVICE);
  });

  it.each([[['--limit', '0'], '--limit'], [['--branch', 'berlin', '--name', 'till-07'], '--name']])('list takes %j for wrong usage', async (flags, named) => {
    const { api, status, world } = await wavecast({}, ['device', 'list', ...flags]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain(named);
  });

  it('list says what to do where there are none', async () => {
    const { world, status } = await wavecast({ listDevices: { items: [] } }, ['device', 'list', '--branch', 'berlin']);
    expect({ status, out: world.out() }).toEqual({ status: 0, out: '' });
    expect(world.err()).toContain('wavecast device invite');
  });

  const invitation = { id: PLAN, branchId: 'berlin', testDevice: true, deviceName: 'till-07', uses: 1, used: 0, createdAt: 1_700_000_000_000, expiresAt: 1_800_000_000_000 };

  it('invite prints the link', async () => {
    const { api, world } = await wavecast({ invite: { ...invitation, link: 'https://api.example.com/enrol/s' } }, ['device', 'invite', '--branch', 'berlin', '--name', 'till-07', '--test']);
    expect(api.bodies('invite')).toEqual([{ branchId: 'berlin', deviceName: 'till-07', testDevice: true }]);
    expect(world.out()).toContain('https://api.example.com/enrol/s');
  });

  it('invitation says how many have used it', async () => {
    const { world } = await wavecast({ getInvitation: { ...invitation, uses: 40, used: 12 } }, ['device', 'invitation', PLAN]);
    expect(world.out()).toContain('12 of 40');
  });

  it.each([[['--days', '400'], '--days'], [['--uses', '0'], '--uses'], [['--name', 'a b'], '--name']])('invite refuses %j by the name of the flag, before it asks the server', async (flags, named) => {
    const { api, status, world } = await wavecast({}, ['device', 'invite', '--branch', 'berlin', ...flags]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain(named);
  });

  it('move and update change what is named and nothing else', async () => {
    const answers: Answers = { changeDevice: answeredDevice() };
    expect((await wavecast(answers, ['device', 'move', DEVICE, 'tokyo'])).api.calls('changeDevice')).toMatchObject([{ id: DEVICE, body: { branchId: 'tokyo' } }]);
    expect((await wavecast(answers, ['device', 'update', DEVICE, '--test', 'yes', '--tags', 'till, ground'])).api.bodies('changeDevice')).toEqual([{ testDevice: true, tags: ['till', 'ground'] }]);
    expect((await wavecast(answers, ['device', 'update', DEVICE])).status).toBe(2);
  });
});

describe('export-distribution-status', () => {
  const csv = 'Name,Status,Package name,Version\ntill-07,1,com.example.fieldwork,2.1.0\n';

  async function withExport(): Promise<Answers> {
    const files = await serve(({ headers }) => (headers.authorization === undefined ? { body: csv } : { status: 400 }));
    return { exportDistributionStatus: answeredJob({ link: `${files}/export.csv`, bytes: csv.length }), getPlan: answeredDetail(), getApp: answeredApp(), getVersion: answeredVersion() };
  }

  it.each([['2.1.0'], ['2.1.0+42'], [VERSION]])('writes the CSV of version %s to standard output, and sends no token to the link', async (version) => {
    const { api, world, status } = await wavecast(await withExport(), ['export-distribution-status', '--package-name', BUNDLE, '--version', version]);
    expect({ status, out: world.out() }).toEqual({ status: 0, out: csv });
    expect(api.bodies('exportDistributionStatus')).toEqual([{ bundleId: BUNDLE, versionId: VERSION }]);
  });

  it('writes it to a file, of a plan\'s devices', async () => {
    const file = join(temporaryFolder(), 'status.csv');
    const { api, world } = await wavecast(await withExport(), ['export-distribution-status', '--plan', PLAN, '--branch', 'berlin', '--output', file, '--json']);
    expect(readFileSync(file, 'utf8')).toBe(csv);
    expect(JSON.parse(world.out())).toEqual({ ...answeredJob({ bytes: csv.length }), file });
    expect(api.bodies('exportDistributionStatus')).toEqual([{ bundleId: BUNDLE, planId: PLAN, branchId: 'berlin' }]);
  });

  it.each([[[]], [['--plan', PLAN, '--version', '2.1.0']], [['--plan', PLAN, '--package-name', 'com.example.other']]])('takes %j for wrong usage', async (flags) => {
    expect((await wavecast({ getPlan: answeredDetail() }, ['export-distribution-status', ...flags])).status).toBe(2);
  });
});

describe('the server\'s answers', () => {
  it('are asked for again where a gateway is out of breath', async () => {
    let faults = 2;
    const { status } = await wavecast({ listBranches: () => (faults-- > 0 ? new Gateway({ status: 503 }) : { items: [] }) }, ['branch', 'list']);
    expect(status).toBe(0);
  });

  it('that are no answers of the API are not taken for some', async () => {
    const { status, world } = await wavecast({ listBranches: new Gateway({ body: '<html>Welcome to nginx</html>' }) }, ['branch', 'list']);
    expect(status).toBe(1);
    expect(world.err()).toContain('is not understood');
  });

  it('that have another form are refused, with the field', async () => {
    const { status, world } = await wavecast({ listBranches: new Gateway({ body: { items: [{ ...berlin, linkMbps: 'fast' }] } }) }, ['branch', 'list']);
    expect(status).toBe(1);
    expect(world.err()).toContain('- items.0.linkMbps:');
  });

  it('are handed on with what a newer server says besides', async () => {
    const newer = { ...berlin, floors: 3 };
    const { world } = await wavecast({ listBranches: { items: [newer] } }, ['branch', 'list', '--json']);
    expect(JSON.parse(world.out())).toEqual([newer]);
  });

  it('keep ids inside their segment of the path', async () => {
    const { api } = await wavecast({}, ['plan', 'start', '../branches?x=']);
    expect(api.asked.at(-1)?.path).toBe('/v1/plans/..%2Fbranches%3Fx%3D/start');
  });

  it.each(['', '.', '..'])('are not asked for where the id %j would be another path', async (id) => {
    const { api, status } = await wavecast({}, ['plan', 'start', id]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
  });

  it('say what the role lacks', async () => {
    const { status, world } = await wavecast({ listBranches: new WavecastError('forbidden', 'This needs the role viewer.', { remedy: 'Ask an administrator.' }) }, ['branch', 'list']);
    expect({ status, err: world.err() }).toEqual({ status: 1, err: 'error: This needs the role viewer.\nWhat to do: Ask an administrator.\n' });
  });

  it('of a gateway that lets nobody through without the scope say how to get it', async () => {
    const { status, world } = await wavecast({ listBranches: new Gateway({ status: 403, body: { message: 'Forbidden' } }) }, ['branch', 'list']);
    expect(status).toBe(1);
    expect(world.err()).toContain('wavecast login');
  });
});

describe('a fault of our own', () => {
  it('says what to do, too', async () => {
    const { status, world } = await wavecast({}, ['login', '--client-id', 'x', '--client-secret-stdin'], { readStdin: () => Promise.reject(new Error('The pipe broke.')) });
    expect({ status, err: world.err() }).toEqual({ status: 1, err: expect.stringMatching(/^error: The pipe broke\.\nWhat to do: /) as string });
  });
});

describe('audit', () => {
  const record: AnswerOf<'listAudit'>['items'][number] = { at: Date.parse('2026-11-23T10:00:00Z'), who: 'ada', role: 'admin', action: 'plan.start', subject: PLAN };

  it('shows the changes of a day', async () => {
    const { api, world } = await wavecast({ listAudit: { day: '2026-11-23', items: [record] } }, ['audit', '--day', '2026-11-23']);
    expect(api.calls('listAudit').map(({ query }) => query['day'])).toEqual(['2026-11-23']);
    expect(world.out()).toContain(`10:00:00    ada  admin  plan.start  ${PLAN}`);
  });

  it('fits a narrow terminal with its ids whole, beside a topic that is longer', async () => {
    const topic = 'com.apple.mgmt.External.2364517f-519a-4958-bbb5-45b494e6726a';
    const records = [{ ...record, who: 'SignInAutomation6DA7B4A3' }, { ...record, action: 'push-certificate.set', subject: topic }];
    const api = await startApi({ listAudit: { day: '2026-11-23', items: records } });
    const world = testWorld({ isTTY: true, columns: 80, env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token', NO_COLOR: '1' } });
    expect(await run(['audit'], world, '1.0.0')).toBe(0);
    expect(world.out().split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(world.out()).toContain(PLAN);
  });

  it('is filtered by the server, and says how to find more where nothing fits', async () => {
    const { api, world } = await wavecast({ listAudit: { day: '2026-11-23', items: [] } }, ['audit', '--who', 'ada', '--action', 'plan', '--subject', PLAN]);
    expect(api.calls('listAudit').map(({ query }) => [query['who'], query['action'], query['subject']])).toEqual([['ada', 'plan', PLAN]]);
    expect(world.err()).toContain('less of --who, --action and --subject');
  });

  it('is written as CSV, as the server writes it', async () => {
    const link = await serve(() => ({ body: 'Time (UTC),Who\nx,ada\n' }));
    const file = join(temporaryFolder(), 'audit.csv');
    const { api, world } = await wavecast({ exportAudit: { link, fileName: 'audit-2026-11-23.csv', rows: 1, expiresAt: 0 } }, ['audit', '--day', '2026-11-23', '--who', 'ada', '--output', file]);
    expect(api.calls('exportAudit').map(({ body }) => body)).toEqual([{ day: '2026-11-23', who: 'ada' }]);
    expect(readFileSync(file, 'utf8')).toBe('Time (UTC),Who\nx,ada\n');
    expect(world.out()).toContain('1 record');
  });

  it('leaves it to the server which day it is, and stays with that day', async () => {
    const { api, world } = await wavecast({ listAudit: ({ query: { after } }) => ({ day: '2026-11-23', items: [record], ...(after === undefined ? { next: 'x' } : {}) }) }, ['audit', '--json']);
    expect(api.calls('listAudit').map(({ query: { day, after } }) => [day, after])).toEqual([[undefined, undefined], ['2026-11-23', 'x']]);
    expect(JSON.parse(world.out())).toEqual([record, record]);
  });
});
