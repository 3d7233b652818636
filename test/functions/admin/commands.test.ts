import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseCommandId } from '../../../core/ids.ts';
import { recordOf, type AskedCommand } from '../../../core/instruction/command-record.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { queueKey, queueOf } from '../../support/memory/command-queue.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let device: Device;
let version: AppVersion;

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
});

interface Sent {
  readonly commandUUID: string;
  readonly expiresAt: number;
}
const send = async (body: unknown, id: string = device.id): Promise<Sent> => (await admin.call('sendCommand', { id, body })) as Sent;
const look = (id: string) => admin.call('getCommand', { id });
const put = (command: ReturnType<typeof queueOfDevice>[number]): void => {
  queueOf(world.tables, command.enrolmentId).set(queueKey(command), command);
};

describe('a command by hand', () => {
  it('waits for the device, which is woken', async () => {
    const { commandUUID, expiresAt } = await send({ requestType: 'ProfileList', ManagedOnly: true });
    expect(queueOfDevice(world, device)).toEqual([{
      id: commandUUID, enrolmentId: device.enrolmentId, deviceId: device.id, openedAt: world.clock.now(), expiresAt, requestedBy: 'grace',
      command: { type: 'other', requestType: 'ProfileList', keys: { ManagedOnly: true } },
    }]);
    expect(expiresAt).toBe(world.clock.now() + 7 * DAY);
    expect(world.waker.calls).toMatchObject([{ enrolmentIds: [device.enrolmentId] }]);
  });

  it('is in the device\'s timeline, as is the emptying of its queue', async () => {
    await send({ requestType: 'ProfileList' });
    await admin.call('clearCommands', { id: device.id });
    const told = await world.timeline.events(device.id, undefined, 10);
    expect(told.map(({ kind, words, by }) => [kind, words, by]).toSorted()).toEqual([
      ['command-issued', 'ProfileList was sent to the device.', 'grace'], ['queue-cleared', 'What the device had not fetched was taken back.', 'grace'],
    ]);
  });

  it('tells the audit log what was sent, and not what was in it', async () => {
    await send({ requestType: 'InstallProvisioningProfile', ProvisioningProfile: { $data: Buffer.from('very secret').toString('base64') } });
    const log = JSON.stringify(world.tables.audit);
    expect(log).toContain('ProvisioningProfile');
    expect(log).not.toContain(Buffer.from('very secret').toString('base64'));
  });

  it.each<[string, string, unknown]>([
    ['no request type', 'invalid-input', { ManagedOnly: true }],
    ['a request type that is no word', 'invalid-input', { requestType: 'Profile List' }],
    ['a null', 'invalid-input', { requestType: 'ProfileList', ManagedOnly: null }],
    ['more than a queue takes', 'too-large', { requestType: 'Settings', Settings: ['x'.repeat(200_000)] }],
    ['a request for which there is no right', 'forbidden', { requestType: 'EraseDevice' }],
  ])('with %s is refused as %s, and nothing is written', async (_, code, body) => {
    admin.writes.length = 0;
    await expect(send(body)).rejects.toMatchObject({ code, remedy: expect.any(String) as string });
    expect(admin.writes).toEqual([]);
  });

  it('to a device that is not enrolled is a conflict, and nothing is written', async () => {
    const { id } = seedDevice(world, 'berlin', 'gone', { status: 'left' });
    await expect(send({ requestType: 'ProfileList' }, id)).rejects.toMatchObject({ code: 'conflict' });
    expect(world.tables.audit).toEqual([]);
  });
});

describe('what became of a command', () => {
  const settle = async ({ commandUUID }: Sent, outcome: Parameters<typeof recordOf>[1]): Promise<void> => {
    const { record, queued } = present(await world.queue.asked(parseCommandId(commandUUID)));
    const command = present(queued) as AskedCommand;
    await world.queue.commit({ enrolmentId: record.enrolmentId, now: world.clock.now(), beginSession: false, changes: [], settled: command, record: recordOf(command, outcome) });
  };

  it('is that it waits, that the device has it, that the device put it off, and that it ran out', async () => {
    const { commandUUID, expiresAt } = await send({ requestType: 'ProfileList' });
    expect(await look(commandUUID)).toMatchObject({ commandUUID, deviceId: device.id, requestType: 'ProfileList', requestedBy: 'grace', state: 'waiting' });
    const [waiting] = queueOfDevice(world, device);
    const now = world.clock.now();
    put({ ...present(waiting), handedAt: now });
    expect(await look(commandUUID)).toMatchObject({ state: 'handed-out', handedAt: now });
    put({ ...present(waiting), handedAt: now, notNowAt: now + SECOND });
    expect(await look(commandUUID)).toMatchObject({ state: 'not-now', notNowAt: now + SECOND });
    world.clock.set(expiresAt);
    expect(await look(commandUUID)).toMatchObject({ state: 'expired' });
  });

  it('is its answer, with a link to the bytes', async () => {
    const sent = await send({ requestType: 'ProfileList' });
    await settle(sent, { at: world.clock.now(), status: 'acknowledged', errorCodes: [], report: 'reports/UDID/2026-03-02/1' });
    expect(await look(sent.commandUUID)).toMatchObject({ state: 'acknowledged', reportedAt: world.clock.now(), answerLink: 'https://exports.example/reports/UDID/2026-03-02/1' });
    expect(await look(sent.commandUUID)).not.toHaveProperty('reason');
  });

  it.each<[string, Parameters<typeof recordOf>[1], string]>([
    ['an error', { at: 1, status: 'error', errorCodes: ['MCMDMErrorDomain 12013'] }, 'The device answered with an error: that profile is not one that this server installed.'],
    ['a command that the device calls malformed', { at: 1, status: 'format-error', errorCodes: [] }, 'The device did not understand the command. This is a fault of Wavecast.'],
    ['an answer that nobody can read', { at: 1, status: 'unreadable', errorCodes: [] }, 'The device answered with something that could not be read; the answer is kept as it came.'],
  ])('is %s, in plain words', async (_, outcome, words) => {
    const sent = await send({ requestType: 'RemoveProfile', Identifier: 'x' });
    await settle(sent, outcome);
    expect(await look(sent.commandUUID)).toMatchObject({ state: 'failed', reason: { words } });
  });

  it('is that it was withdrawn, where the device enrolled again before it came', async () => {
    const { commandUUID } = await send({ requestType: 'ProfileList' });
    await world.queue.clear(present(device.enrolmentId));
    expect(await look(commandUUID)).toMatchObject({ state: 'withdrawn' });
  });
});

describe('a device\'s queue', () => {
  it('is listed in order, with where each command stands', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'delivered' });
    world.clock.pass(SECOND);
    await send({ requestType: 'ProfileList' });
    expect(await admin.call('listCommands', { id: device.id })).toMatchObject({ items: [
      { requestType: 'InstallApplication', state: 'handed-out', waveId: instruction.waveId }, { requestType: 'ProfileList', state: 'waiting', requestedBy: 'grace' },
    ] });
    const page = (await admin.call('listCommands', { id: device.id, query: { limit: '1' } })) as { readonly items: readonly unknown[]; readonly next: string };
    expect(page.items).toHaveLength(1);
    expect(await admin.call('listCommands', { id: device.id, query: { after: page.next } })).toMatchObject({ items: [{ requestType: 'ProfileList' }] });
  });

  it('of a device that never enrolled is empty, and cannot be cleared', async () => {
    const { enrolmentId: _, ...never } = seedDevice(world, 'berlin', 'new', { status: 'expected' });
    world.tables.devices.set(never.id, never);
    expect(await admin.call('listCommands', { id: never.id })).toEqual({ items: [] });
    await expect(admin.call('clearCommands', { id: never.id })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a queue that is cleared', () => {
  const state = ({ waveId, deviceId }: { readonly waveId: string; readonly deviceId: string }) => world.tables.instructions.get(`${waveId}/${deviceId}`);

  it('loses what the device has not been given; instructions that hung on it are cancelled, and the device may have others', async () => {
    const install = seedInstruction(world, device, version);
    const inventory = seedInstruction(world, device, version, { kind: 'inventory' });
    const { commandUUID } = await send({ requestType: 'ProfileList' });
    expect(await admin.call('clearCommands', { id: device.id })).toEqual({ withdrawn: 4, cancelled: 2, kept: 0 });
    expect(queueOfDevice(world, device)).toEqual([]);
    for (const instruction of [install, inventory]) expect(state(instruction)).toMatchObject({ state: 'cancelled', reason: { code: 'queue-cleared' } });
    expect(world.tables.standings.get(`${device.id}/${version.bundleId}`)?.live).toBe(false);
    expect(await look(commandUUID)).toMatchObject({ state: 'withdrawn' });
  });

  it('keeps what the device has: its report will come', async () => {
    const delivered = seedInstruction(world, device, version, { state: 'delivered' });
    expect(await admin.call('clearCommands', { id: device.id })).toEqual({ withdrawn: 0, cancelled: 0, kept: 1 });
    expect(state(delivered)?.state).toBe('delivered');
  });

  it('loses what the device put off, too', async () => {
    const deferred = seedInstruction(world, device, version, { state: 'deferred' });
    const [command] = queueOfDevice(world, device);
    put({ ...present(command), handedAt: 1, notNowAt: 2 });
    expect(await admin.call('clearCommands', { id: device.id })).toEqual({ withdrawn: 1, cancelled: 1, kept: 0 });
    expect(state(deferred)?.state).toBe('cancelled');
  });

  it('loses commands of instructions that have ended, and those alone keep their end', async () => {
    const ended = seedInstruction(world, device, version);
    world.tables.instructions.set(`${ended.waveId}/${ended.deviceId}`, { ...ended, state: 'installed' });
    expect(await admin.call('clearCommands', { id: device.id })).toEqual({ withdrawn: 1, cancelled: 0, kept: 0 });
    expect(state(ended)?.state).toBe('installed');
  });

  it('leaves to the device what it was quicker to take', async () => {
    const install = seedInstruction(world, device, version);
    const { commandUUID } = await send({ requestType: 'ProfileList' });
    world.tables.beforeWrite = (operation) => {
      if (operation === 'instructions.change') world.tables.instructions.set(`${install.waveId}/${install.deviceId}`, { ...install, state: 'delivered' });
      if (operation !== 'queue.takeBack') return;
      const sent = queueOfDevice(world, device).find(({ id }) => id === commandUUID);
      if (sent !== undefined) put({ ...sent, handedAt: world.clock.now() });
    };
    expect(await admin.call('clearCommands', { id: device.id })).toEqual({ withdrawn: 0, cancelled: 0, kept: 2 });
    expect(queueOfDevice(world, device)).toHaveLength(2);
  });
});
