import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseBranchId } from '../../../core/ids.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import { reason } from '../../../core/instruction/reasons.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { prepareReissue, storeReissue, type Reissue, type ReissueRequest } from '../../../core/rollout/reissue.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedFacts, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  seedBranch(world, 'tokyo', { timeZone: 'Asia/Tokyo' });
  version = seedVersion(world);
  plan = seedPlan(world, version, ['berlin'], { name: 'Spring', waveSize: 7, intervalMinutes: 3, deadlineHours: 12, abortRule: { share: 0.2, minimum: 9 } }).plan;
});

/** A wave of the plan with a device per state, called after it; the wave was a day ago. */
function wave(states: readonly InstructionState[]): readonly Device[] {
  const devices = states.map((state, n) => seedDevice(world, 'berlin', `${state}-${n}`));
  seedWave(world, plan, 'berlin', version, devices, states);
  world.clock.pass(DAY);
  return devices;
}
const prepare = (request: ReissueRequest = {}, former: Plan = plan): Promise<Reissue> => prepareReissue(world, former, version, request, 'ada', world.clock.now());
const reissue = async (request: ReissueRequest = {}, former: Plan = plan): Promise<Reissue> => {
  const prepared = await prepare(request, former);
  await storeReissue(world, prepared, world.clock.now());
  return prepared;
};
const names = ({ targets }: Pick<Reissue, 'targets'>): readonly string[] => targets.map(({ name }) => name).toSorted();
const refused = expect.objectContaining({ code: 'conflict', remedy: expect.any(String) as string }) as unknown;

describe('a re-issue', () => {
  it('is for the devices on which the plan ended without the app, and for no others', async () => {
    wave(['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'skipped', 'cancelled', 'superseded', 'failed', 'rejected', 'timedOut']);
    expect(names(await prepare())).toEqual(['failed-9', 'rejected-10', 'timedOut-11']);
  });

  it('takes up some of them alone: by reason, by branch, by device, and by all of these at once', async () => {
    plan = seedPlan(world, version, ['berlin', 'tokyo']).plan;
    const berlin = wave(['rejected', 'timedOut', 'failed', 'installed']);
    const away = seedDevice(world, 'tokyo', 'away');
    seedWave(world, plan, 'tokyo', version, [away], ['rejected']);
    const why = { rejected: 'user-rejected', timedOut: 'not-heard-from', failed: 'install-failed' } as const;
    for (const [key, instruction] of world.tables.instructions) if (instruction.state in why) world.tables.instructions.set(key, { ...instruction, reason: reason(why[instruction.state as keyof typeof why]) });
    const ids = berlin.map(({ id }) => id);
    expect(names(await prepare({ reasons: ['user-rejected'] }))).toEqual(['away', 'rejected-0']);
    expect(names(await prepare({ reasons: ['user-rejected', 'not-heard-from'], branches: [parseBranchId('berlin')] }))).toEqual(['rejected-0', 'timedOut-1']);
    expect(names(await prepare({ devices: ids.slice(1) }))).toEqual(['failed-2', 'timedOut-1']);
    expect(names(await prepare({ reasons: ['user-rejected'], branches: [parseBranchId('berlin')], devices: ids }))).toEqual(['rejected-0']);
    await expect(prepare({ devices: ids.slice(3) })).rejects.toEqual(refused);
    await expect(prepare({ branches: [parseBranchId('lyon')] })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of a removal is a removal, and holds nobody back: nobody is prompted', async () => {
    plan = seedPlan(world, version, ['berlin'], { operation: 'remove' }).plan;
    const [device] = wave(['timedOut', 'removed', 'skipped']);
    seedInstruction(world, present(device), version, { kind: 'remove', state: 'failed', waveId: present([...world.tables.standings.values()].find(({ deviceId }) => deviceId === device?.id)).waveId });
    const { plan: next, prompted } = await reissue();
    expect({ operation: next.operation, bundleId: next.bundleId, prompted }).toEqual({ operation: 'remove', bundleId: version.bundleId, prompted: 0 });
    expect([...world.tables.targets.values()].flat()).toHaveLength(1);
  });

  it('is a draft of the next attempt, on the former plan\'s terms and linked to it', async () => {
    wave(['failed']);
    const { plan: next, branches } = await prepare();
    expect(next).toMatchObject({ name: 'Spring (attempt 2)', attempt: 2, formerPlanId: plan.id, targets: 'list', status: 'draft', waveSize: 7, intervalMinutes: 3, deadlineHours: 12, abortRule: { share: 0.2, minimum: 9 }, createdBy: 'ada' });
    expect(branches).toMatchObject([{ branchId: 'berlin', windows: [{ from: '09:00', to: '17:00' }], targets: 1 }]);
  });

  it('counts attempts on, and keeps the name short', async () => {
    wave(['failed']);
    const { plan: next } = await prepare({}, { ...plan, name: `${'x'.repeat(100)} (attempt 2)`, attempt: 2 });
    expect(next).toMatchObject({ attempt: 3, name: `${'x'.repeat(80)} (attempt 3)` });
  });

  it('takes another name and other windows where they are given', async () => {
    wave(['failed']);
    const windows = [{ from: '02:00', to: '03:00' }];
    const { plan: next, branches } = await prepare({ name: 'Again', windows });
    expect(next.name).toBe('Again');
    expect(branches[0]?.windows).toEqual(windows);
  });

  it('stores nothing and asks nobody before it is carried out', async () => {
    const [device] = wave(['failed']);
    const before = world.tables.plans.size;
    await prepare();
    expect(world.tables.plans.size).toBe(before);
    expect(queueOfDevice(world, present(device))).toEqual([]);
    expect(world.waker.calls).toEqual([]);
  });

  it('asks the devices for their inventory first, and nobody else', async () => {
    const devices = wave(['failed', 'installed', 'timedOut']);
    const { plan: next } = await reissue();
    expect(devices.map((device) => queueOfDevice(world, device).map(({ command }) => command.type))).toEqual([
      ['managed-application-list', 'installed-application-list'], [], ['managed-application-list', 'installed-application-list'],
    ]);
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds).toSorted()).toEqual([devices[0], devices[2]].map((device) => device?.enrolmentId).toSorted());
    expect(world.tables.plans.get(next.id)).toEqual(next);
  });

  it('instructs, once started, those that turn out not to have the app, in the attempt that it is', async () => {
    const [has, lacks] = wave(['timedOut', 'timedOut']);
    const { plan: next } = await reissue();
    seedFacts(world, present(has), version, world.clock.now() + HOUR);
    world.clock.pass(2 * HOUR);
    world.tables.plans.set(next.id, { ...next, status: 'live' });
    await launchPlan(world, next.id, world.clock.now());
    for (let n = 0; n < 6; n += 1) {
      const run = present(world.tables.runs.get(`${next.id}.berlin.install`));
      world.clock.set(Math.max(world.clock.now(), run.nextAt));
      await takeTurn(world, turnInputOf(run), world.clock.now());
    }
    const again = [...world.tables.instructions.values()].filter(({ planId }) => planId === next.id);
    expect(again.map(({ deviceName, state, attempt, reason }) => [deviceName, state, attempt, reason?.code]).toSorted()).toEqual([
      [has?.name, 'skipped', 2, 'already-installed'], [lacks?.name, 'issued', 2, undefined],
    ]);
  });

  it('is for a device\'s branch of now, in its time, with the first branch\'s windows where the plan had none there', async () => {
    const [moved, stayed] = wave(['failed', 'failed']);
    world.tables.devices.set(present(moved).id, { ...present(moved), branchId: parseBranchId('tokyo') });
    const { branches } = await prepare();
    expect(branches.map(({ branchId, timeZone, windows, targets }) => [branchId, timeZone, windows[0]?.from, targets])).toEqual([['berlin', 'Europe/Berlin', '09:00', 1], ['tokyo', 'Asia/Tokyo', '09:00', 1]]);
    expect(present(stayed).branchId).toBe('berlin');
  });

  it('leaves out a device that a later instruction has taken over', async () => {
    const [taken] = wave(['failed', 'failed']);
    seedInstruction(world, present(taken), version);
    expect(names(await prepare())).toEqual(['failed-1']);
  });

  it('leaves out, and counts, devices that are not enrolled', async () => {
    const [left] = wave(['failed', 'failed']);
    world.tables.devices.set(present(left).id, { ...present(left), status: 'left' });
    expect(await prepare()).toMatchObject({ unreachable: 1, prompted: 0, targets: [{ name: 'failed-1' }] });
  });

  it('reads no wave of which the totals hold no failure', async () => {
    wave(['installed', 'installed']);
    wave(['failed']);
    for (const id of world.tables.waves.keys()) await settleWave(world, id);
    const read: string[] = [];
    const instructions = { ...world.instructions, instructionsOfWave: (id: Parameters<MemoryWorld['instructions']['instructionsOfWave']>[0]) => {
      read.push(id);
      return world.instructions.instructionsOfWave(id);
    } };
    await prepareReissue({ ...world, instructions }, plan, version, {}, 'ada', world.clock.now());
    expect(read).toEqual([`${plan.id}.berlin.install.2`]);
  });
});

describe('a device\'s user', () => {
  const prompt = (device: Device, daysAgo: number, state: InstructionState = 'rejected', of = version) => seedInstruction(world, device, of, {
    state, issuedAt: world.clock.now() - daysAgo * DAY, history: [{ at: 0, state: 'issued' }, { at: 0, state: 'acknowledged' }, { at: 0, state }],
  });
  /** The plan's own instruction comes last: it is the one that a re-issue takes up. */
  function prompted(times: number, daysAgo: number, options: { readonly of?: AppVersion; readonly untouched?: boolean } = {}): Device {
    world.clock.pass(30 * DAY);
    const device = seedDevice(world, 'berlin', 'asked');
    for (let n = 0; n < times; n += 1) {
      const instruction = prompt(device, daysAgo, 'rejected', options.of);
      if (options.untouched === true) world.tables.instructions.set(`${instruction.waveId}/${device.id}`, { ...instruction, history: [{ at: 0, state: 'issued' }, { at: 0, state: 'failed' }] });
    }
    seedWave(world, plan, 'berlin', version, [device], ['rejected']);
    world.clock.pass(HOUR);
    return device;
  }

  it('is asked a second time within a week', async () => {
    prompted(0, 0);
    expect(names(await prepare())).toEqual(['asked']);
  });

  it('is not asked a third time within a week, whoever asked before', async () => {
    prompted(1, 2);
    await expect(prepare()).rejects.toThrow(refused);
    await expect(prepare({}, { ...plan, attempt: 2 })).rejects.toThrow(refused);
  });

  it('is asked all the same where that is forced', async () => {
    prompted(3, 1);
    expect(await prepare({ force: true })).toMatchObject({ prompted: 0, targets: [{ name: 'asked' }] });
  });

  it('is asked where the others were longer ago, for another version, or never reached the user', async () => {
    prompted(3, 8);
    expect(names(await prepare())).toEqual(['asked']);
    const other = seedVersion(world, 'com.example.field', { shortVersion: '0.9' });
    prompted(3, 2, { of: other });
    expect(names(await prepare())).toContain('asked');
    world.tables.instructions.clear();
    prompted(3, 2, { untouched: true });
    expect(names(await prepare())).toContain('asked');
  });

  it('is left out, and counted, while the others are asked', async () => {
    prompted(2, 3);
    wave(['timedOut']);
    expect(await prepare()).toMatchObject({ prompted: 1, targets: [{ name: 'timedOut-0' }] });
  });
});

describe('a re-issue is refused, with what to do,', () => {
  it('for a plan that was never started', async () => {
    await expect(prepare({}, { ...plan, status: 'draft' })).rejects.toThrow(refused);
  });

  it('where every device has the app or is still at it', async () => {
    wave(['installed', 'acknowledged', 'skipped']);
    await expect(prepare()).rejects.toThrow(refused);
  });

  it('before any device is asked, where the version cannot be distributed any more', async () => {
    const [device] = wave(['failed']);
    const expired = { ...version, profileExpiresAt: world.clock.now() };
    await expect(prepareReissue(world, plan, expired, {}, 'ada', world.clock.now())).rejects.toMatchObject({ code: 'package-refused' });
    await expect(prepareReissue(world, plan, undefined, {}, 'ada', world.clock.now())).rejects.toMatchObject({ code: 'not-found' });
    expect(queueOfDevice(world, present(device))).toEqual([]);
  });
});
