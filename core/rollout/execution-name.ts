/** What an execution of a run is called and given. The schedule and the sweep start the same one: its name makes it start once. */
import type { Identifiers } from '../ambient.ts';
import type { Run } from './plan.ts';
import { runId, type TurnInput } from './store.ts';

type Started = Pick<Run, 'planId' | 'branchId' | 'kind' | 'epoch' | 'window'>;

/** The same for the same run, window and epoch; 40 characters of `[a-z0-9-]` (Step Functions allows 80, and no colon). */
export function executionName(run: Started, ids: Pick<Identifiers, 'named'>): string {
  return `run-${ids.named(`execution/${runId(run)}/${run.window.opensAt}/${run.epoch}`)}`;
}

export function turnInputOf({ planId, branchId, kind, epoch, window }: Started): TurnInput {
  return { format: 1, planId, branchId, kind, epoch, window: { opensAt: window.opensAt, closesAt: window.closesAt } };
}
