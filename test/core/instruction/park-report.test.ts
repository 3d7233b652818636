import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseCommandId, type CommandId, type Sha256 } from '../../../core/ids.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';
import { parkReport } from '../../../core/instruction/park-report.ts';
import { queueKey, queueOf } from '../../support/memory/command-queue.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let version: AppVersion;
let device: Device;
let kept: string[];

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
  kept = [];
});

const park = (commandId?: CommandId, { signer = digestOf('pin phone'), speaksFor = device.enrolmentId }: { readonly signer?: Sha256; readonly speaksFor?: Device['enrolmentId'] | null } = {}) => {
  const certificate = { fingerprint: signer, ...(speaksFor === null || speaksFor === undefined ? {} : { enrolmentId: speaksFor }) };
  const certificates = { certificate: () => Promise.resolve(certificate as never) };
  return parkReport({ queue: world.queue, certificates, waker: world.waker, log: world.log }, { signer, commandId, keep: (id) => {
    kept.push(id);
    return Promise.resolve('reports/x');
  } }, world.clock.now());
};
/** An instruction's first command, handed out. */
function handedOut(kind: 'install' | 'inventory' = 'install'): QueuedCommand {
  const instruction = seedInstruction(world, device, version, { kind });
  const commands = queueOfDevice(world, device);
  const command = { ...present(kind === 'install' ? commands[0] : commands[1]), handedAt: world.clock.now() - SECOND };
  queueOf(world.tables, command.enrolmentId).set(queueKey(command), command);
  expect(instruction.kind).toBe(kind);
  return command;
}
const queued = () => queueOfDevice(world, device);
const state = (command: QueuedCommand) => world.tables.instructions.get(`${present(command.waveId)}/${command.deviceId}`);

describe('a report that cannot be decoded', () => {
  it('is kept, its command is settled, and the device is called again for what waits behind', async () => {
    const command = handedOut();
    expect(await park(command.id)).toBe(device.enrolmentId);
    expect(kept).toEqual([device.enrolmentId]);
    expect(world.log.lines).toMatchObject([{ level: 'error', message: 'a report could not be decoded', fields: { enrolmentId: device.enrolmentId, commandId: command.id } }]);
    expect(queued()).toEqual([]);
    // The lists will tell what became of the install: nothing is made up.
    expect(state(command)?.state).toBe('issued');
    expect(world.waker.calls).toMatchObject([{ enrolmentIds: [device.enrolmentId] }]);
  });

  it('on the list that ends an inventory instruction fails it, in plain words', async () => {
    const command = handedOut('inventory');
    await park(command.id);
    expect(state(command)).toMatchObject({ state: 'failed', reason: { code: 'unreadable-report' } });
  });

  it('that names no command puts off the one that is out, and settles it the third time', async () => {
    const { id } = handedOut();
    for (const tries of [1, 2]) {
      await park();
      expect(queued()).toMatchObject([{ id, tries, notNowAt: world.clock.now() }]);
      world.clock.pass(HOUR);
      const [again] = queued();
      queueOf(world.tables, present(device.enrolmentId)).set(queueKey(present(again)), { ...present(again), handedAt: world.clock.now() });
    }
    await park();
    expect(queued()).toEqual([]);
  });

  it('that names no command while none is out is kept, and changes nothing', async () => {
    seedInstruction(world, device, version);
    const before = queued();
    expect(await park()).toBe(device.enrolmentId);
    expect(kept).toHaveLength(1);
    expect(queued()).toEqual(before);
    expect(world.waker.calls).toEqual([]);
  });

  it('that names a settled command is kept, and the device is not called again and again', async () => {
    expect(await park(parseCommandId('gone'))).toBe(device.enrolmentId);
    expect(world.waker.calls).toEqual([]);
  });

  it('leaves a record for the person who sent the command', async () => {
    const enrolmentId = present(device.enrolmentId);
    const command = { id: parseCommandId('c'), enrolmentId, deviceId: device.id, openedAt: 1, expiresAt: world.clock.now() + HOUR, requestedBy: 'grace', command: { type: 'other', requestType: 'ProfileList', keys: {} } } as const;
    await world.queue.ask(command);
    await park(command.id);
    expect((await world.queue.asked(command.id))?.record.outcome).toEqual({ at: world.clock.now(), status: 'unreadable', errorCodes: [], report: 'reports/x' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an identity that speaks for no device', () => park(undefined, { speaksFor: null })],
    ['an identity that is not the device\'s pinned one', () => park(undefined, { signer: digestOf('another') })],
    ['a device that has left', () => {
      const enrolment = present(world.tables.enrolments.get(present(device.enrolmentId)));
      world.tables.enrolments.set(enrolment.id, { ...enrolment, status: 'left' });
      return park();
    }],
  ])('of %s is not kept, and nothing is written', async (_, parked) => {
    handedOut();
    const before = queued();
    expect(await parked()).toBeUndefined();
    expect(kept).toEqual([]);
    expect(world.log.lines).toEqual([]);
    expect(queued()).toEqual(before);
  });
});
