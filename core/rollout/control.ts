/**
 * What a person may do to a plan, and when. Doing again what was done already changes nothing and is no error; the
 * same plan comes back, so that a caller whose first try was cut off can repeat it.
 */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Plan, PlanStatus } from './plan.ts';

export type PlanAction = 'start' | 'pause' | 'resume' | 'cancel';

const results: Readonly<Record<PlanAction, PlanStatus>> = { start: 'live', pause: 'paused', resume: 'live', cancel: 'cancelled' };

const allowedFrom: Readonly<Record<PlanAction, readonly PlanStatus[]>> = {
  start: ['draft'],
  pause: ['live'],
  resume: ['paused'],
  cancel: ['draft', 'live', 'paused'],
};

const remedies: Readonly<Record<PlanStatus, string>> = {
  draft: 'Start it first.',
  live: 'Pause or cancel it if it is to stop.',
  paused: 'Resume or cancel it.',
  cancelled: 'A cancelled plan stays cancelled: make a new one.',
};

/** The plan after `action` by `who`; the very same object where it is there already. Throws `conflict`. */
export function controlPlan(plan: Plan, action: PlanAction, who: string, now: Instant): Plan {
  const status = results[action];
  if (plan.status === status) return plan;
  if (!allowedFrom[action].includes(plan.status)) {
    throw new WavecastError('conflict', `The plan is ${plan.status}: one cannot ${action} it.`, { remedy: remedies[plan.status] });
  }
  const { pausedBecause: _, ...kept } = plan;
  return {
    ...kept, status, revision: plan.revision + 1,
    ...(action === 'start' ? { startedAt: now } : {}),
    ...(action === 'pause' ? { pausedBecause: `Paused by ${who}.` } : {}),
  };
}

/** Whether the plan's runs must be brought in line with its status (by the launch function) after the action. */
export function needsLaunch(action: PlanAction, before: Plan): boolean {
  // A draft has no runs to cancel; a pause is seen by each run's next turn.
  return action !== 'pause' && !(action === 'cancel' && before.status === 'draft');
}
