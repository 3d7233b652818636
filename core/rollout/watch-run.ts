/** What a run's timer brings about: starts what its schedule did not start, and what its execution has left lying. */
import { MINUTE, type Instant, type Logger } from '../ambient.ts';
import { parseBranchId, parsePlanId } from '../ids.ts';
import { isInstructionKind } from '../instruction/instruction.ts';
import type { Due } from '../instruction/store.ts';
import type { RunStarter, RunStore } from './store.ts';
import { OVERDUE } from './take-turn.ts';

export interface WatchServices {
  readonly runs: Pick<RunStore, 'run' | 'replaceRun'>;
  readonly starter: Pick<RunStarter, 'start'>;
  readonly log: Logger;
}

/** A run is looked at this often, and its execution is lost when no turn came for as long: its retries are over by then. */
export const LOST = 30 * MINUTE;

/** The timer that follows, as long as the run goes on in its window. A timer's step is the run's epoch. */
export async function watchRun(services: WatchServices, due: Due, now: Instant): Promise<Due | undefined> {
  const [planId, branchId, kind] = due.subject.split('.');
  if (!isInstructionKind(kind)) return undefined;
  const run = await services.runs.run({ planId: parsePlanId(planId), branchId: parseBranchId(branchId), kind });
  // A later epoch has a timer of its own, but for the one that was begun right here and cut off.
  if (run === undefined || run.epoch < due.step || run.epoch > due.step + 1) return undefined;
  if (run.status !== 'waiting' && run.status !== 'running') return undefined;
  // Whoever moved it on to a later window sets this very timer; but for one that was cut off between the two.
  if (now < run.window.opensAt) return { at: run.window.opensAt + OVERDUE, kind: 'run-start', subject: due.subject, step: run.epoch };
  const again = (epoch: number): Due => ({ at: now + LOST, kind: 'run-start', subject: due.subject, step: epoch });
  if ((run.status === 'waiting' || run.epoch > due.step) && (await services.starter.start(run)) === 'started') {
    services.log.warn('run started late by the sweep', { run: due.subject });
    return again(run.epoch);
  }
  if (now < Math.max(run.nextAt, run.window.opensAt) + LOST) return again(run.epoch);
  // An execution that failed keeps its name: another one needs another epoch. Where it lives after all, it exits.
  const taken = { ...run, epoch: run.epoch + 1 };
  if (!(await services.runs.replaceRun(run, taken))) return again(run.epoch);
  await services.starter.start(taken);
  services.log.warn('a run was left lying and goes on in a new execution', { run: due.subject, epoch: taken.epoch });
  return again(taken.epoch);
}
