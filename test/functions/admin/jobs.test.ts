import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { parseBranchId, parseJobId } from '../../../core/ids.ts';
import { carryOut } from '../../../core/job/carry-out.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { openTable } from '../../../functions/job-tables.ts';
import type { AnswerOf, OperationName } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type AdminRequestParts, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedFacts, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;
beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
  version = seedVersion(world);
});

type Job = AnswerOf<'getJob'>;
const ask = async (name: OperationName, parts: AdminRequestParts, role: 'viewer' | 'operator' = 'viewer') => await admin.call(name, parts, role) as Job;
const status = (body: object = {}) => ask('exportDistributionStatus', { body: { bundleId: version.bundleId, ...body } });
const look = (id: string) => ask('getJob', { id });
/** Lines of the file behind its title line. */
const linesOf = ({ id }: Pick<Job, 'id'>): readonly string[] => present(admin.exported.get(present(world.tables.jobs.get(parseJobId(id))?.key))).split('\n').slice(1, -1);

describe('an export of the distribution status', () => {
  it('is done in its answer, with a link, its rows and what they come to', async () => {
    seedFacts(world, seedDevice(world, 'berlin', 'has'), version, world.clock.now());
    seedInstruction(world, seedDevice(world, 'tokyo', 'failed'), version, { state: 'timedOut' });
    seedInstruction(world, seedDevice(world, 'tokyo', 'asked'), version, { state: 'acknowledged' });
    seedDevice(world, 'tokyo', '-none');
    const job = await status({ versionId: version.id });
    expect(job).toMatchObject({
      kind: 'distribution-status', state: 'done', by: 'grace', bundleId: version.bundleId, versionId: version.id, rows: 4, counts: { devices: 4, installed: 1, failed: 1, open: 1, notInstructed: 1 },
      fileName: expect.stringMatching(/^distribution-status-com\.example\.field-\d{4}-\d\d-\d\d\.csv$/) as string, link: expect.stringContaining(`exports/${job.id}/`) as string, linkExpiresAt: world.clock.now() + HOUR / 4, expiresAt: world.clock.now() + 7 * DAY,
    });
    expect(job.note).toBeUndefined();
    expect(linesOf(job).toSorted()).toEqual(["'-none,0,com.example.field,1.0", 'asked,3,com.example.field,1.0', 'failed,4,com.example.field,1.0', 'has,1,com.example.field,1.0']);
  });

  it('is of one branch where that is asked, of an app or a plan', async () => {
    for (const [branch, name] of [['berlin', 'b'], ['tokyo', 't']] as const) seedDevice(world, branch, name);
    expect(linesOf(await status({ branchId: 'tokyo' }))).toEqual(['t,0,com.example.field,']);
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
    expect(linesOf(await status({ planId: plan.id, branchId: 'berlin' }))).toEqual(['b,2,com.example.field,1.0']);
    const { plan: elsewhere } = seedPlan(world, version, ['berlin']);
    await expect(status({ planId: elsewhere.id, branchId: 'tokyo' })).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });

  it('that takes longer goes on in the background, from where it was, each device once', async () => {
    const names = Array.from({ length: 1_200 }, (_, n) => seedDevice(world, n % 2 === 0 ? 'berlin' : 'tokyo', `d${n}`).name);
    const { devices } = admin.services;
    // Reading is slow: the first page comes too late for the request, and two are all that a slice has time for.
    Object.assign(admin.services, { devices: { ...devices, devicesOfBranch: async (...args: Parameters<typeof devices.devicesOfBranch>) => { world.clock.pass(MINUTE); return devices.devicesOfBranch(...args); } } });
    const job = await status();
    expect(job).toMatchObject({ state: 'running' });
    expect(job.link).toBeUndefined();
    expect(world.background.sliced).toEqual([job.id]);
    for (let slice = 0; (await look(job.id)).state === 'running'; slice += 1) {
      expect(slice).toBeLessThan(10);
      expect(await carryOut({ ...admin.services, open: openTable(admin.services) }, parseJobId(job.id), world.clock.now() + MINUTE + 1)).not.toBe('nowhere');
    }
    expect(await look(job.id)).toMatchObject({ state: 'done', rows: 1_200, counts: { devices: 1_200 } });
    expect(linesOf(job).map((line) => line.split(',')[0]).toSorted()).toEqual(names.toSorted());
    expect(present(world.tables.jobs.get(parseJobId(job.id))).parts.length).toBeGreaterThan(2);
  });

  it('says where the fleet has changed while it was written', async () => {
    seedDevice(world, 'berlin', 'stays');
    const moves = seedDevice(world, 'tokyo', 'moves');
    const { devices } = admin.services;
    Object.assign(admin.services, { devices: { ...devices, devicesOfBranch: async (...args: Parameters<typeof devices.devicesOfBranch>) => {
      const page = await devices.devicesOfBranch(...args);
      // Behind the reader's back, to the branch that has been read.
      world.tables.devices.set(moves.id, { ...moves, branchId: parseBranchId('berlin') });
      return page;
    } } });
    const job = await status();
    expect(linesOf(job)).toHaveLength(1);
    expect(job.note).toContain('1 device more');
  });

  it('is forgotten with its file', async () => {
    const { id } = await status();
    world.clock.pass(7 * DAY - 1);
    expect((await look(id)).state).toBe('done');
    world.clock.pass(1);
    await expect(look(id)).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
    expect(await admin.call('listJobs', {}, 'viewer')).toEqual({ items: [] });
  });

  it('is listed, the newest first, without links', async () => {
    const first = await status();
    world.clock.pass(1);
    const second = await status({ branchId: 'berlin' });
    const { items } = await admin.call('listJobs', {}, 'viewer') as AnswerOf<'listJobs'>;
    expect(items).toMatchObject([{ id: second.id, branchId: 'berlin' }, { id: first.id }]);
    expect(JSON.stringify(items)).not.toContain('exports/');
  });
});

describe('the targets of a plan, as a file', () => {
  it('name every device with its wave, or why it has none', async () => {
    const names = ['a', 'b', 'c'].map((name) => seedDevice(world, 'berlin', name).name);
    seedDevice(world, 'berlin', '-old', { osVersion: '15.0' });
    seedDevice(world, 'tokyo', 'left', { status: 'left' });
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo'], { status: 'draft', waveSize: 2, intervalMinutes: 5 });
    const job = await ask('exportPlanTargets', { body: { planId: plan.id } });
    expect(job).toMatchObject({ kind: 'plan-targets', state: 'done', planId: plan.id, rows: 5, counts: { devices: 5, instruct: 3, skipped: 2, 'skipped/os-too-old': 1, 'skipped/not-enrolled': 1 } });
    const lines = linesOf(job);
    expect(lines).toContain("'-old,berlin,skipped,os-too-old,The device's system is older than the app allows.,,,");
    expect(lines.at(-1)).toBe('left,tokyo,skipped,not-enrolled,The device is not enrolled.,,,');
    const waves = lines.filter((line) => line.includes('would be instructed')).map((line) => line.split(','));
    expect(waves.map(([name]) => name).toSorted()).toEqual(names);
    expect(waves.map((cells) => cells.slice(1).join(','))).toEqual(['1', '1', '2'].map((seq) => `berlin,would be instructed,,,${seq},2026-03-02 ${seq === '1' ? '09:00' : '09:05'},2026-03-02 ${seq === '1' ? '10:00' : '10:05'}`));
  });

  it('of a plan that is over are refused', async () => {
    const { plan } = seedPlan(world, version, ['berlin'], { status: 'cancelled' });
    await expect(ask('exportPlanTargets', { body: { planId: plan.id } })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a recount', () => {
  it('finds totals right that were settled, and those wrong that were not; told to, it mends them', async () => {
    const devices = ['a', 'b', 'c'].map((name) => seedDevice(world, 'berlin', name));
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
    const waves = [seedWave(world, plan, 'berlin', version, devices.slice(0, 2), ['installed', 'failed']), seedWave(world, plan, 'berlin', version, devices.slice(2), ['issued'])];
    for (const { id } of waves) await settleWave(world, id);
    expect(await ask('recountPlan', { id: plan.id }, 'operator')).toMatchObject({ state: 'done', rows: 0, counts: { branches: 2, waves: 2, instructions: 3, differences: 0, mended: 0 } });
    const changed = present([...world.tables.instructions].find(([, { deviceName }]) => deviceName === 'c'));
    world.tables.instructions.set(changed[0], { ...changed[1], state: 'failed', reason: { code: 'network', words: 'No network.' } });
    const wrong = await ask('recountPlan', { id: plan.id }, 'operator');
    expect(wrong.counts).toMatchObject({ differences: 6, mended: 0 });
    expect(linesOf(wrong).toSorted()).toEqual(['berlin,install,2,failed,0,1', 'berlin,install,2,issued,1,0', 'berlin,install,2,failed/network,0,1', 'berlin,install,,failed,1,2', 'berlin,install,,issued,1,0', 'berlin,install,,failed/network,0,1'].toSorted());
    expect((await ask('recountPlan', { id: plan.id, body: { mend: true } }, 'operator')).counts).toMatchObject({ mended: 1 });
    expect((await ask('recountPlan', { id: plan.id }, 'operator')).counts).toMatchObject({ differences: 0 });
  });
});
