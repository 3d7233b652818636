import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseCommandId, type Sha256 } from '../../../core/ids.ts';
import type { Instruction, QueuedCommand } from '../../../core/instruction/instruction.ts';
import { serveDevice, type DeviceRequest, type ServeServices } from '../../../core/instruction/serve-device.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let device: Device;
let kept: number;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
  kept = 0;
});

type Answer = Partial<DeviceRequest['answer']>;
type Lists = Pick<DeviceRequest, 'managed' | 'installed' | 'about'>;
interface Options {
  readonly services?: Partial<ServeServices>;
  readonly signer?: Sha256;
  readonly keep?: () => Promise<string>;
}
const serve = (answer: Answer, lists: Lists = {}, { services = {}, signer = digestOf('pin phone'), keep = () => {
  kept += 1;
  return Promise.resolve('reports/1');
} }: Options = {}): Promise<QueuedCommand | undefined> =>
  serveDevice({ ...world, ...services }, { enrolmentId: present(device.enrolmentId), signer, answer: { status: 'Idle', errorCodes: [], ...answer }, ...lists }, keep, world.clock.now());
const idle = () => serve({});
const answer = (command: QueuedCommand | undefined, status: DeviceRequest['answer']['status'] = 'Acknowledged', more: Answer & Lists = {}, options: Options = {}) => {
  const { managed, installed, about, ...said } = more;
  const lists: Lists = { ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }), ...(about === undefined ? {} : { about }) };
  return serve({ status, commandId: present(command).id, ...said }, lists, options);
};
const stored = ({ waveId, deviceId }: Instruction): Instruction => present(world.tables.instructions.get(`${waveId}/${deviceId}`));
const queued = () => queueOfDevice(world, device).map(({ command }) => command.type);
const facts = () => world.tables.facts.get(`${device.id}/${version.bundleId}`);
/** Changes the instruction in the moment before the commit, as another process would. */
function meanwhile(instruction: Instruction, state: Instruction['state']): void {
  let done = false;
  world.tables.beforeWrite = (operation) => {
    if (operation !== 'queue.commit' || done) return;
    done = true;
    world.tables.instructions.set(`${instruction.waveId}/${instruction.deviceId}`, { ...stored(instruction), state });
  };
}
const installedList = (shortVersion: string) => ({ installed: new Map([[version.bundleId, { shortVersion, version: version.version }]]) });
const managedList = (status: string) => ({ managed: new Map([[version.bundleId, { status }]]) });

describe('a device that comes', () => {
  it('gets what waits for it, and its instruction is delivered', async () => {
    const instruction = seedInstruction(world, device, version);
    expect((await idle())?.command).toEqual({ type: 'install-application', bundleId: version.bundleId, versionId: version.id });
    expect(stored(instruction).state).toBe('delivered');
    expect(await answer(queueOfDevice(world, device)[0])).toBeUndefined();
    expect(stored(instruction).state).toBe('acknowledged');
    expect(queued()).toEqual([]);
  });

  it('gets nothing where nothing waits', async () => {
    expect(await idle()).toBeUndefined();
    expect(world.waker.calls).toEqual([]);
  });

  it('is refused with another identity, or where it never enrolled, and nothing of it is kept', async () => {
    await expect(serve({}, {}, { signer: digestOf('another') })).rejects.toMatchObject({ code: 'identity-refused' });
    world.tables.enrolments.clear();
    await expect(serve({ status: 'Acknowledged', commandId: parseCommandId('c') })).rejects.toMatchObject({ code: 'identity-refused' });
    expect(kept).toBe(0);
  });

  it('gets nothing before it said where to push, and what it reports is kept all the same', async () => {
    const instruction = seedInstruction(world, device, version);
    const enrolment = present(world.tables.enrolments.get(present(device.enrolmentId)));
    world.tables.enrolments.set(enrolment.id, { ...enrolment, status: 'authenticated' });
    expect(await idle()).toBeUndefined();
    expect(await answer(queueOfDevice(world, device)[0])).toBeUndefined();
    expect(stored(instruction).state).toBe('issued');
    expect(kept).toBe(1);
  });

  it('that could not reach the network gets nothing now, and is woken when that may have passed', async () => {
    seedInstruction(world, device, version);
    const command = await idle();
    expect(await answer(command, 'Error', { errorCodes: ['NSURLErrorDomain -1009'] })).toBeUndefined();
    expect(world.waker.calls).toEqual([{ enrolmentIds: [device.enrolmentId], delaySeconds: 120, tries: 0 }]);
  });
});

describe('a report', () => {
  it('is kept before anything is made of it', async () => {
    const instruction = seedInstruction(world, device, version);
    const command = await idle();
    const order: string[] = [];
    world.tables.beforeWrite = (operation) => order.push(operation);
    await answer(command, 'Acknowledged', {}, { keep: () => {
      order.push('kept');
      return Promise.resolve('reports/1');
    } });
    // And before it is settled, the timer by which the device is asked how far it is.
    expect(order).toEqual(['kept', 'timers.put', 'queue.commit']);
    expect(stored(instruction).state).toBe('acknowledged');
  });

  it('that takes an install instruction has the device asked ten minutes later; no other report does', async () => {
    seedInstruction(world, device, version);
    const install = await idle();
    world.clock.pass(HOUR);
    await answer(install, 'NotNow');
    expect(world.tables.timers.size).toBe(0);
    world.clock.pass(SECOND);
    await answer(await idle(), 'Acknowledged', { install: { state: 'Prompting' } });
    expect([...world.tables.timers.values()]).toMatchObject([{ kind: 'progress', at: world.clock.now() - SECOND + 15 * MINUTE }]);
  });

  it('comes before the second prompt: who is instructed again is asked first, and is not prompted where it has the app by now', async () => {
    const instruction = seedInstruction(world, device, version, { attempt: 2, issuedAt: world.clock.now() - MINUTE });
    const managed = await idle();
    expect(managed?.command.type).toBe('managed-application-list');
    const installed = await answer(managed, 'Acknowledged', managedList('Managed'));
    expect(installed?.command.type).toBe('installed-application-list');
    expect(await answer(installed, 'Acknowledged', installedList(version.shortVersion))).toBeUndefined();
    expect(stored(instruction).history.map(({ state }) => state)).toEqual(['issued', 'installed']);
    expect(queued()).toEqual([]);
    expect(await idle()).toBeUndefined();
  });

  it.each([['an older version', 'Managed', '0.9'], ['nothing', 'Unknown', undefined]])('of %s brings the second prompt in the same conversation', async (_, status, found) => {
    const instruction = seedInstruction(world, device, version, { attempt: 2, issuedAt: world.clock.now() - MINUTE });
    const installed = await answer(await idle(), 'Acknowledged', managedList(status));
    const install = await answer(installed, 'Acknowledged', found === undefined ? { installed: new Map() } : installedList(found));
    expect(install?.command.type).toBe('install-application');
    await answer(install);
    expect(stored(instruction).history.map(({ state }) => state)).toEqual(['issued', 'delivered', 'acknowledged']);
  });

  it('is not taken where that timer cannot be set: the device will report again', async () => {
    const instruction = seedInstruction(world, device, version);
    const command = await idle();
    world.tables.beforeWrite = (operation) => {
      if (operation === 'timers.put') throw new Error('away');
    };
    await expect(answer(command)).rejects.toThrow('away');
    expect(stored(instruction).state).toBe('delivered');
    world.tables.beforeWrite = () => undefined;
    await answer(command);
    expect(stored(instruction).state).toBe('acknowledged');
  });

  it('that cannot be kept changes nothing: the device reports again', async () => {
    const instruction = seedInstruction(world, device, version);
    const command = await idle();
    await expect(answer(command, 'Acknowledged', {}, { keep: () => Promise.reject(new Error('no disk')) })).rejects.toThrow('no disk');
    expect(stored(instruction).state).toBe('delivered');
    expect(queued()).toEqual(['install-application']);
  });

  it('is not kept of a device that only says that it is idle', async () => {
    await idle();
    expect(kept).toBe(0);
  });

  it('on a command that is settled changes no instruction', async () => {
    const instruction = seedInstruction(world, device, version);
    const command = await idle();
    await answer(command);
    const before = stored(instruction);
    await answer(command, 'Error', { errorCodes: ['MCMDMErrorDomain 12001'] });
    expect(stored(instruction)).toEqual(before);
    expect(kept).toBe(2);
  });
});

describe('a report on a command of another device', () => {
  it('is refused and logged; nothing of it is kept, and neither queue changes', async () => {
    const other = seedDevice(world, 'berlin', 'tablet');
    const instruction = seedInstruction(world, other, version);
    const [command] = queueOfDevice(world, other);
    const own = seedInstruction(world, device, version);
    const before = [queueOfDevice(world, device), queueOfDevice(world, other)];
    await expect(answer(command, 'Acknowledged', managedList('Managed'))).rejects.toMatchObject({ code: 'invalid-input' });
    expect(kept).toBe(0);
    expect([stored(instruction).state, stored(own).state, facts()]).toEqual(['issued', 'issued', undefined]);
    expect([queueOfDevice(world, device), queueOfDevice(world, other)]).toEqual(before);
    expect(world.log.lines).toMatchObject([{ level: 'warn', fields: { deviceId: device.id, commandId: present(command).id } }]);
  });
});

describe('a list that a person asked for', () => {
  it('counts for what it lists, and says nothing of what it leaves out', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    const sent = { id: parseCommandId('by-hand'), enrolmentId: present(device.enrolmentId), deviceId: device.id, openedAt: world.clock.now(), expiresAt: world.clock.now() + DAY, requestedBy: 'grace', command: { type: 'other', requestType: 'ManagedApplicationList', keys: {} } } as const;
    await world.queue.ask(sent);
    await answer(await idle(), 'Acknowledged', { managed: new Map([['com.example.other', { status: 'Managed' }]]), installed: new Map([['com.example.other', {}]]) });
    expect(facts()).toBeUndefined();
    await world.queue.enqueue([{ ...sent, id: parseCommandId('again') }]);
    // A device says this once: it is not lost because a person asked.
    await answer(await idle(), 'Acknowledged', managedList('UserRejected'));
    expect(stored(instruction)).toMatchObject({ state: 'rejected', reason: { code: 'user-rejected' } });
    expect((await world.queue.asked(sent.id))?.record.outcome).toMatchObject({ status: 'acknowledged', report: 'reports/1' });
  });
});

describe('what a device lists', () => {
  const poll = (type: 'managed-application-list' | 'installed-application-list'): QueuedCommand => ({
    id: parseCommandId(type), enrolmentId: present(device.enrolmentId), deviceId: device.id, openedAt: world.clock.now(), command: { type, bundleIds: [version.bundleId] }, expiresAt: world.clock.now() + HOUR,
  });
  const polls = async () => {
    await world.queue.enqueue([poll('managed-application-list'), poll('installed-application-list')]);
    return [await idle(), poll('installed-application-list')] as const;
  };

  it('is taken as evidence: both lists prove the installation', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    await polls();
    await answer(poll('managed-application-list'), 'Acknowledged', managedList('Managed'));
    await answer(poll('installed-application-list'), 'Acknowledged', installedList('1.0'));
    expect(stored(instruction).state).toBe('installed');
    expect(queued()).toEqual([]);
  });

  it('says of an app that is not in it that it is absent, which fails nothing', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    await polls();
    await answer(poll('managed-application-list'), 'Acknowledged', { managed: new Map() });
    await answer(poll('installed-application-list'), 'Acknowledged', { installed: new Map() });
    expect(facts()).toMatchObject({ managed: { status: 'Absent' }, installed: { present: false } });
    expect(stored(instruction).state).toBe('acknowledged');
  });

  it('counts also where the command is settled or was withdrawn: what is listed, not what is missing', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'timedOut' });
    await answer(poll('managed-application-list'), 'Acknowledged', managedList('Managed'));
    await answer(poll('installed-application-list'), 'Acknowledged', installedList('1.0'));
    expect(stored(instruction).state).toBe('installed');
    world.tables.facts.clear();
    await answer(poll('managed-application-list'), 'Acknowledged', { managed: new Map([['not a package name!', { status: 'Managed' }]]) });
    expect(world.tables.facts.size).toBe(0);
  });

  it('is none where it answers with an error', async () => {
    await polls();
    await answer(poll('installed-application-list'), 'Error', { ...installedList('1.0'), errorCodes: ['MDMErrorDomain 1'] });
    expect(facts()).toBeUndefined();
  });

  it('ends an inventory instruction with its last list', async () => {
    const instruction = seedInstruction(world, device, version, { kind: 'inventory' });
    const first = await idle();
    const second = await answer(first, 'Acknowledged', managedList('Managed'));
    expect(stored(instruction).state).toBe('issued');
    expect(await answer(second, 'Acknowledged', installedList('0.9'))).toBeUndefined();
    expect(stored(instruction).state).toBe('collected');
  });
});

describe('what a device says of itself', () => {
  const about = { osVersion: '18.2', productName: 'iPhone15,4', supervised: true };
  const tell = async (says: NonNullable<Lists['about']> = about) => {
    const command: QueuedCommand = { id: parseCommandId('about'), enrolmentId: present(device.enrolmentId), deviceId: device.id, openedAt: 1, command: { type: 'device-information' }, expiresAt: world.clock.now() + HOUR };
    await world.queue.enqueue([command]);
    return answer(command, 'Acknowledged', { about: says });
  };
  const record = () => world.tables.devices.get(device.id);

  it('is written down, and only where it is new', async () => {
    await tell();
    expect(record()).toEqual({ ...device, ...about, revision: 2 });
    await tell();
    expect(record()?.revision).toBe(2);
  });

  it.each([[undefined, '18.2', ['declarative-management']], ['15.8', '18.2', ['declarative-management']], ['18.1', '18.2', []], [undefined, '15.8', []]])('leads, from %s to %s, to %j', async (before, after, asked) => {
    const { osVersion: _, ...unknown } = device;
    world.tables.devices.set(device.id, { ...unknown, ...(before === undefined ? {} : { osVersion: before }) });
    await tell({ osVersion: after });
    expect(queued()).toEqual(asked);
  });

  it('is written down beside what a person changes in the same moment', async () => {
    let once = false;
    world.tables.beforeWrite = (operation) => {
      if (operation !== 'devices.replace' || once) return;
      once = true;
      world.tables.devices.set(device.id, { ...device, name: 'renamed', revision: 2 });
    };
    await tell();
    expect(record()).toMatchObject({ name: 'renamed', osVersion: '18.2', revision: 3 });
  });

  it('is said again where it could not be written down for a reason of ours', async () => {
    world.tables.beforeWrite = (operation) => {
      if (operation === 'devices.replace') throw new Error('no disk');
    };
    await expect(tell()).rejects.toThrow('no disk');
    expect(queued()).toEqual(['device-information']);
  });

  it('does not hold up its queue where it cannot be true: another device has its serial number', async () => {
    const other = seedDevice(world, 'berlin', 'other', { serialNumber: 'SN-X' });
    const instruction = seedInstruction(world, device, version);
    expect(await tell({ serialNumber: 'SN-X' })).toMatchObject({ command: { type: 'install-application' } });
    expect(stored(instruction).state).toBe('delivered');
    expect(record()?.serialNumber).toBe('SN-phone');
    expect(await world.timeline.events(other.id, undefined, 9)).toMatchObject([{ kind: 'identity-refused', code: 'serial-number-taken' }]);
  });
});

describe('beside others', () => {
  it('a command that was taken by another connection is not handed out a second time', async () => {
    seedInstruction(world, device, version);
    const got = await Promise.all([idle(), idle(), idle()]);
    expect(got.filter((command) => command !== undefined)).toHaveLength(1);
  });

  it('a report is settled although another connection takes the next command', async () => {
    const [first, second] = ['com.example.field', 'com.example.other'].map((bundleId) => {
      const instruction = seedInstruction(world, device, seedVersion(world, bundleId));
      world.clock.pass(SECOND);
      return instruction;
    });
    const command = await idle();
    let taken = false;
    world.tables.beforeWrite = (operation) => {
      if (operation !== 'queue.commit' || taken) return;
      taken = true;
      const queue = present(world.tables.queues.get(present(device.enrolmentId)));
      for (const [key, each] of queue) if (each.id !== command?.id) queue.set(key, { ...each, handedAt: world.clock.now() });
    };
    expect(await answer(command, 'Acknowledged', { install: { state: 'UserRejected' } })).toBeUndefined();
    expect(stored(present(first)).state).toBe('rejected');
    expect(stored(present(second)).state).toBe('issued');
    expect(queueOfDevice(world, device)).toHaveLength(1);
  });

  it.each(['cancelled', 'timedOut'] as const)('a command of an instruction that was %s meanwhile is not handed out, and withdrawn', async (state) => {
    const instruction = seedInstruction(world, device, version);
    meanwhile(instruction, state);
    expect(await idle()).toBeUndefined();
    expect(stored(instruction).state).toBe(state);
    expect(queued()).toEqual([]);
  });

  it('a report on an instruction that has ended meanwhile settles the command and leaves the instruction as it is', async () => {
    const instruction = seedInstruction(world, device, version);
    const command = await idle();
    meanwhile(instruction, 'timedOut');
    await answer(command);
    expect(stored(instruction).state).toBe('timedOut');
    expect(queued()).toEqual([]);
  });

  it('an instruction that never stops changing makes the device come again', async () => {
    seedInstruction(world, device, version);
    const queue = { ...world.queue, commit: () => Promise.resolve('stale' as const) };
    await expect(serve({}, {}, { services: { queue } })).rejects.toMatchObject({ code: 'throttled' });
  });
});

describe('a command that a device calls malformed', () => {
  let plan: Plan;
  const malformed = (command: QueuedCommand | undefined, options: Options = {}) => answer(command, 'CommandFormatError', {}, options);
  const planNow = () => present(world.tables.plans.get(plan.id));
  async function handOut(): Promise<QueuedCommand | undefined> {
    plan = seedPlan(world, version, ['berlin']).plan;
    seedWave(world, plan, 'berlin', version, [device]);
    return idle();
  }

  it('is our fault: the instruction fails, the plan pauses and says why, and it is said loudly', async () => {
    await malformed(await handOut());
    expect([...world.tables.instructions.values()]).toMatchObject([{ state: 'failed', reason: { code: 'malformed-command' } }]);
    expect(planNow()).toMatchObject({ status: 'paused', pausedBecause: expect.stringContaining('fault of Wavecast') as string, revision: 2 });
    expect(world.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it.each([[1, 'although a person changes it in the same moment'], [5, 'when the device comes again, where others never stop changing it']])('after %i changes pauses the plan %s', async (changes) => {
    const command = await handOut();
    let left = changes;
    world.tables.beforeWrite = (operation) => {
      if (operation === 'plans.replace' && left > 0) world.tables.plans.set(plan.id, { ...planNow(), name: `Renamed ${(left -= 1)}`, revision: planNow().revision + 1 });
    };
    if (changes > 3) await expect(malformed(command)).rejects.toMatchObject({ code: 'conflict' });
    await malformed(command);
    expect(planNow()).toMatchObject({ name: 'Renamed 0', status: 'paused' });
    expect([...world.tables.instructions.values()]).toMatchObject([{ state: 'failed' }]);
  });

  it('pauses nothing that is paused or cancelled already', async () => {
    for (const status of ['paused', 'cancelled'] as const) {
      world.tables.queues.clear();
      world.tables.instructions.clear();
      world.tables.standings.clear();
      const command = await handOut();
      world.tables.plans.set(plan.id, { ...plan, status });
      await malformed(command);
      expect(planNow()).toMatchObject({ status, revision: 1 });
      world.clock.pass(MINUTE);
    }
  });

  it('outside a plan is said loudly all the same', async () => {
    seedInstruction(world, device, version);
    await malformed(await idle());
    expect(world.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('that was settled long ago pauses nothing', async () => {
    const command = await handOut();
    await answer(command);
    world.clock.pass(DAY);
    await malformed(command);
    expect(planNow().status).toBe('live');
  });
});
