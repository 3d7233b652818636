import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { answersAtOnce, refusalOf } from '../support/outcomes.ts';
import { aChange, anInstruction, aRival, aWaveId, commandsFor, withdrawalOf } from '../support/samples/instruction.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function instructionStoreContract(open: OpenStores): void {
  describe('instructions', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const issue = (instruction: Instruction) => stores.instructions.issue(instruction, commandsFor(instruction));
    const stored = ({ waveId, deviceId }: Instruction) => stores.instructions.instruction(waveId, deviceId);
    const queued = async ({ enrolmentId }: Instruction) => (enrolmentId === undefined ? [] : (await stores.queue.read(enrolmentId, 10, MORNING)).queue);
    const standing = async ({ deviceId, bundleId }: Instruction) => (await stores.instructions.standings([deviceId], bundleId)).get(deviceId);

    it('are issued with their command, and the device\'s claim on the app is theirs', async () => {
      const instruction = anInstruction({ history: [{ at: MORNING, state: 'issued', code: 'again' }] });
      expect(await stored(instruction)).toBeUndefined();
      expect(await standing(instruction)).toBeUndefined();
      expect(await issue(instruction)).toBe('issued');
      expect(await stored(instruction)).toEqual(instruction);
      expect(await queued(instruction)).toEqual(commandsFor(instruction));
      const { deviceId, bundleId, waveId, versionId } = instruction;
      expect(await standing(instruction)).toEqual({ deviceId, bundleId, waveId, versionId, live: true });
    });

    it('are issued once: repeated it is already so, and nothing is queued again', async () => {
      const instruction = anInstruction();
      await issue(instruction);
      await stores.instructions.change(aChange(instruction), withdrawalOf(instruction));
      expect(await issue({ ...instruction, attempt: 2 })).toBe('already');
      expect(await stored(instruction)).toMatchObject({ state: 'delivered', attempt: 1 });
      expect(await queued(instruction)).toEqual([]);
    });

    it('are not issued while another has the claim on the app; nothing of it is kept', async () => {
      const live = anInstruction();
      await issue(live);
      const late = aRival(live);
      expect(await issue(late)).toBe('held');
      expect(await stored(late)).toBeUndefined();
      expect(await queued(live)).toEqual(commandsFor(live));
      expect(await standing(live)).toMatchObject({ waveId: live.waveId, live: true });
    });

    it('are issued again once the claim was given back', async () => {
      const first = anInstruction();
      await issue(first);
      await stores.instructions.change(aChange(first, { to: 'failed', ends: true }));
      const second = aRival(first);
      expect(await issue(second)).toBe('issued');
      expect(await standing(first)).toMatchObject({ waveId: second.waveId, live: true });
    });

    it('that ask for inventory need no claim, and their commands are queued in order', async () => {
      const install = anInstruction();
      await issue(install);
      const inventory: Instruction = { ...aRival(install), kind: 'inventory' };
      expect(await issue(inventory)).toBe('issued');
      expect((await queued(install)).filter(({ waveId }) => waveId === inventory.waveId)).toEqual(commandsFor(inventory));
      expect(commandsFor(inventory)).toHaveLength(2);
      expect(await standing(install)).toMatchObject({ waveId: install.waveId });
    });

    it('that remove take the claim, and none may be live beside an installation', async () => {
      const removal = anInstruction({ kind: 'remove' });
      expect(await issue(removal)).toBe('issued');
      expect(await stored(removal)).toEqual(removal);
      expect(await queued(removal)).toEqual(commandsFor(removal));
      expect(commandsFor(removal)).toHaveLength(3);
      expect(await issue(aRival(removal))).toBe('held');
      await stores.instructions.change(aChange(removal, { to: 'removed', ends: true }));
      expect(await issue({ ...aRival(removal), kind: 'install' })).toBe('issued');
      const live = anInstruction();
      await issue(live);
      expect(await issue({ ...aRival(live), kind: 'remove' })).toBe('held');
    });

    it('are never issued beside a command of theirs that is in the queue without them', async () => {
      const instruction = anInstruction();
      await stores.queue.enqueue(commandsFor(instruction));
      expect(await refusalOf(issue(instruction))).toBe('internal');
      expect(await stored(instruction)).toBeUndefined();
      expect(await standing(instruction)).toBeUndefined();
    });

    it('are issued to one of ten waves that want the same device at once, and by one of ten repetitions', async () => {
      const instruction = anInstruction();
      const rivals = many(10, () => aRival(instruction));
      expect(await answersAtOnce(10, (n) => issue(rivals[n] ?? instruction))).toEqual({ issued: 1, held: 9 });
      expect(await queued(instruction)).toHaveLength(1);
      const other = anInstruction();
      expect(await answersAtOnce(10, () => issue(other))).toEqual({ issued: 1, already: 9 });
      expect(await queued(other)).toHaveLength(1);
    });

    it('that go to no device are recorded where none is recorded yet', async () => {
      const waveId = aWaveId();
      const there = anInstruction({ waveId });
      await issue(there);
      const skipped = many(60, () => anInstruction({ waveId, state: 'skipped', enrolmentId: undefined, finishedAt: MORNING, reason: { code: 'not-enrolled', words: 'It is not enrolled.' } }));
      for (let n = 0; n < 2; n += 1) await stores.instructions.record([{ ...there, state: 'skipped' }, ...skipped]);
      expect((await stores.instructions.instructionsOfWave(waveId)).toSorted(byDevice)).toEqual([there, ...skipped].toSorted(byDevice));
      expect((await standing(skipped[0] ?? there))).toBeUndefined();
    });

    it('of a wave are read all, however much they say', async () => {
      const [waveId, words] = [aWaveId(), 'The device said why at length. '.repeat(160)];
      const recorded = many(300, () => anInstruction({ waveId, state: 'failed', reason: { code: 'device-error', words, deviceCodes: ['MCMDMErrorDomain 12025'] } }));
      await stores.instructions.record([...recorded, anInstruction()]);
      const read = await stores.instructions.instructionsOfWave(waveId);
      expect(read).toHaveLength(300);
      expect(read.toSorted(byDevice)).toEqual(recorded.toSorted(byDevice));
      expect(await stores.instructions.instructionsOfWave(aWaveId())).toEqual([]);
    });

    it('of a device are read newest first, as many as are wanted', async () => {
      const { deviceId } = anInstruction();
      const recorded = many(8, (n) => anInstruction({ deviceId, issuedAt: MORNING + ((n * 3) % 8) * MINUTE }));
      await stores.instructions.record([...recorded, anInstruction()]);
      const newestFirst = recorded.toSorted((a, b) => b.issuedAt - a.issuedAt);
      expect(await stores.instructions.instructionsOfDevice(deviceId, 50)).toEqual(newestFirst);
      expect(await stores.instructions.instructionsOfDevice(deviceId, 3)).toEqual(newestFirst.slice(0, 3));
    });

    it('and standings are read many at once, each once, without those that are not there', async () => {
      const issued = many(110, () => anInstruction());
      await Promise.all(issued.map(issue));
      const found = await stores.instructions.instructions([...issued, anInstruction(), ...issued.slice(0, 5)]);
      expect(found.toSorted(byDevice)).toEqual(issued.toSorted(byDevice));
      const [{ bundleId } = anInstruction()] = issued;
      const standings = await stores.instructions.standings([...issued, anInstruction()].map(({ deviceId }) => deviceId), bundleId);
      expect(standings.size).toBe(110);
      expect(issued.every(({ deviceId, waveId }) => standings.get(deviceId)?.waveId === waveId)).toBe(true);
      expect(await stores.instructions.instructions([])).toEqual([]);
    });
  });
}

function byDevice(a: Instruction, b: Instruction): number {
  return a.deviceId < b.deviceId ? -1 : 1;
}
