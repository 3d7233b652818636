import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND, type Instant } from '../../core/ambient.ts';
import { parseBundleId } from '../../core/ids.ts';
import type { Enrolment } from '../../core/device/enrolment.ts';
import type { Instruction, QueuedCommand } from '../../core/instruction/instruction.ts';
import { serveDevice, type DeviceRequest } from '../../core/instruction/serve-device.ts';
import { testLog, uuidOf } from '../support/memory/ambient.ts';
import { anEnrolled } from '../support/samples/device.ts';
import { aCommand, anInstruction, commandsFor } from '../support/samples/instruction.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

/** Some device opens connections as it likes: after a crash, behind a proxy, or because somebody copied its identity. */
const CONNECTIONS = 8;

export function connectionsAtOnceContract(open: OpenStores): void {
  describe('connections of one device at once', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const now = MORNING + MINUTE;
    const serve = (enrolment: Enrolment, answer: Partial<DeviceRequest['answer']>, at: Instant): Promise<QueuedCommand | undefined> => serveDevice(
      { ...stores, waker: { wake: () => Promise.resolve() }, ids: { named: uuidOf }, log: testLog() },
      { enrolmentId: enrolment.id, signer: enrolment.pin, answer: { status: 'Idle', errorCodes: [], ...answer } }, () => Promise.resolve('reports/1'), at,
    );
    const atOnce = (call: (n: number) => Promise<QueuedCommand | undefined>) => Promise.all(many(CONNECTIONS, call));
    const handedOut = (answers: readonly (QueuedCommand | undefined)[]) => answers.flatMap((command) => command?.id ?? []);
    /** Two instructions under way, and a command behind them. */
    const scene = async () => {
      const enrolment = await anEnrolled(stores);
      const instructions = many(2, (n) => anInstruction({ enrolmentId: enrolment.id, deviceId: enrolment.deviceId, bundleId: parseBundleId(`com.example.app${n}`), issuedAt: MORNING + n * SECOND }));
      for (const instruction of instructions) await stores.instructions.issue(instruction, commandsFor(instruction));
      const last = aCommand({ enrolmentId: enrolment.id, deviceId: enrolment.deviceId, openedAt: MORNING + 9 * SECOND });
      await stores.queue.enqueue([last]);
      const commands = [...instructions.flatMap((instruction) => commandsFor(instruction)), last];
      return { enrolment, instructions, commands };
    };
    const states = async ({ waveId, deviceId }: Instruction) => (await stores.instructions.instruction(waveId, deviceId))?.history.map(({ state }) => state);

    it('that ask are given the first command once among them', async () => {
      const { enrolment, instructions, commands } = await scene();
      const answers = await atOnce((n) => serve(enrolment, {}, now + n));
      expect(handedOut(answers)).toEqual([commands[0]?.id]);
      expect(await states(instructions[0] ?? anInstruction())).toEqual(['issued', 'delivered']);
    });

    it('that report the same settle it once, and are given the next command once', async () => {
      const { enrolment, instructions, commands } = await scene();
      const first = await serve(enrolment, {}, now);
      const report = { status: 'Acknowledged', ...(first === undefined ? {} : { commandId: first.id }), install: { state: 'Queued' } } as const;
      const answers = await atOnce((n) => serve(enrolment, report, now + SECOND + n));
      expect(new Set(handedOut(answers)).size).toBe(handedOut(answers).length);
      expect(handedOut(answers)).toEqual([commands[1]?.id]);
      expect(await states(instructions[0] ?? anInstruction())).toEqual(['issued', 'delivered', 'acknowledged']);
      expect((await stores.queue.read(enrolment.id, 20, now)).queue.map(({ id }) => id)).toEqual(commands.slice(1).map(({ id }) => id));
    });

    it('that go through the whole queue, each at its own pace, are given every command once', async () => {
      const { enrolment, instructions, commands } = await scene();
      const given: string[] = [];
      const converse = async (n: number): Promise<undefined> => {
        let command = await serve(enrolment, {}, now + n);
        while (command !== undefined) {
          given.push(command.id);
          command = await serve(enrolment, { status: 'Acknowledged', commandId: command.id }, now + n);
        }
        return undefined;
      };
      await atOnce(converse);
      expect(given.toSorted()).toEqual(commands.map(({ id }) => id).toSorted());
      for (const instruction of instructions) expect(await states(instruction)).toEqual(['issued', 'delivered', 'acknowledged']);
    });

    it('that ask again after the lease of a broken one are given its command once', async () => {
      const { enrolment, instructions, commands } = await scene();
      await serve(enrolment, {}, now);
      const answers = await atOnce((n) => serve(enrolment, {}, now + 6 * SECOND + n));
      expect(handedOut(answers)).toEqual([commands[0]?.id]);
      expect(await states(instructions[0] ?? anInstruction())).toEqual(['issued', 'delivered']);
    });
  });
}
