import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../core/ambient.ts';
import type { Enrolment } from '../../core/device/enrolment.ts';
import { recordOf } from '../../core/instruction/command-record.ts';
import type { Instruction, QueuedCommand } from '../../core/instruction/instruction.ts';
import type { ExchangeCommit } from '../../core/instruction/store.ts';
import { answersAtOnce } from '../support/outcomes.ts';
import { anEnrolled } from '../support/samples/device.ts';
import { aChange, aCommand, anInstruction, aRival, commandsFor } from '../support/samples/instruction.ts';
import { MORNING, uniqueEnrolmentId } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

/** An enrolled device with an instruction under way, its command in the queue, and a command behind it. */
interface Scene {
  readonly enrolment: Enrolment;
  readonly instruction: Instruction;
  readonly first: QueuedCommand;
  readonly second: QueuedCommand;
}

export function exchangeCommitContract(open: OpenStores): void {
  describe('an exchange with a device', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const now = MORNING + MINUTE;
    const scene = async (): Promise<Scene> => {
      const enrolment = await anEnrolled(stores);
      const instruction = anInstruction({ enrolmentId: enrolment.id, deviceId: enrolment.deviceId });
      const [first] = commandsFor(instruction);
      if (first === undefined) throw new Error('An install has a command.');
      await stores.instructions.issue(instruction, [first]);
      const second = aCommand({ enrolmentId: enrolment.id, openedAt: MORNING + SECOND });
      await stores.queue.enqueue([second]);
      return { enrolment, instruction, first, second };
    };
    const commit = ({ enrolment }: Scene, parts: Partial<ExchangeCommit>) => stores.queue.commit({ enrolmentId: enrolment.id, now, beginSession: false, changes: [], ...parts });
    const queue = async ({ enrolment }: Scene) => (await stores.queue.read(enrolment.id, 20, MORNING)).queue;
    const stateOf = async ({ waveId, deviceId }: Instruction) => (await stores.instructions.instruction(waveId, deviceId))?.state;
    const expectUntouched = async (place: Scene): Promise<void> => {
      expect(await queue(place)).toEqual([place.first, place.second]);
      expect(await stateOf(place.instruction)).toBe('issued');
      const enrolment = await stores.enrolments.enrolment(place.enrolment.id);
      expect(enrolment).toMatchObject({ lastSeenAt: MORNING });
      expect(enrolment).not.toHaveProperty('sessionAt');
    };

    it('leaves the sign that the device was here, and begins a session where it said that it is idle', async () => {
      const place = await scene();
      expect(await commit(place, {})).toBe('done');
      expect(await stores.enrolments.enrolment(place.enrolment.id)).toMatchObject({ lastSeenAt: now });
      expect(await stores.enrolments.enrolment(place.enrolment.id)).not.toHaveProperty('sessionAt');
      expect(await commit(place, { beginSession: true, now: now + 1 })).toBe('done');
      expect(await stores.enrolments.enrolment(place.enrolment.id)).toMatchObject({ lastSeenAt: now + 1, sessionAt: now + 1, status: 'enrolled' });
      expect(await queue(place)).toEqual([place.first, place.second]);
    });

    it('hands a command out, and moves its instruction on with it', async () => {
      const place = await scene();
      expect(await commit(place, { beginSession: true, next: place.first, changes: [aChange(place.instruction)] })).toBe('done');
      expect(await queue(place)).toEqual([{ ...place.first, handedAt: now }, place.second]);
      expect(await stateOf(place.instruction)).toBe('delivered');
    });

    it('hands out again what was handed out before, by the instant that was seen', async () => {
      const place = await scene();
      await commit(place, { next: place.first });
      expect(await commit(place, { next: { ...place.first, handedAt: now }, now: now + 9 })).toBe('done');
      expect(await queue(place)).toEqual([{ ...place.first, handedAt: now + 9 }, place.second]);
    });

    it('is lost to one that handed the same command out meanwhile, and then writes nothing', async () => {
      const place = await scene();
      await commit(place, { next: place.first });
      const before = await stores.queue.read(place.enrolment.id, 20, MORNING);
      expect(await commit(place, { beginSession: true, next: place.first, now: now + 1, settled: place.second, changes: [aChange(place.instruction)] })).toBe('lost');
      expect(await stores.queue.read(place.enrolment.id, 20, MORNING)).toEqual(before);
      expect(await stateOf(place.instruction)).toBe('issued');
    });

    it('gives a command to one of ten connections that ask at once', async () => {
      const place = await scene();
      expect(await answersAtOnce(10, (n) => commit(place, { beginSession: true, next: place.first, now: now + n, changes: [aChange(place.instruction)] }))).toEqual({ done: 1, lost: 9 });
      expect(await stateOf(place.instruction)).toBe('delivered');
    });

    it('removes the command that was reported on, once', async () => {
      const place = await scene();
      const report = { settled: place.first, next: place.second, changes: [aChange(place.instruction, { to: 'acknowledged' })] };
      expect(await commit(place, report)).toBe('done');
      expect(await queue(place)).toEqual([{ ...place.second, handedAt: now }]);
      expect(await stateOf(place.instruction)).toBe('acknowledged');
      expect(await commit(place, { settled: place.first })).toBe('lost');
    });

    it('keeps what became of a command that a person sent, and only if it settles it', async () => {
      const place = await scene();
      const command = { ...aCommand({ enrolmentId: place.enrolment.id, openedAt: MORNING + 2 * SECOND }), requestedBy: 'grace' };
      await stores.queue.ask(command);
      const record = recordOf(command, { at: now, status: 'error', errorCodes: ['MCMDMErrorDomain 12021'], report: 'reports/1' });
      expect(await commit(place, { settled: command, record, next: place.first })).toBe('done');
      expect(await stores.queue.asked(command.id)).toEqual({ record, queued: undefined });
      expect(await commit(place, { settled: command, record: { ...record, requestType: 'Other' } })).toBe('lost');
      expect(await stores.queue.asked(command.id)).toEqual({ record, queued: undefined });
    });

    it('keeps what a list says with the command that it settles, and is lost where newer is known', async () => {
      const place = await scene();
      const { deviceId, bundleId } = place.instruction;
      const managed = { status: 'Managed', isValidated: true, reportedAt: now };
      const installed = { present: true, shortVersion: '1.0', version: '100', reportedAt: now };
      expect(await commit(place, { settled: place.second, facts: { deviceId, bundleId, managed }, changes: [aChange(place.instruction)] })).toBe('done');
      expect(await stores.evidence.view(deviceId, bundleId, place.instruction.waveId)).toMatchObject({ facts: { deviceId, bundleId, managed }, instruction: { state: 'delivered' }, standing: { live: true } });
      expect(await commit(place, { facts: { deviceId, bundleId, managed: { ...managed, status: 'Failed', reportedAt: now - 1 }, installed }, next: place.first })).toBe('lost');
      expect((await stores.queue.read(place.enrolment.id, 20, MORNING)).queue).toEqual([place.first]);
      expect(await commit(place, { facts: { deviceId, bundleId, installed }, changes: [] })).toBe('done');
      expect((await stores.evidence.view(deviceId, bundleId, undefined)).facts).toEqual({ deviceId, bundleId, managed, installed });
    });

    it('that is stale keeps nothing of what a list says', async () => {
      const place = await scene();
      const { deviceId, bundleId } = place.instruction;
      const facts = { deviceId, bundleId, managed: { status: 'Managed', reportedAt: now } };
      expect(await commit(place, { settled: place.first, facts, changes: [aChange(place.instruction, { from: ['installing'] })] })).toBe('stale');
      expect(await stores.evidence.view(deviceId, bundleId, undefined)).toEqual({ facts: undefined, standing: expect.anything() as object, instruction: undefined });
    });

    it('keeps a command that the device put off, marked, unless it is gone by now', async () => {
      const place = await scene();
      const deferred = { ...place.first, notNowAt: now, tries: 1 };
      expect(await commit(place, { deferred, changes: [aChange(place.instruction, { to: 'deferred' })] })).toBe('done');
      expect(await queue(place)).toEqual([deferred, place.second]);
      await stores.queue.withdraw(place.enrolment.id, [place.first.id]);
      expect(await commit(place, { deferred, next: place.second })).toBe('lost');
      expect(await queue(place)).toEqual([place.second]);
    });

    it('is stale where an instruction has moved on, and then writes nothing', async () => {
      const place = await scene();
      const changes = [aChange(place.instruction, { from: ['delivered'], to: 'acknowledged' })];
      expect(await commit(place, { beginSession: true, settled: place.first, next: place.second, changes })).toBe('stale');
      await expectUntouched(place);
      expect(await commit(place, { beginSession: true, next: place.first, changes: [aChange(place.instruction), aChange(anInstruction())] })).toBe('stale');
      await expectUntouched(place);
    });

    it('that ends an instruction gives the claim on the app back, unless another has it by now', async () => {
      const place = await scene();
      const { instruction } = place;
      const claim = async () => (await stores.instructions.standings([instruction.deviceId], instruction.bundleId)).get(instruction.deviceId);
      await commit(place, { settled: place.first, changes: [aChange(instruction, { to: 'failed', ends: true })] });
      expect(await claim()).toMatchObject({ waveId: instruction.waveId, live: false });
      const second = aRival(instruction);
      await stores.instructions.issue(second, commandsFor(second));
      expect(await commit(place, { settled: place.second, changes: [aChange(instruction, { from: ['failed'], to: 'rejected', ends: true })] })).toBe('done');
      expect(await stateOf(instruction)).toBe('rejected');
      expect(await claim()).toMatchObject({ waveId: second.waveId, live: true });
    });

    it('is lost for a device that is not enrolled, and makes no enrolment', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const command = aCommand({ enrolmentId });
      await stores.queue.enqueue([command]);
      const nothing = { enrolmentId, now, beginSession: true, changes: [] };
      expect(await stores.queue.commit(nothing)).toBe('lost');
      expect(await stores.queue.commit({ ...nothing, next: command })).toBe('lost');
      expect(await stores.queue.read(enrolmentId, 20, MORNING)).toEqual({ enrolment: undefined, queue: [command] });
    });
  });
}
