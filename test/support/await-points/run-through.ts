/**
 * Carries a plan out in memory as the cloud does: `launch` invoked again where it fails, an execution for each start that is new
 * by its name, the task repeated where it fails or the execution lost with it, the sweep every minute in which something is due,
 * the stream of instructions delivered until it is settled. Time jumps to what comes next.
 */
import { DAY, MINUTE, SECOND, type Instant } from '../../../core/ambient.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { settlePlaces } from '../../../core/rollout/free-places.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { runId, type TurnInput } from '../../../core/rollout/store.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import type { MemoryWorld } from '../memory/world.ts';
import type { Points } from './points.ts';

/** What becomes of an execution whose task fails: the machine tries again, or its tries are over and only the sweep brings the run back. */
export type Machine = 'tries again' | 'is lost';

interface Execution {
  readonly input: TurnInput;
  /** When its next turn is due; undefined once it has ended. */
  at: Instant | undefined;
}

/** A plan that is not over by then never will be. */
const PATIENCE = 8 * DAY;

/** Until every run is finished and no instruction is open. Throws where that never comes. `devices`: what those do that were pushed to, each time that something happened. */
export async function runThrough(world: MemoryWorld, plan: Plan, points: Points, machine: Machine, devices: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const process = <T>(work: (ports: MemoryWorld) => Promise<T>): Promise<T> => work(points.ports(world, () => work(world)));
  const executions = new Map<string, Execution>();
  const began = world.clock.now();
  await twice(() => process((ports) => launchPlan(ports, plan.id, ports.clock.now())));
  for (;;) {
    begin(world, executions);
    for (const execution of executions.values()) await goOn(world, execution, process, machine);
    const swept = await survived(() => process((ports) => sweep(ports, ports.clock.now())));
    await devices();
    await settle(world, process);
    if (isOver(world, plan)) return;
    if (world.clock.now() > began + PATIENCE) throw new Error(`The plan never ended: ${[...world.tables.runs.values()].map(({ kind, status }) => `${kind} ${status}`).join(', ')}.`);
    world.clock.set(nextInstant(world, [...executions.values()], swept && !haveFailed(world)));
  }
}

/** An asynchronous invocation is made again where it fails. */
async function twice(work: () => Promise<void>): Promise<void> {
  if (!(await survived(work))) await work();
}

async function survived(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}

/** A name starts once, by its schedule or by the sweep. */
function begin({ starter, clock }: MemoryWorld, executions: Map<string, Execution>): void {
  const name = (run: Run): string => `${runId(run)}/${run.epoch}/${run.window.opensAt}`;
  const put = (run: Run, at: Instant): void => {
    if (!executions.has(name(run))) executions.set(name(run), { input: { format: 1, planId: run.planId, branchId: run.branchId, kind: run.kind, epoch: run.epoch, window: run.window }, at });
  };
  for (const run of starter.started) put(run, clock.now());
  for (const run of starter.scheduled) put(run, Math.max(run.window.opensAt, clock.now()));
}

async function goOn({ clock }: MemoryWorld, execution: Execution, process: <T>(work: (ports: MemoryWorld) => Promise<T>) => Promise<T>, machine: Machine): Promise<void> {
  while (execution.at !== undefined && execution.at <= clock.now()) {
    try {
      const result = await process((ports) => takeTurn(ports, execution.input, ports.clock.now()));
      if (result.next === 'end') execution.at = undefined;
      if (result.next === 'wait') execution.at = Math.max(Date.parse(result.until), clock.now());
    } catch {
      execution.at = machine === 'is lost' ? undefined : clock.now() + 2 * SECOND;
    }
  }
}

/** A batch whose handler failed is delivered again. */
async function settle({ tables }: MemoryWorld, process: <T>(work: (ports: MemoryWorld) => Promise<T>) => Promise<T>): Promise<void> {
  for (const waveId of [...tables.touchedWaves]) {
    tables.touchedWaves.delete(waveId);
    await twice(() => process(async (ports) => settlePlaces(ports, waveId, await settleWave(ports, waveId), ports.clock.now())));
  }
}

function isOver({ tables }: MemoryWorld, plan: Plan): boolean {
  const runs = [...tables.runs.values()].filter(({ planId }) => planId === plan.id);
  const instructions = [...tables.instructions.values()].filter(({ planId }) => planId === plan.id);
  return runs.length > 0 && runs.every(({ status }) => status === 'finished') && instructions.every(({ finishedAt }) => finishedAt !== undefined);
}

/** A timer that is due and still there was met by a sweep that failed. */
function haveFailed({ tables, clock }: MemoryWorld): boolean {
  return [...tables.timers.values()].some(({ at }) => at <= clock.now());
}

/** The earliest of what is due: a turn to the second, a timer in the minute after it; a minute on where something failed. */
function nextInstant({ tables, clock }: MemoryWorld, executions: readonly Execution[], quiet: boolean): Instant {
  const now = clock.now();
  const minute = (at: Instant): Instant => Math.ceil(at / MINUTE) * MINUTE;
  const turns = executions.flatMap(({ at }) => at ?? []);
  const timers = [...tables.timers.values()].map(({ at }) => minute(at));
  const next = Math.min(...[...turns, ...timers].filter((at) => at > now), ...(quiet ? [] : [now + MINUTE]));
  if (!Number.isFinite(next)) throw new Error('Nothing is left to happen, and the plan is not over.');
  return next;
}
