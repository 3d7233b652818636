/** Flows of events: what was written is told on the bus and reaches the topic. */
import { MINUTE, SECOND } from '../../../core/ambient.ts';
import type { Verdict } from '../../../core/rollout/plan.ts';
import { deadLetters } from './queue-flows.ts';
import { failing, setTimer } from './rollout-flows.ts';
import { addBranch, addPlan, addRun, addVersion, type PlannedBranch } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** Waits until the topic has had an event of this type with this field. */
export async function told(world: World, type: string, field: string, value: string): Promise<void> {
  await world.until(`an event ${type}`, () => world.test.cloud.notifications.some(({ message }) => text(message, 'detail-type') === type && text(Reflect.get(Object(message) as object, 'detail'), field) === value));
}

function text(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

async function planned(world: World): Promise<PlannedBranch> {
  return addPlan(world, await addVersion(world), await addBranch(world));
}

async function pauses(world: World, { branch }: PlannedBranch): Promise<void> {
  const run = await addRun(world, branch);
  const lastVerdict: Verdict = { decision: 'pause', words: 'Too many failed.', at: world.now() };
  if (!(await world.test.stores.runs.replaceRun(run, { ...run, status: 'paused', lastVerdict }))) throw new Error('The run was not paused.');
}

export const eventFlows: readonly Flow[] = [
  {
    name: 'a branch that pauses is told of', roles: ['Announce'],
    async run(world) {
      const plan = await planned(world);
      await pauses(world, plan);
      await told(world, 'branch-paused', 'planId', plan.plan.id);
    },
  },
  {
    name: 'the end of a plan is told with its totals', roles: ['Announce'],
    async run(world) {
      const { plan, branch } = await planned(world);
      const finished: Verdict = { decision: 'finish', words: 'Every device of the branch was looked at.', at: world.now() };
      for (const kind of ['install', 'inventory'] as const) {
        const run = await addRun(world, branch, { kind });
        await world.test.stores.runs.replaceRun(run, { ...run, status: 'finished', finishedAt: world.now(), lastVerdict: finished });
      }
      await told(world, 'plan-finished', 'planId', plan.id);
    },
  },
  {
    name: 'a profile that ends soon is told of', roles: ['Sweep'],
    async run(world) {
      const { id, profileExpiresAt } = await addVersion(world);
      await setTimer(world, { kind: 'version-end', subject: `${id}.${profileExpiresAt}`, step: 0 });
      await world.test.invoke('Sweep', {});
      await told(world, 'profile-expiring', 'versionId', id);
    },
  },
  {
    name: 'what cannot be told is kept', roles: ['Announce'], byAws: true,
    async run(world) {
      const before = await deadLetters(world, 'Announce');
      const mend = failing(world, 'Announce', 'PutEvents');
      try {
        await pauses(world, await planned(world));
        await world.quiet();
        await world.pass(10 * MINUTE + SECOND);
      } finally {
        mend();
      }
      await world.until('a dead letter', async () => (await deadLetters(world, 'Announce')) > before);
    },
  },
];
