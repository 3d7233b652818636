import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import { parseDeviceId, type BranchId, type PlanId } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import type { PlaceTaking } from '../../core/rollout/places.ts';
import { waveIdOf } from '../../core/rollout/wave-id.ts';
import { answersAtOnce } from '../support/outcomes.ts';
import { aBranchId, anEnrolled } from '../support/samples/device.ts';
import { aChange, anInstruction, commandsFor } from '../support/samples/instruction.ts';
import { aPlan, aPlanBranch } from '../support/samples/plan.ts';
import { many, MORNING, uniqueUuid } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

const LIMIT = 2;

/** A branch of a plan with a limit, whose devices want to install. */
class Scene {
  readonly stores: Stores;
  readonly key: { readonly planId: PlanId; readonly branchId: BranchId };

  private constructor(stores: Stores, key: Scene['key']) {
    this.stores = stores;
    this.key = key;
  }

  static async open(open: OpenStores): Promise<Scene> {
    const stores = await open();
    const plan = aPlan();
    const branch = aPlanBranch(plan, { branchId: aBranchId(), openLimit: LIMIT });
    await stores.plans.addPlan(plan, [branch], []);
    return new Scene(stores, { planId: plan.id, branchId: branch.branchId });
  }

  async instruct(seq = 1): Promise<Instruction> {
    const enrolment = await anEnrolled(this.stores);
    const instruction = anInstruction({ waveId: waveIdOf({ ...this.key, kind: 'install' }, seq), enrolmentId: enrolment.id, deviceId: enrolment.deviceId, limited: true });
    await this.stores.instructions.issue(instruction, commandsFor(instruction));
    return instruction;
  }

  taking({ waveId, deviceId }: Instruction): PlaceTaking {
    return { place: { waveId, deviceId }, limit: LIMIT };
  }

  /** What the hand-out of its command comes to. */
  handOut(instruction: Instruction, handedAt?: number): Promise<string> {
    const [next] = commandsFor(instruction);
    if (next === undefined) throw new Error('An install has a command.');
    const changes = handedAt === undefined ? [aChange(instruction)] : [];
    return this.stores.queue.commit({
      enrolmentId: next.enrolmentId, now: MORNING + MINUTE, beginSession: true, changes, next: { ...next, ...(handedAt === undefined ? {} : { handedAt }) }, place: this.taking(instruction),
    });
  }

  async held(): Promise<readonly string[]> {
    return (await this.stores.places.view(this.key)).held.map(({ deviceId }) => deviceId).sort();
  }
}

/** What the store of the places of branches with an open limit promises. */
export function placesContract(open: OpenStores): void {
  describe('the places of a branch', () => {
    it('are as many as the plan says for the branch, and none is taken at first', async () => {
      const { stores, key } = await Scene.open(open);
      expect(await stores.places.view(key)).toEqual({ limit: LIMIT, held: [], revision: 0 });
      expect(await stores.places.view({ ...key, branchId: aBranchId() })).toEqual({ limit: undefined, held: [], revision: 0 });
    });

    it('are taken by hand-outs until none is free, and then nothing is handed out', async () => {
      const scene = await Scene.open(open);
      const [first, second, third] = [await scene.instruct(), await scene.instruct(2), await scene.instruct()];
      expect([await scene.handOut(first), await scene.handOut(second), await scene.handOut(third)]).toEqual(['done', 'done', 'full']);
      expect(await scene.held()).toEqual([first.deviceId, second.deviceId].sort());
      expect((await scene.stores.places.view(scene.key)).held).toContainEqual({ waveId: second.waveId, deviceId: second.deviceId });
      expect((await scene.stores.instructions.instruction(third.waveId, third.deviceId))?.state).toBe('issued');
      expect((await scene.stores.queue.read(third.enrolmentId ?? fail(), 9, MORNING)).queue).toEqual(commandsFor(third));
    });

    it('are never more than the limit, however many devices ask at once', async () => {
      const scene = await Scene.open(open);
      const instructions = await Promise.all(many(8, () => scene.instruct()));
      expect(await answersAtOnce(8, (n) => scene.handOut(instructions[n] ?? fail()))).toEqual({ done: LIMIT, full: 6 });
      expect(await scene.held()).toHaveLength(LIMIT);
    });

    it('are one for a device that asks twice, also where none is free', async () => {
      const scene = await Scene.open(open);
      const [first, second] = [await scene.instruct(), await scene.instruct()];
      expect([await scene.handOut(first), await scene.handOut(second), await scene.handOut(first, MORNING + MINUTE)]).toEqual(['done', 'done', 'done']);
      expect(await scene.held()).toHaveLength(2);
    });

    it('are not taken by a hand-out that is lost or stale', async () => {
      const scene = await Scene.open(open);
      const [lost, stale] = [await scene.instruct(), await scene.instruct()];
      expect(await scene.handOut(lost, MORNING)).toBe('lost');
      await scene.stores.instructions.change(aChange(stale, { to: 'failed' }));
      expect(await scene.handOut(stale)).toBe('stale');
      expect(await scene.held()).toEqual([]);
    });

    it('are given back once, and only if nothing has changed since they were looked at', async () => {
      const scene = await Scene.open(open);
      const { places } = scene.stores;
      const [first, second] = [await scene.instruct(), await scene.instruct()];
      await scene.handOut(first);
      const seen = await places.view(scene.key);
      await scene.handOut(second);
      expect(await places.giveBack(scene.key, [first], seen.revision)).toBe(false);
      const { revision } = await places.view(scene.key);
      expect(await answersAtOnce(5, () => places.giveBack(scene.key, [first], revision))).toEqual({ true: 1, false: 4 });
      expect(await scene.held()).toEqual([second.deviceId]);
      // All of them: the next one may come.
      await places.giveBack(scene.key, [second], (await places.view(scene.key)).revision);
      expect(await scene.held()).toEqual([]);
      expect(await scene.handOut(await scene.instruct())).toBe('done');
    });

    it('can be occupied above the limit, and are counted then', async () => {
      const scene = await Scene.open(open);
      const instructions = await Promise.all(many(4, () => scene.instruct()));
      for (let n = 0; n < 2; n += 1) await scene.stores.places.occupy(scene.key, instructions.slice(1));
      expect(await scene.held()).toHaveLength(3);
      expect(await scene.handOut(instructions[0] ?? fail())).toBe('full');
      const other = aBranchId();
      expect(await scene.stores.places.counts(scene.key.planId, [other, scene.key.branchId])).toEqual(new Map([[scene.key.branchId, 3]]));
    });

    it('of another plan or branch are others', async () => {
      const [scene, other] = [await Scene.open(open), await Scene.open(open)];
      await scene.handOut(await scene.instruct());
      expect(await other.held()).toEqual([]);
      expect((await scene.stores.places.view({ ...scene.key, branchId: aBranchId() })).held).toEqual([]);
    });
  });

  describe('devices that wait for a place', () => {
    it('are found in the order of their waves, page by page, each once', async () => {
      const { stores: { places }, key } = await Scene.open(open);
      const waiting = [10, 2, 2, 1].map((seq) => {
        const { enrolmentId } = anInstruction();
        return { waveId: waveIdOf({ ...key, kind: 'install' }, seq), deviceId: parseDeviceId(uniqueUuid('device')), enrolmentId: enrolmentId ?? fail() };
      });
      for (const device of [...waiting, ...waiting]) await places.wait(device);
      const first = await places.waiting(key, undefined, 3);
      expect(first).toHaveLength(3);
      expect(first[0]).toEqual(waiting[3]);
      expect(await places.waiting(key, first.at(-1), 3)).toEqual([waiting[0]]);
      expect(await places.waiting({ ...key, branchId: aBranchId() }, undefined, 3)).toEqual([]);
    });

    it('are pushed by one of all who would, until they have come in vain again', async () => {
      const scene = await Scene.open(open);
      const { places } = scene.stores;
      const { waveId, deviceId, enrolmentId = fail() } = await scene.instruct();
      await places.wait({ waveId, deviceId, enrolmentId });
      const [device = fail()] = await places.waiting(scene.key, undefined, 9);
      expect(await answersAtOnce(5, () => places.markWoken(device, MORNING))).toEqual({ true: 1, false: 4 });
      expect(await places.waiting(scene.key, undefined, 9)).toEqual([{ ...device, wokenAt: MORNING }]);
      expect(await places.markWoken({ ...device, wokenAt: MORNING }, MORNING + 1)).toBe(true);
      await places.wait(device);
      expect(await places.markWoken({ ...device, wokenAt: MORNING + 1 }, MORNING + 2)).toBe(false);
      expect(await places.waiting(scene.key, undefined, 9)).toEqual([device]);
    });

    it('wait no more once they have a place, or are taken off the list', async () => {
      const scene = await Scene.open(open);
      const { places } = scene.stores;
      const [first, second] = [await scene.instruct(), await scene.instruct()];
      for (const { waveId, deviceId, enrolmentId = fail() } of [first, second]) await places.wait({ waveId, deviceId, enrolmentId });
      await scene.handOut(first);
      const waiting = await places.waiting(scene.key, undefined, 9);
      expect(waiting.map(({ deviceId }) => deviceId)).toEqual([second.deviceId]);
      for (let n = 0; n < 2; n += 1) await places.stopWaiting([second]);
      expect(await places.waiting(scene.key, undefined, 9)).toEqual([]);
      expect(await places.markWoken(waiting[0] ?? fail(), MORNING)).toBe(false);
    });
  });
}

function fail(): never {
  throw new Error('The scene is not whole.');
}
