/** Flows of branches with an open limit: the stream and the sweep give places back, and push who waits for one. */
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import type { Instruction } from '../../../core/instruction/instruction.ts';
import type { PlacesKey } from '../../../core/rollout/places.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { countDone } from './queue-flows.ts';
import { setTimer } from './rollout-flows.ts';
import { addBranch, addDevice, addPlan, addVersion, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** A branch whose only place is taken by an instruction; another waits for it, and one that is over still stands before it on the list. */
async function oneWaits(world: World): Promise<{ readonly key: PlacesKey; readonly holder: Instruction }> {
  const { stores } = world.test;
  const branchId = await addBranch(world);
  const version = await addVersion(world);
  const { plan, branch } = await addPlan(world, version, branchId);
  await stores.plans.putBranches(plan, [{ ...branch, openLimit: 1 }]);
  const key = { planId: plan.id, branchId };
  const instruct = async (state: Instruction['state'], seq = 1): Promise<Instruction> => {
    const instruction = instructionFor(world, await addDevice(world, branchId), version, { planId: plan.id, waveId: waveIdOf({ ...key, kind: 'install' }, seq), state, limited: true });
    await stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
    return instruction;
  };
  const [holder, waiting, over] = [await instruct('delivered'), await instruct('issued', 2), await instruct('cancelled')];
  await stores.places.occupy(key, [holder]);
  for (const { waveId, deviceId, enrolmentId } of [waiting, over]) if (enrolmentId !== undefined) await stores.places.wait({ waveId, deviceId, enrolmentId });
  return { key, holder };
}

export const placeFlows: readonly Flow[] = [
  {
    name: 'a place that is given back goes to who waits', roles: ['Settle'],
    async run(world) {
      const { key, holder: { waveId, deviceId, bundleId } } = await oneWaits(world);
      const { places, instructions } = world.test.stores;
      const pushes = countDone(world, 'Settle', 'SendMessage');
      try {
        await instructions.change({ waveId, deviceId, bundleId, from: ['delivered'], to: 'failed', at: world.now(), ends: true });
        await world.until('a push to who waits', async () => pushes.done() > 0 && (await places.view(key)).held.length === 0);
      } finally {
        pushes.end();
      }
    },
  },
  {
    name: 'the sweep finds a place that was lost', roles: ['Sweep'],
    async run(world) {
      const { key, holder } = await oneWaits(world);
      const { places } = world.test.stores;
      // Of an instruction that there never was: the stream tells nothing of it.
      await places.giveBack(key, [holder], (await places.view(key)).revision);
      await places.occupy(key, [{ ...holder, waveId: waveIdOf({ ...key, kind: 'install' }, 2) }]);
      await setTimer(world, { kind: 'places', subject: `${key.planId}.${key.branchId}`, step: 0 });
      await world.test.invoke('Sweep', {});
      if ((await places.view(key)).held.length > 0 || (await places.waiting(key, undefined, 9)).length > 1) throw new Error('The places were not looked after.');
    },
  },
];
