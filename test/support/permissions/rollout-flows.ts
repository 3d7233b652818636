/** Flows of rollouts: launch, turn, sweep, and the totals that follow. Functions are invoked as their services do it. */
import { createTimers } from '../../../adapters/dynamodb/timers.ts';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { parsePlanId, type PlanId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import { stepsOf } from '../../../core/instruction/deadline.ts';
import type { Instruction } from '../../../core/instruction/instruction.ts';
import type { Due } from '../../../core/instruction/store.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { nextAttemptId } from '../../../core/rollout/reissue-itself.ts';
import { runId } from '../../../core/rollout/store.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { shortRole } from '../synthesised-roles.ts';
import { deadLetters } from './queue-flows.ts';
import { addBranch, addDevice, addPlan, addRun, addVersion, addWave, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** A plan with one device in one branch, and a run whose window is open. */
async function planUnderWay(world: World, facts: Partial<Plan> = {}): Promise<{ readonly plan: Plan; readonly run: Run; readonly instruct: (facts?: Partial<Instruction>) => Promise<Instruction> }> {
  const branchId = await addBranch(world);
  const device = await addDevice(world, branchId);
  const version = await addVersion(world);
  const { plan, branch } = await addPlan(world, version, branchId, facts, [device]);
  const run = await addRun(world, branch);
  return {
    plan, run,
    async instruct(more) {
      const instruction = instructionFor(world, device, version, { planId: plan.id, waveId: waveIdOf(run, 1), ...more });
      await world.test.stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
      return instruction;
    },
  };
}

/** All waves of a plan with one more attempt have gone, its only device failed, and that was counted; with the id of the next attempt. */
async function planThatIsOver(world: World): Promise<{ readonly former: Plan; readonly id: PlanId }> {
  const branchId = await addBranch(world);
  const device = await addDevice(world, branchId);
  const version = await addVersion(world);
  const { plan: former, branch } = await addPlan(world, version, branchId, { reissueTimes: 1 }, [device]);
  const run = await addRun(world, branch, { status: 'finished', finishedAt: world.now() - HOUR });
  const failed = instructionFor(world, device, version, { planId: former.id, waveId: waveIdOf(run, 1), state: 'failed', finishedAt: world.now() - HOUR });
  await addWave(world, run, [failed]);
  await world.test.stores.instructions.issue(failed, []);
  await world.until('totals of the wave', async () => (await totalsOf(world, run)) === 1);
  return { former, id: nextAttemptId(world.ids, former) };
}

async function opensItsWave(world: World, facts: Partial<Plan>): Promise<void> {
  const { run } = await planUnderWay(world, facts);
  await world.test.invoke('Turn', turnInputOf(run));
  // The second turn looks at the wave that the first one opened.
  await world.test.invoke('Turn', turnInputOf(run));
  const opened = await world.test.stores.runs.waves(run);
  if (opened[0]?.targets.length !== 1) throw new Error('The wave was not opened.');
}

export function setTimer(world: World, due: Omit<Due, 'at'>): Promise<void> {
  const timers = createTimers({ client: world.document, table: world.test.name('AWS::DynamoDB::Table', 'TablesInstructions'), clock: world.test.cloud.clock });
  return timers.put([{ ...due, at: world.now() }]);
}

/** A wave whose only instruction is of this age and state; the sweep does what is to be done at `step` of its life. */
async function sweepsWave(world: World, age: number, state: Instruction['state'], step: 'poll' | 'expire'): Promise<Instruction | undefined> {
  const { instruct } = await planUnderWay(world);
  const issuedAt = world.now() - age;
  const { waveId, deviceId, deadline } = await instruct({ state, issuedAt, deadline: issuedAt + DAY });
  await setTimer(world, { kind: 'wave-check', subject: waveId, step: stepsOf('install', issuedAt, deadline).findIndex((each) => each[step]) });
  await world.test.invoke('Sweep', {});
  return world.test.stores.instructions.instruction(waveId, deviceId);
}

async function totalsOf({ test }: World, run: Run): Promise<number> {
  return Object.values((await test.stores.runs.waveTotals(run, 1)).totals).reduce((sum, count) => sum + count, 0);
}

/** A call of a role's function fails, until the returned function is called. */
export function failing({ test }: World, role: string, operation: string): () => void {
  return test.cloud.aws.observe({
    beforeCall: (call) => {
      if (shortRole(call.principal.name) === role && call.operation === operation) throw new AwsError('InvalidRequest', 'This call was made to fail.', 400);
    },
  });
}

/** The sweep meets a warning about a certificate that was replaced. */
async function warns(world: World): Promise<void> {
  await setTimer(world, { kind: 'push-certificate', subject: world.ids.fresh(), step: 0 });
  await world.test.invoke('Sweep', {});
}

export const rolloutFlows: readonly Flow[] = [
  { name: 'the sweep looks at the push certificate', roles: ['Sweep'], run: warns },
  {
    name: 'a plan is launched', roles: ['Launch'],
    async run(world) {
      const { plan } = await addPlan(world, await addVersion(world), await addBranch(world));
      await world.test.invoke('Launch', { planId: plan.id });
    },
  },
  {
    name: 'a plan is cancelled', roles: ['Launch'],
    async run(world) {
      const { plan, run, instruct } = await planUnderWay(world, { status: 'cancelled' });
      const { waveId, deviceId } = await instruct();
      await addWave(world, run, [await instruct()]);
      await world.test.invoke('Launch', { planId: plan.id });
      if ((await world.test.stores.instructions.instruction(waveId, deviceId))?.state !== 'cancelled') throw new Error('The instruction was not withdrawn.');
    },
  },
  {
    name: 'a plan is cancelled while its wave is being opened', roles: ['Launch'],
    async run(world) {
      const branchId = await addBranch(world);
      const version = await addVersion(world);
      const { plan, branch } = await addPlan(world, version, branchId, { status: 'cancelled' });
      const run = await addRun(world, branch);
      const never = instructionFor(world, await addDevice(world, branchId), version, { planId: plan.id, waveId: waveIdOf(run, 1) });
      await addWave(world, run, [never], { state: 'opening' });
      await world.test.invoke('Launch', { planId: plan.id });
      if ((await world.test.stores.instructions.instruction(never.waveId, never.deviceId))?.state !== 'cancelled') throw new Error('The instruction can still be issued.');
    },
  },
  {
    name: 'a plan that is over is tried again by itself', roles: ['Launch'],
    async run(world) {
      const next = await planThatIsOver(world);
      await world.test.invoke('Launch', { planId: next.former.id, reissue: true });
      if ((await world.test.stores.plans.plan(next.id))?.status !== 'live') throw new Error('The next attempt was not started.');
    },
  },
  {
    name: 'the sweep has a plan that is over tried again', roles: ['Sweep'],
    async run(world) {
      const next = await planThatIsOver(world);
      await setTimer(world, { kind: 'reissue', subject: next.former.id, step: 0 });
      await world.test.invoke('Sweep', {});
      await world.until('the next attempt', async () => (await world.test.stores.plans.plan(next.id))?.status === 'live');
    },
  },
  { name: 'a wave opens', roles: ['Turn'], run: (world) => opensItsWave(world, {}) },
  { name: 'a wave of listed devices opens', roles: ['Turn'], run: (world) => opensItsWave(world, { targets: 'list' }) },
  {
    name: 'a plan looks in its second pass for its own instruction behind another one', roles: ['Turn'],
    async run(world) {
      const branchId = await addBranch(world);
      const version = await addVersion(world);
      const { branch } = await addPlan(world, version, branchId);
      const device = await addDevice(world, branchId);
      await world.test.stores.instructions.issue(instructionFor(world, device, version), []);
      const run = await addRun(world, branch, { pass: 'reconciling' });
      await world.test.invoke('Turn', turnInputOf(run));
      const skipped = await world.test.stores.instructions.instruction(waveIdOf(run, 1), device.id);
      if (skipped?.reason?.code !== 'other-instruction-live') throw new Error('The device was not looked at.');
    },
  },
  {
    name: 'a plan pauses by its abort rule', roles: ['Turn'],
    async run(world) {
      const { plan, run } = await planUnderWay(world, { abortRule: { share: 0, minimum: 1 } });
      const turn = turnInputOf(run);
      // One failure in the totals: the plan pauses.
      await world.test.stores.runs.setWaveTotals(run, 1, 0, { totals: { failed: 1 }, reasons: {} }, { totals: { failed: 1 }, reasons: {} });
      await world.test.invoke('Turn', turn);
      if ((await world.test.stores.plans.plan(plan.id))?.status !== 'paused') throw new Error('The plan was not paused.');
    },
  },
  {
    name: 'the sweep starts a run that is overdue', roles: ['Sweep'],
    async run(world) {
      const run = await addRun(world, { planId: parsePlanId(world.ids.fresh()), branchId: await addBranch(world) });
      await setTimer(world, { kind: 'run-start', subject: runId(run), step: 1 });
      await world.test.invoke('Sweep', {});
    },
  },
  {
    name: 'the sweep goes on with a run whose execution was lost', roles: ['Sweep'],
    async run(world) {
      const lost = { status: 'running', nextAt: world.now() - HOUR, window: { opensAt: world.now() - 2 * HOUR, closesAt: world.now() + HOUR } } as const;
      const run = await addRun(world, { planId: parsePlanId(world.ids.fresh()), branchId: await addBranch(world) }, lost);
      await setTimer(world, { kind: 'run-start', subject: runId(run), step: 1 });
      await world.test.invoke('Sweep', {});
      if ((await world.test.stores.runs.run(run))?.epoch !== 2) throw new Error('The run was left lying.');
    },
  },
  {
    name: 'the sweep asks devices how far they are', roles: ['Sweep'],
    async run(world) {
      await sweepsWave(world, HOUR / 2, 'acknowledged', 'poll');
    },
  },
  {
    name: 'the sweep ends what is past its deadline', roles: ['Sweep'],
    async run(world) {
      if ((await sweepsWave(world, DAY + HOUR, 'issued', 'expire'))?.state !== 'timedOut') throw new Error('The instruction was not ended.');
    },
  },
  {
    name: 'totals follow a change', roles: ['Settle'],
    async run(world) {
      const { run, instruct } = await planUnderWay(world);
      await instruct();
      await world.until('totals of the wave', async () => (await totalsOf(world, run)) === 1);
    },
  },
  {
    name: 'a test install proves its version', roles: ['Settle'],
    async run(world) {
      const version = await addVersion(world);
      const instruction = instructionFor(world, await addDevice(world, await addBranch(world)), version, { state: 'installed' });
      await world.test.stores.instructions.issue(instruction, []);
      await world.until('a proven version', async () => (await world.test.stores.catalogue.version(version.id))?.placement === 'proven');
    },
  },
  {
    name: 'a change whose totals cannot be counted is kept', roles: ['Settle'], byAws: true,
    async run(world) {
      const before = await deadLetters(world, 'Settle');
      const mend = failing(world, 'Settle', 'Query');
      try {
        const { instruct } = await planUnderWay(world);
        await instruct();
        await world.quiet();
        await world.pass(2 * MINUTE);
      } finally {
        mend();
      }
      await world.until('a dead letter', async () => (await deadLetters(world, 'Settle')) > before);
    },
  },
];

