import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import type { DeviceAnswer } from '../../../core/instruction/exchange.ts';
import { serveDevice, type DeviceRequest } from '../../../core/instruction/serve-device.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedFacts, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;

/** A live plan to remove the app, and so many devices of which the lists say that they have it. */
function setUp(devices: number, facts: Partial<Plan> = {}): readonly Device[] {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  plan = seedPlan(world, version, ['berlin'], { operation: 'remove', ...facts }).plan;
  return Array.from({ length: devices }, (_, n) => {
    const device = seedDevice(world, 'berlin', `d${n}`);
    seedFacts(world, device, version, world.clock.now() - 30 * 24 * HOUR);
    return device;
  });
}
beforeEach(() => {
  setUp(0);
});

const runOf = (kind: Run['kind'] = 'remove'): Run => present(world.tables.runs.get(`${plan.id}.berlin.${kind}`));
const instructions = () => [...world.tables.instructions.values()].filter(({ planId }) => planId === plan.id);
const instructionOf = (device: Device) => present(instructions().find(({ deviceId }) => deviceId === device.id));
const launch = () => launchPlan(world, plan.id, world.clock.now());

/** Does what the state machine does until the execution of the run ends. */
async function execute(): Promise<void> {
  const input = turnInputOf(runOf());
  for (;;) {
    const result = await takeTurn(world, input, world.clock.now());
    if (result.next === 'end') return;
    if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
  }
}

/** What a device says: of a command its answer, of a list what is on it. */
async function session(device: Device, obey: (type: string) => Partial<DeviceAnswer> & Pick<DeviceRequest, 'managed' | 'installed'>): Promise<readonly string[]> {
  const given: string[] = [];
  const said = (answer: DeviceAnswer, lists: Pick<DeviceRequest, 'managed' | 'installed'> = {}) =>
    serveDevice(world, { enrolmentId: present(device.enrolmentId), signer: digestOf(`pin ${device.name}`), answer, ...lists }, () => Promise.resolve('report'), world.clock.now());
  for (let next = await said({ status: 'Idle', errorCodes: [] }); next !== undefined && given.length < 10;) {
    given.push(next.command.type);
    const { managed, installed, ...answer } = obey(next.command.type);
    next = await said({ status: 'Acknowledged', errorCodes: [], commandId: next.id, ...answer }, { ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }) });
  }
  return given;
}

const gone = (type: string) => (type === 'managed-application-list' ? { managed: new Map() } : type === 'installed-application-list' ? { installed: new Map() } : {});
const there = (type: string) => (type === 'managed-application-list' ? { managed: new Map([['com.example.field', { status: 'Managed' }]]) }
  : type === 'installed-application-list' ? { installed: new Map([['com.example.field', { shortVersion: '1.0', version: '100' }]]) } : {});

describe('a plan that removes an app', () => {
  it('goes in the waves of its windows like any other, and instructs each device once', async () => {
    setUp(120);
    await launch();
    await execute();
    const waves = await world.runs.waves(runOf());
    expect(waves.map(({ targets }) => targets.length)).toEqual([50, 50, 20]);
    for (const [index, wave] of waves.entries()) if (index > 0) expect(wave.openedAt - present(waves[index - 1]).openedAt).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(instructions()).toHaveLength(120);
    expect(new Set(instructions().map(({ deviceId, kind }) => `${deviceId} ${kind}`)).size).toBe(120);
    expect(runOf()).toMatchObject({ kind: 'remove', status: 'finished' });
    expect(runOf('inventory').status).toBe('waiting');
  });

  it('tells a device to remove the app, and then asks what is on it', async () => {
    const [device] = setUp(1);
    await launch();
    await execute();
    expect(queueOfDevice(world, present(device)).map(({ command }) => command.type)).toEqual(['remove-application', 'managed-application-list', 'installed-application-list']);
  });

  it('has removed it where a list without it was reported after the instruction', async () => {
    const [device] = setUp(1);
    await launch();
    await execute();
    expect(await session(present(device), gone)).toEqual(['remove-application', 'managed-application-list', 'installed-application-list']);
    expect(instructionOf(present(device))).toMatchObject({ state: 'removed', history: [{ state: 'issued' }, { state: 'delivered' }, { state: 'acknowledged' }, { state: 'removed' }] });
    expect(world.tables.standings.get(`${present(device).id}/${version.bundleId}`)?.live).toBe(false);
  });

  it('has not removed it before the list says so, and asks again a quarter of an hour later', async () => {
    const [device] = setUp(1);
    await launch();
    await execute();
    await session(present(device), there);
    expect(instructionOf(present(device)).state).toBe('acknowledged');
    world.clock.pass(15 * MINUTE);
    await sweep(world, world.clock.now());
    expect(await session(present(device), gone)).toEqual(['managed-application-list', 'installed-application-list']);
    expect(instructionOf(present(device)).state).toBe('removed');
  });

  it('has failed, with the device\'s reason, where the device does not manage it; a list without it has the last word', async () => {
    const [device, other] = setUp(2);
    await launch();
    await execute();
    const refuse = (lists: typeof gone) => (type: string) => (type === 'remove-application' ? { status: 'Error' as const, errorCodes: ['MCMDMErrorDomain 12029'] } : lists(type));
    await session(present(device), refuse(there));
    expect(instructionOf(present(device))).toMatchObject({ state: 'failed', reason: { code: 'not-managed', deviceCodes: ['MCMDMErrorDomain 12029'] } });
    await session(present(other), refuse(gone));
    expect(instructionOf(present(other)).state).toBe('removed');
  });

  it('tries again where the device could not do it just then, three times', async () => {
    const [device] = setUp(1);
    await launch();
    await execute();
    const busy = (type: string) => (type === 'remove-application' ? { status: 'Error' as const, errorCodes: ['MCMDMErrorDomain 12036'] } : there(type));
    for (let n = 0; n < 3; n += 1) {
      await session(present(device), busy);
      world.clock.pass(MINUTE);
    }
    expect(instructionOf(present(device))).toMatchObject({ state: 'failed', reason: { code: 'device-error' } });
  });

  it.each([['not heard from', () => undefined, 'not-heard-from'], ['that took it and kept the app', there, 'not-removed']] as const)('has timed out at the deadline on a device %s', async (_name, says, code) => {
    const [device] = setUp(1);
    await launch();
    await execute();
    if (says === there) {
      world.clock.pass(MINUTE);
      await session(present(device), says);
    } else {
      const enrolment = present(world.tables.enrolments.get(present(present(device).enrolmentId)));
      world.tables.enrolments.set(enrolment.id, { ...enrolment, lastSeenAt: world.clock.now() - HOUR });
    }
    for (let hours = 0; hours < 26; hours += 1) {
      world.clock.pass(HOUR);
      await sweep(world, world.clock.now());
    }
    expect(instructionOf(present(device))).toMatchObject({ state: 'timedOut', reason: { code } });
  });

  it('leaves out, with the reason, devices without the app and those that it cannot be removed from', async () => {
    setUp(3);
    const add = (name: string, ...says: Parameters<typeof seedFacts>[4][]): Device => {
      const device = seedDevice(world, 'berlin', name);
      for (const each of says) seedFacts(world, device, version, world.clock.now() - HOUR, each);
      return device;
    };
    add('never-asked');
    add('without', { managed: { status: 'Absent' }, installed: { present: false } });
    add('own-copy', { managed: { status: 'Absent' } });
    seedInstruction(world, add('busy', {}), version, { state: 'acknowledged' });
    seedInstruction(world, add('silent'), version, { state: 'timedOut' });
    seedDevice(world, 'berlin', 'gone', { status: 'left' });
    await launch();
    await execute();
    const left = instructions().filter(({ state }) => state === 'skipped').map(({ deviceName, reason }) => [deviceName, reason?.code]).toSorted();
    expect(left).toEqual([['busy', 'other-instruction-live'], ['gone', 'not-enrolled'], ['never-asked', 'nothing-known'], ['own-copy', 'not-managed'], ['without', 'not-installed']]);
    // Instructed to install, and never heard from: it may have the app.
    expect(instructions().filter(({ state }) => state === 'issued').map(({ deviceName }) => deviceName)).toContain('silent');
  });

  it('removes the app also where its file is gone and its profile has expired', async () => {
    setUp(2);
    world.tables.versions.clear();
    await launch();
    await execute();
    expect(instructions().map(({ state }) => state)).toEqual(['issued', 'issued']);
  });

  it('is never live on a device together with an installation of the app', async () => {
    const [device] = setUp(1);
    await launch();
    await execute();
    const install = seedPlan(world, version, ['berlin']).plan;
    await launchPlan(world, install.id, world.clock.now());
    await takeTurn(world, turnInputOf(present(world.tables.runs.get(`${install.id}.berlin.install`))), world.clock.now());
    expect([...world.tables.instructions.values()].filter(({ deviceId, state }) => deviceId === present(device).id && state === 'issued')).toHaveLength(1);
  });

  it('pauses when too many devices of the branch keep the app', async () => {
    setUp(120, { abortRule: { share: 0.2, minimum: 10 } });
    await launch();
    await takeTurn(world, turnInputOf(runOf()), world.clock.now());
    world.tables.runTotals.set(`${plan.id}.berlin.remove`, { removed: 7, failed: 2, timedOut: 1 });
    world.clock.pass(5 * MINUTE);
    await takeTurn(world, turnInputOf(runOf()), world.clock.now());
    expect(world.tables.plans.get(plan.id)?.status).toBe('paused');
  });

  it('withdraws the command and the questions behind it when it is cancelled', async () => {
    const devices = setUp(3);
    await launch();
    await execute();
    world.tables.plans.set(plan.id, { ...plan, status: 'cancelled', revision: 2 });
    await launch();
    expect(instructions().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(devices.flatMap((device) => queueOfDevice(world, device))).toEqual([]);
    expect(devices.map(({ id }) => world.tables.standings.get(`${id}/${version.bundleId}`)?.live)).toEqual([false, false, false]);
  });

  it('instructs every device once, whatever write its turn was killed at', async () => {
    let total = 0;
    setUp(8, { waveSize: 5 });
    await launch();
    world.tables.beforeWrite = () => {
      total += 1;
    };
    await execute();
    expect(total).toBeGreaterThan(10);
    for (let kill = 1; kill <= total; kill += 1) {
      setUp(8, { waveSize: 5 });
      await launch();
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes === kill) throw new Error('killed');
      };
      await execute().catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      await execute();
      expect(instructions()).toHaveLength(8);
      expect((await world.runs.waves(runOf())).flatMap(({ targets }) => targets)).toHaveLength(8);
      expect([...world.tables.queues.values()].flatMap((queue) => [...queue.values()]).filter(({ command }) => command.type === 'remove-application')).toHaveLength(8);
    }
  });
});
