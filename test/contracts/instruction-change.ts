import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import type { Download } from '../../core/instruction/download.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { answersAtOnce } from '../support/outcomes.ts';
import { aChange, aCommand, anInstruction, aRival, commandsFor, withdrawalOf } from '../support/samples/instruction.ts';
import { MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function instructionChangeContract(open: OpenStores): void {
  describe('a change of an instruction', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const issued = async (facts: Partial<Instruction> = {}): Promise<Instruction> => {
      const instruction = anInstruction(facts);
      await stores.instructions.issue(instruction, commandsFor(instruction));
      return instruction;
    };
    const stored = ({ waveId, deviceId }: Instruction) => stores.instructions.instruction(waveId, deviceId);
    const claim = async ({ deviceId, bundleId }: Instruction) => (await stores.instructions.standings([deviceId], bundleId)).get(deviceId);
    const at = MORNING + MINUTE;

    it('moves it on and writes it into its history', async () => {
      const instruction = await issued();
      expect(await stores.instructions.change(aChange(instruction, { from: ['deferred', 'issued'], at }))).toBe('changed');
      expect(await stored(instruction)).toEqual({ ...instruction, state: 'delivered', updatedAt: at, history: [...instruction.history, { at, state: 'delivered' }] });
    });

    it('that ends it says when and why, and gives the claim on the app back', async () => {
      const instruction = await issued();
      const why = { code: 'device-error', words: 'The device reported an error.', deviceCodes: ['MCMDMErrorDomain 12025'] };
      await stores.instructions.change(aChange(instruction, { to: 'failed', at, ends: true, reason: why }));
      expect(await stored(instruction)).toEqual({ ...instruction, state: 'failed', reason: why, updatedAt: at, finishedAt: at, history: [...instruction.history, { at, state: 'failed', code: 'device-error' }] });
      expect(await claim(instruction)).toMatchObject({ waveId: instruction.waveId, live: false });
    });

    it('leaves no reason of a former state standing, and keeps that it cannot run yet until told otherwise', async () => {
      const instruction = await issued();
      await stores.instructions.change(aChange(instruction, { to: 'failed', ends: true, at, reason: { code: 'install-failed', words: 'It failed.' } }));
      await stores.instructions.change(aChange(instruction, { from: ['failed'], to: 'installed', ends: true, at: at + 1, cannotRunYet: true }));
      const installed = await stored(instruction);
      expect(installed).toMatchObject({ state: 'installed', finishedAt: at + 1, cannotRunYet: true });
      expect(installed).not.toHaveProperty('reason');
      expect(installed?.history.map(({ state, code }) => [state, code])).toEqual([['issued', undefined], ['failed', 'install-failed'], ['installed', undefined]]);
      await stores.instructions.change(aChange(instruction, { from: ['installed'], to: 'installed', at: at + 2 }));
      expect(await stored(instruction)).toMatchObject({ cannotRunYet: true });
      await stores.instructions.change(aChange(instruction, { from: ['installed'], to: 'installed', at: at + 3, cannotRunYet: false }));
      expect(await stored(instruction)).toMatchObject({ cannotRunYet: false });
    });

    it('is stale where the instruction is in another state or not there; nothing is changed, withdrawn or given back', async () => {
      const instruction = await issued();
      const withdraw = withdrawalOf(instruction);
      expect(await stores.instructions.change(aChange(instruction, { from: ['delivered', 'deferred'], to: 'failed', ends: true }), withdraw)).toBe('stale');
      expect(await stored(instruction)).toEqual(instruction);
      expect((await stores.queue.read(withdraw.enrolmentId, 10, MORNING)).queue).toEqual(withdraw.commands);
      expect(await claim(instruction)).toMatchObject({ live: true });
      const absent = anInstruction();
      expect(await stores.instructions.change(aChange(absent))).toBe('stale');
      expect(await stored(absent)).toBeUndefined();
    });

    it('withdraws the commands that it names and no others', async () => {
      const instruction = await issued({ kind: 'inventory' });
      const { enrolmentId, commands: [first, ...rest] } = withdrawalOf(instruction);
      const other = aCommand({ enrolmentId, openedAt: MORNING + MINUTE });
      await stores.queue.enqueue([other]);
      expect(await stores.instructions.change(aChange(instruction, { to: 'cancelled' }), { enrolmentId, commands: first === undefined ? [] : [first] })).toBe('changed');
      expect((await stores.queue.read(enrolmentId, 10, MORNING)).queue).toEqual([...rest, other]);
      expect(await stores.instructions.change(aChange(instruction, { from: ['cancelled'], to: 'collected' }), withdrawalOf(instruction))).toBe('changed');
      expect((await stores.queue.read(enrolmentId, 10, MORNING)).queue).toEqual([other]);
    });

    it('that ends one late leaves the claim to the instruction that has it by now', async () => {
      const first = await issued();
      await stores.instructions.change(aChange(first, { to: 'timedOut', ends: true }));
      const second = aRival(first);
      await stores.instructions.issue(second, commandsFor(second));
      expect(await stores.instructions.change(aChange(first, { from: ['timedOut'], to: 'installed', ends: true }))).toBe('changed');
      expect(await stored(first)).toMatchObject({ state: 'installed' });
      expect(await claim(first)).toMatchObject({ waveId: second.waveId, live: true });
    });

    it('that ends one which never had a claim is made all the same', async () => {
      const inventory = await issued({ kind: 'inventory' });
      expect(await stores.instructions.change(aChange(inventory, { to: 'failed', ends: true }))).toBe('changed');
      expect(await claim(inventory)).toBeUndefined();
    });

    it('is made by one of ten who make it at once', async () => {
      const instruction = await issued();
      expect(await answersAtOnce(10, (n) => stores.instructions.change(aChange(instruction, { at: at + n })))).toEqual({ changed: 1, stale: 9 });
      expect((await stored(instruction))?.history).toHaveLength(2);
    });
  });

  describe('that a manifest was fetched', () => {
    it('is noted with its earliest instant, in whatever order it is told, and changes nothing else', async () => {
      const { instructions } = await open();
      const instruction = anInstruction();
      await instructions.issue(instruction, []);
      for (const at of [MORNING + 2 * MINUTE, MORNING + 3 * MINUTE]) await instructions.noteManifest(instruction, at);
      const stored = () => instructions.instruction(instruction.waveId, instruction.deviceId);
      expect(await stored()).toEqual({ ...instruction, manifestAt: MORNING + 2 * MINUTE });
      await Promise.all([MORNING + 2 * MINUTE, MORNING + MINUTE, MORNING + 2 * MINUTE].map((at) => instructions.noteManifest(instruction, at)));
      expect(await stored()).toEqual({ ...instruction, manifestAt: MORNING + MINUTE });
    });

    it('outlives changes of state, and is noted in an end too, which it leaves as it is', async () => {
      const { instructions } = await open();
      const [early, late] = [anInstruction(), anInstruction()];
      for (const instruction of [early, late]) await instructions.issue(instruction, []);
      await instructions.noteManifest(early, MORNING);
      for (const instruction of [early, late]) await instructions.change(aChange(instruction, { to: 'failed', ends: true }));
      await instructions.noteManifest(late, MORNING);
      for (const { waveId, deviceId } of [early, late]) expect(await instructions.instruction(waveId, deviceId)).toMatchObject({ state: 'failed', manifestAt: MORNING });
    });

    it('makes no instruction of one that is not there', async () => {
      const { instructions } = await open();
      const absent = anInstruction();
      await instructions.noteManifest(absent, MORNING);
      expect(await instructions.instruction(absent.waveId, absent.deviceId)).toBeUndefined();
      expect(await instructions.instructionsOfWave(absent.waveId)).toEqual([]);
    });
  });

  describe('the download of an instruction', () => {
    const first: Download = { startedAt: MORNING, endedAt: MORNING + MINUTE, bytes: 100, logs: ['one'] };
    const second: Download = { startedAt: MORNING, endedAt: MORNING + 2 * MINUTE, bytes: 150, logs: ['one', 'two'] };

    it('is kept if nobody has told more of it since it was read, and repeating it is harmless', async () => {
      const { instructions } = await open();
      const instruction = anInstruction();
      await instructions.issue(instruction, []);
      for (let n = 0; n < 2; n += 1) expect(await instructions.recordDownload(instruction, first)).toBe('recorded');
      expect(await instructions.recordDownload(instruction, { ...first, bytes: 7, logs: ['other'] })).toBe('lost');
      expect(await instructions.recordDownload({ ...instruction, download: first }, second)).toBe('recorded');
      expect(await instructions.instruction(instruction.waveId, instruction.deviceId)).toEqual({ ...instruction, download: second });
    });

    it('outlives changes of state', async () => {
      const { instructions } = await open();
      const instruction = anInstruction();
      await instructions.issue(instruction, []);
      await instructions.recordDownload(instruction, first);
      await instructions.change(aChange(instruction));
      expect(await instructions.instruction(instruction.waveId, instruction.deviceId)).toMatchObject({ state: 'delivered', download: first });
    });

    it('is none where there is no instruction, and one of ten at once is the first', async () => {
      const { instructions } = await open();
      const absent = anInstruction();
      expect(await instructions.recordDownload(absent, first)).toBe('lost');
      expect(await instructions.instruction(absent.waveId, absent.deviceId)).toBeUndefined();
      const instruction = anInstruction();
      await instructions.issue(instruction, []);
      expect(await answersAtOnce(10, (n) => instructions.recordDownload(instruction, { ...first, logs: [`log-${n}`] }))).toEqual({ recorded: 1, lost: 9 });
    });
  });
}
