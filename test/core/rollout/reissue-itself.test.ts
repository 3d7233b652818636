/** A plan is tried again by itself once it is over: when, for whom, once, and why not. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { WavecastError } from '../../../core/errors.ts';
import { parseBranchId } from '../../../core/ids.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { controlPlan } from '../../../core/rollout/control.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { nextAttemptId, reissueItself, TAKEN_FOR } from '../../../core/rollout/reissue-itself.ts';
import { runId } from '../../../core/rollout/store.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { awaitPoints, blows, type Points, type Strike } from '../../support/await-points/points.ts';
import { queueOfDevice, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;

beforeEach(() => {
  setUp();
});

function setUp(facts: Partial<Plan> = {}): void {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  seedBranch(world, 'tokyo', { timeZone: 'Asia/Tokyo' });
  version = seedVersion(world);
  plan = seedPlan(world, version, ['berlin', 'tokyo'], { name: 'Spring', reissueTimes: 2, ...facts }).plan;
}

/** Both branches have instructed their devices, a day ago, and looked at all of them; their totals are counted. */
async function carriedOut(states: Readonly<Partial<Record<'berlin' | 'tokyo', readonly InstructionState[]>>> = { berlin: ['installed', 'rejected', 'timedOut'], tokyo: ['failed', 'installed'] }): Promise<void> {
  await launchPlan(world, plan.id, world.clock.now());
  for (const branch of ['berlin', 'tokyo'] as const) {
    const devices = (states[branch] ?? []).map((state, n) => seedDevice(world, branch, `${branch}-${state}-${n}`));
    if (devices.length > 0) await settleWave(world, seedWave(world, plan, branch, version, devices, states[branch]).id);
    setRun(branch, { status: 'finished', finishedAt: world.clock.now() });
  }
  world.clock.pass(DAY);
}
function setRun(branch: string, facts: Partial<Run>): void {
  const key = runId({ planId: plan.id, branchId: parseBranchId(branch), kind: plan.operation });
  world.tables.runs.set(key, { ...present(world.tables.runs.get(key)), ...facts });
}
const stored = (id = plan.id): Plan => present(world.tables.plans.get(id));
const nextId = () => nextAttemptId(world.ids, plan);
const next = (): Plan | undefined => world.tables.plans.get(nextId());
const timers = () => [...world.tables.timers.values()].filter(({ kind, subject }) => kind === 'reissue' && subject === plan.id);
const targets = (id = nextId()): readonly string[] => [...world.tables.targets].flatMap(([key, listed]) => (key.startsWith(id) ? listed : [])).map(({ deviceId }) => present(world.tables.devices.get(deviceId)).name).toSorted();
const change = (facts: Partial<Plan>): void => { world.tables.plans.set(plan.id, { ...stored(), ...facts, revision: stored().revision + 1 }); };

/** The sweep every minute, and `launch` for what it asks for, again where that fails; each is a process of its own. */
async function passTime(minutes: number, points: Points = awaitPoints()): Promise<void> {
  const process = async (work: (ports: MemoryWorld) => Promise<unknown>): Promise<boolean> => {
    try {
      await work(points.ports(world, () => work(world)));
      return true;
    } catch {
      return false;
    }
  };
  for (let minute = 0; minute < minutes; minute += 1) {
    world.clock.pass(MINUTE);
    await process((ports) => sweep(ports, ports.clock.now()));
    for (let id = world.background.reissued.shift(); id !== undefined; id = world.background.reissued.shift()) {
      const planId = id;
      const work = (ports: MemoryWorld) => reissueItself(ports, planId, ports.clock.now());
      if (!(await process(work))) await process(work);
    }
  }
}
const HALF_AN_HOUR = 31;

describe('a plan that is to be tried again by itself', () => {
  it('is, once it is over: for those on which it did not succeed, from the next window on', async () => {
    await carriedOut();
    await passTime(HALF_AN_HOUR);
    expect(targets()).toEqual(['berlin-rejected-1', 'berlin-timedOut-2', 'tokyo-failed-0']);
    expect(next()).toMatchObject({ name: 'Spring (attempt 2)', status: 'live', attempt: 2, formerPlanId: plan.id, createdBy: 'the engine', reissueTimes: 1 });
    expect(next()?.startsAt).toBeUndefined();
    expect([...world.tables.runs.values()].filter(({ planId }) => planId === nextId()).map(({ branchId, kind, status }) => [branchId, kind, status]).toSorted()).toEqual(
      ['berlin', 'tokyo'].flatMap((branch) => ['install', 'inventory'].map((kind) => [branch, kind, 'waiting'])));
    expect(stored().reissued).toMatchObject({ planId: nextId(), words: 'Re-issued as "Spring (attempt 2)" for 3 devices.' });
    expect(stored().reissuingUntil).toBeUndefined();
  });

  it('says so in the audit log, as the engine', async () => {
    await carriedOut();
    await passTime(HALF_AN_HOUR);
    expect(world.tables.audit.map(({ who, role, action, subject }) => [who, role, action, subject])).toEqual([['the engine', 'engine', 'plan.reissue', plan.id], ['the engine', 'engine', 'plan.start', nextId()]]);
    expect(world.tables.audit[0]?.after).toMatchObject({ id: nextId(), attempt: 2, devices: 3 });
  });

  it('asks those devices for their inventory first', async () => {
    await carriedOut();
    await passTime(HALF_AN_HOUR);
    const asked = [...world.tables.instructions.values()].filter(({ kind }) => kind === 'inventory').map(({ deviceName }) => deviceName).toSorted();
    expect(asked).toEqual(targets());
  });

  it('is looked at no more afterwards', async () => {
    await carriedOut();
    await passTime(HALF_AN_HOUR);
    expect(timers()).toEqual([]);
    await passTime(HALF_AN_HOUR);
    expect(world.tables.plans.size).toBe(2);
  });

  it('is tried as often as it says, and no more', async () => {
    setUp({ reissueTimes: 1 });
    await carriedOut();
    await passTime(HALF_AN_HOUR);
    expect(present(next()).reissueTimes).toBeUndefined();
    expect([...world.tables.timers.values()].filter(({ kind, subject }) => kind === 'reissue' && subject === nextId())).toEqual([]);
  });

  it('is not where its terms do not say so', async () => {
    setUp();
    plan = seedPlan(world, version, ['berlin', 'tokyo']).plan;
    await carriedOut();
    expect(timers()).toEqual([]);
    await reissueItself(world, plan.id, world.clock.now());
    expect(next()).toBeUndefined();
  });

  it('has one timer, however often it is launched', async () => {
    await carriedOut();
    await launchPlan(world, plan.id, world.clock.now());
    await launchPlan(world, plan.id, world.clock.now() + MINUTE);
    await passTime(16);
    expect(timers().length).toBeLessThanOrEqual(1);
  });

  it('of a removal is a removal', async () => {
    setUp({ operation: 'remove' });
    await carriedOut({ berlin: ['timedOut', 'removed'] });
    await passTime(HALF_AN_HOUR);
    expect(next()).toMatchObject({ operation: 'remove', status: 'live' });
    expect(targets()).toEqual(['berlin-timedOut-0']);
  });
});

describe('it is not over, and waits, while', () => {
  const early: readonly (readonly [string, () => void | Promise<void>])[] = [
    ['a branch has waves to come', () => { setRun('tokyo', { status: 'waiting' }); }],
    ['a branch is paused by itself', () => { setRun('tokyo', { status: 'paused' }); }],
    ['a branch has only just looked at its last device: its totals may not be counted', () => { setRun('tokyo', { finishedAt: world.clock.now() }); }],
    ['a run is not made yet', () => { world.tables.runs.delete(`${plan.id}.tokyo.install`); }],
    ['an instruction is under way', async () => { await settleWave(world, seedWave(world, plan, 'tokyo', version, [seedDevice(world, 'tokyo', 'at it')], ['acknowledged']).id); }],
    ['it is paused', () => { change({ status: 'paused' }); }],
  ];
  it.each(early)('%s', async (_, still) => {
    await carriedOut();
    await still();
    await reissueItself(world, plan.id, world.clock.now());
    await passTime(9);
    expect([next(), stored().reissued]).toEqual([undefined, undefined]);
  });

  it('a branch waits for its window: it is not looked at before', async () => {
    await carriedOut();
    const nextAt = world.clock.now() + 5 * DAY;
    setRun('tokyo', { status: 'waiting', nextAt });
    await passTime(HALF_AN_HOUR);
    expect(timers()).toHaveLength(1);
    expect(present(timers()[0]).at).toBeGreaterThan(nextAt);
  });

  it('it is paused, and goes on when it is resumed', async () => {
    await carriedOut();
    change({ status: 'paused' });
    await passTime(HALF_AN_HOUR);
    expect(timers()).toEqual([]);
    change({ status: 'live' });
    await launchPlan(world, plan.id, world.clock.now());
    await passTime(HALF_AN_HOUR);
    expect(next()?.status).toBe('live');
  });
});

describe('it is not tried again', () => {
  const said = (): string => present(stored().reissued).words;

  it('where no device failed, and says so', async () => {
    await carriedOut({ berlin: ['installed', 'skipped'] });
    await passTime(HALF_AN_HOUR);
    expect(next()).toBeUndefined();
    expect(said()).toBe('Not tried again: no device failed.');
    expect(timers()).toEqual([]);
  });

  it('for users that were prompted twice within a week, nor for devices that left, and says how many they were', async () => {
    await carriedOut({ berlin: ['timedOut', 'timedOut', 'timedOut'] });
    const [first, second] = ['berlin-timedOut-0', 'berlin-timedOut-1'].map((name) => present([...world.tables.devices.values()].find((device) => device.name === name)));
    prompted(present(first), 2);
    world.tables.devices.set(present(second).id, { ...present(second), status: 'left' });
    await passTime(HALF_AN_HOUR);
    expect(targets()).toEqual(['berlin-timedOut-2']);
    expect(said()).toBe('Re-issued as "Spring (attempt 2)" for 1 device; left out: 1 prompted twice within a week, 1 not enrolled.');
  });

  it('where nobody is left by that', async () => {
    await carriedOut({ berlin: ['rejected'] });
    prompted(present([...world.tables.devices.values()][0]), 2);
    await passTime(HALF_AN_HOUR);
    expect(next()).toBeUndefined();
    expect(said()).toMatch(/^Not re-issued\. No device is to be instructed again: 1 did not succeed, 1 of them were prompted twice this week/);
  });

  it('with a version that was withdrawn', async () => {
    await carriedOut();
    world.tables.versions.set(version.id, { ...version, withdrawn: { at: 0, by: 'ada', reason: 'It crashes.' } });
    await passTime(HALF_AN_HOUR);
    expect(next()).toBeUndefined();
    expect(said()).toContain('It crashes.');
  });

  it.each([['by a person', {}], ['by a later plan', { supersededBy: 'Later' }]])('after it was cancelled %s', async (_, facts: Partial<Plan>) => {
    await carriedOut();
    change({ status: 'cancelled', ...facts });
    await passTime(HALF_AN_HOUR);
    expect([next(), stored().reissued, timers()]).toEqual([undefined, undefined, []]);
  });

  it('in a branch that it gave up to a later plan', async () => {
    await carriedOut();
    change({ holds: [{ branchId: parseBranchId('berlin'), kind: 'superseded', by: 'Later' }] });
    setRun('berlin', { status: 'cancelled' });
    await passTime(HALF_AN_HOUR);
    expect(targets()).toEqual(['tokyo-failed-0']);
  });

  it('where it is cancelled while the next attempt is being made: that is cancelled, too', async () => {
    await carriedOut();
    world.tables.beforeWrite = (operation) => {
      if (operation === 'plans.start') change({ status: 'cancelled' });
    };
    await passTime(2 * HALF_AN_HOUR);
    expect(next()?.status).toBe('cancelled');
    expect([stored().reissued, stored().reissuingUntil, timers()]).toEqual([undefined, undefined, []]);
  });

  it('where a person has started what was made of it: that is the next attempt', async () => {
    await carriedOut();
    let stops = true;
    world.tables.beforeWrite = (operation) => {
      if (operation === 'plans.start' && stops) throw new Error('killed');
    };
    await passTime(HALF_AN_HOUR);
    stops = false;
    const draft = present(next());
    await world.plans.replacePlan(draft, controlPlan(draft, 'start', 'ada', world.clock.now()));
    await passTime(2 * HALF_AN_HOUR);
    expect(stored().reissued).toMatchObject({ planId: nextId(), words: 'Re-issued as "Spring (attempt 2)".' });
  });

  /** Its user has seen that many prompts for the version within the week, the plan's own included. */
  function prompted(device: Device, times: number): void {
    for (const [key, instruction] of world.tables.instructions) if (instruction.deviceId === device.id) world.tables.instructions.set(key, { ...instruction, history: [{ at: 0, state: 'acknowledged' }] });
    const standing = present(world.tables.standings.get(`${device.id}/${version.bundleId}`));
    for (let n = 1; n < times; n += 1) seedInstruction(world, device, version, { state: 'rejected', issuedAt: world.clock.now() - 2 * DAY, history: [{ at: 0, state: 'acknowledged' }] });
    world.tables.standings.set(`${device.id}/${version.bundleId}`, standing);
  }
});

describe('it is made, and waits, where other plans are under way for those devices', () => {
  const said = (): string => present(stored().reissued).words;
  const waits = '"Spring (attempt 2)" is made, and is started by itself as soon as the plan "Other" is over, which is under way for the same devices.';
  const AN_HOUR = 76;

  async function madeBeside(...names: readonly string[]): Promise<void> {
    await carriedOut();
    const others = names.map((name) => seedPlan(world, version, ['berlin'], { name }).plan);
    world.tables.livePlans.set(version.bundleId, { bundleId: version.bundleId, planIds: others.map(({ id }) => id), revision: 1 });
    await passTime(HALF_AN_HOUR);
    expect(next()?.status).toBe('draft');
  }
  function became(): object {
    const { at: _, ...rest } = present(stored().reissued);
    return rest;
  }
  /** The look that comes an hour later is the last. */
  async function lookedAtNoMore(): Promise<void> {
    await passTime(AN_HOUR);
    expect(timers()).toEqual([]);
  }
  function end(name: string): void {
    const other = present([...world.tables.plans.values()].find((each) => each.name === name));
    world.tables.plans.set(other.id, { ...other, status: 'cancelled', revision: other.revision + 1 });
  }

  it('and says for which', async () => {
    await madeBeside('Other');
    expect(stored().reissued).toMatchObject({ planId: nextId(), waits: true, words: waits });
    expect(stored().reissuingUntil).toBeUndefined();
  });

  it('is started by itself within an hour and a quarter of their end', async () => {
    await madeBeside('Other');
    await passTime(5 * AN_HOUR);
    expect([next()?.status, said()]).toEqual(['draft', waits]);
    end('Other');
    await passTime(AN_HOUR);
    expect(next()?.status).toBe('live');
    expect(next()?.startedAt).toBeGreaterThan(0);
    expect([...world.tables.runs.values()].filter(({ planId }) => planId === nextId())).toHaveLength(4);
    expect(became()).toEqual({ planId: nextId(), words: 'Re-issued as "Spring (attempt 2)".' });
    await lookedAtNoMore();
  });

  it('waits for the last of them', async () => {
    await madeBeside('Other', 'Third', 'Fourth');
    expect(said()).toContain('as soon as the plan "Other" and 2 more are over, which are under way for the same devices.');
    end('Other');
    end('Third');
    await passTime(AN_HOUR);
    expect([next()?.status, said()]).toEqual(['draft', waits.replace('Other', 'Fourth')]);
    end('Fourth');
    await passTime(AN_HOUR);
    expect(next()?.status).toBe('live');
  });

  it('is looked at once an hour, and no oftener', async () => {
    await madeBeside('Other');
    const before = stored().revision;
    await passTime(10 * 60);
    // Taken, and given back.
    expect((stored().revision - before) / 2).toBe(10);
  });

  it('is not started when a person has cancelled it meanwhile', async () => {
    await madeBeside('Other');
    const draft = present(next());
    await world.plans.replacePlan(draft, controlPlan(draft, 'cancel', 'ada', world.clock.now()));
    end('Other');
    await passTime(AN_HOUR);
    expect(became()).toEqual({ planId: nextId(), words: '"Spring (attempt 2)" was made, and cancelled before it was started.' });
    await lookedAtNoMore();
  });

  it('is cancelled with the plan whose failures it was for', async () => {
    await madeBeside('Other');
    change({ status: 'cancelled' });
    await passTime(AN_HOUR);
    expect(next()?.status).toBe('cancelled');
    expect(became()).toEqual({ planId: nextId(), words: '"Spring (attempt 2)" was made, and is cancelled with this plan.' });
    await lookedAtNoMore();
  });

  it.each(blows)('is started once, where any one call to a port is %s', async (blow) => {
    const later = async (points: Points): Promise<void> => {
      setUp();
      await madeBeside('Other');
      end('Other');
      // The look that starts it, the one in whose place it would have been, and a last one.
      await passTime(3 * AN_HOUR, points);
    };
    const points = awaitPoints();
    await later(points);
    for (let at = 1; at <= points.met.length; at += 1) {
      await later(awaitPoints({ at, blow }));
      const runs = [...world.tables.runs.values()].filter(({ planId }) => planId === nextId());
      expect({ at, call: points.met[at - 1], status: next()?.status, runs: runs.length, waits: stored().reissued?.waits, timers: timers().length }).toEqual({ at, call: points.met[at - 1], status: 'live', runs: 4, waits: undefined, timers: 0 });
    }
  });
});

describe('the next attempt is made once', () => {
  /** What is not as it must be, in words. */
  function wrong(): readonly string[] {
    const found: string[] = [];
    const check = (holds: boolean, words: string): void => { if (!holds) found.push(words); };
    check(world.tables.plans.size === 2, `${world.tables.plans.size} plans`);
    check(next()?.status === 'live', `the next is ${next()?.status ?? 'missing'}`);
    check(stored().reissued?.planId === nextId() && stored().reissuingUntil === undefined, 'the former does not say so');
    check(String(targets()) === 'berlin-rejected-1,berlin-timedOut-2,tokyo-failed-0', `targets ${targets().join()}`);
    const runs = [...world.tables.runs.values()].filter(({ planId }) => planId === nextId());
    check(runs.length === 4 && runs.every(({ status }) => status === 'waiting'), `${runs.length} runs`);
    check(runs.every((run) => world.starter.scheduled.some((scheduled) => runId(scheduled) === runId(run))), 'a run has no schedule');
    const asked = [...world.tables.instructions.values()].filter(({ kind }) => kind === 'inventory').map(({ deviceName }) => deviceName).toSorted();
    check(String(asked) === String(targets()), `asked for inventory: ${asked.join()}`);
    check(targets().every((name) => queueOfDevice(world, present([...world.tables.devices.values()].find((device) => device.name === name))).length === 2), 'a device is asked twice');
    check(timers().length === 0, 'a timer is left');
    check(new Set(world.tables.audit.map(({ action }) => action)).size === 2, 'the audit log does not say so');
    return found;
  }
  /** Longer than it is taken for, twice, and a look more. */
  const LONG = (2 * TAKEN_FOR) / MINUTE + 17;

  it('and passes some twenty calls to its ports', async () => {
    await carriedOut();
    const points = awaitPoints();
    await passTime(LONG, points);
    expect(wrong()).toEqual([]);
    expect(points.met.filter((name) => name === 'plans.startPlan')).toHaveLength(1);
    expect(points.met.length).toBeGreaterThan(20);
  });

  it.each(blows)('where any one call to a port is %s', async (blow) => {
    await carriedOut();
    const points = awaitPoints();
    await passTime(LONG, points);
    let struck = 0;
    for (let at = 1; at <= points.met.length; at += 1) {
      const strike: Strike = { at, blow };
      setUp();
      await carriedOut();
      await passTime(LONG, awaitPoints(strike));
      expect({ at, call: points.met[at - 1], wrong: wrong() }).toEqual({ at, call: points.met[at - 1], wrong: [] });
      struck += 1;
    }
    expect(struck).toBe(points.met.length);
  });

  it('where two are at it at the same moment', async () => {
    await carriedOut();
    const now = world.clock.now();
    await Promise.allSettled([1, 2, 3].map(() => reissueItself(world, plan.id, now)));
    await passTime(LONG);
    expect(wrong()).toEqual([]);
    expect(world.tables.audit).toHaveLength(2);
  });

  it('by one at a time: who comes while another is at it leaves it to them, until they must have been cut off', async () => {
    await carriedOut();
    const { plans } = world;
    const met: (string | undefined)[] = [];
    const come = async (): Promise<void> => {
      await reissueItself(world, plan.id, world.clock.now() + TAKEN_FOR - 1);
      met.push(next()?.status);
    };
    const first = { ...world, plans: { ...plans, addPlan: async (...added: Parameters<typeof plans.addPlan>) => {
      await come();
      await plans.addPlan(...added);
    } } };
    await reissueItself(first, plan.id, world.clock.now());
    expect(met).toEqual([undefined]);
    expect(wrong()).toEqual(['a timer is left']);

    setUp();
    await carriedOut();
    const killed = { ...world, plans: { ...world.plans, addPlan: () => Promise.reject(new Error('killed')) } };
    await expect(reissueItself(killed, plan.id, world.clock.now())).rejects.toThrow('killed');
    await reissueItself(world, plan.id, world.clock.now() + TAKEN_FOR - 1);
    expect(next()).toBeUndefined();
    await reissueItself(world, plan.id, world.clock.now() + TAKEN_FOR);
    expect(next()?.status).toBe('live');
  });

  it('where a person changes the former plan meanwhile', async () => {
    await carriedOut();
    let changes = 0;
    world.tables.beforeWrite = (operation) => {
      if (operation === 'plans.start' && changes === 0) {
        changes += 1;
        change({ waveSize: 3 });
      }
    };
    await passTime(LONG);
    expect(wrong()).toEqual([]);
    expect(stored().waveSize).toBe(3);
  });

  it('or fails, to be called again, where a store fails for no reason of the plan\'s', async () => {
    await carriedOut();
    const failing = { ...world, catalogue: { ...world.catalogue, version: () => Promise.reject(new WavecastError('throttled', 'Later.')) } };
    await expect(reissueItself(failing, plan.id, world.clock.now())).rejects.toMatchObject({ code: 'throttled' });
    expect(stored().reissued).toBeUndefined();
    world.clock.pass(HOUR);
    await passTime(LONG);
    expect(wrong()).toEqual([]);
  });
});
