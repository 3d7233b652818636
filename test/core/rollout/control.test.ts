import { describe, expect, it } from 'vitest';
import { controlPlan, needsLaunch, type PlanAction } from '../../../core/rollout/control.ts';
import type { Plan, PlanStatus } from '../../../core/rollout/plan.ts';
import { seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';

const world = memoryWorld();
const { plan } = seedPlan(world, seedVersion(world), [], { status: 'draft', revision: 4 });
const now = world.clock.now();

const statuses: readonly PlanStatus[] = ['draft', 'live', 'paused', 'cancelled'];
/** What becomes of a plan by an action; `same`: nothing, without complaint; undefined: it is refused. */
const table: Readonly<Record<PlanAction, Readonly<Partial<Record<PlanStatus, PlanStatus | 'same'>>>>> = {
  start: { draft: 'live', live: 'same' },
  pause: { live: 'paused', paused: 'same' },
  resume: { paused: 'live', live: 'same' },
  cancel: { draft: 'cancelled', live: 'cancelled', paused: 'cancelled', cancelled: 'same' },
};
const rows = (Object.keys(table) as PlanAction[]).flatMap((action) => statuses.map((status) => [action, status, table[action][status] ?? 'refused'] as const));
const at = (status: PlanStatus): Plan => ({ ...plan, status, ...(status === 'paused' ? { pausedBecause: 'Paused by grace.' } : {}) });

describe('what a person may do to a plan', () => {
  it.each(rows)('%s when it is %s: %s', (action, status, expected) => {
    const before = at(status);
    if (expected === 'refused') {
      expect(() => controlPlan(before, action, 'ada', now)).toThrow(expect.objectContaining({ code: 'conflict', message: expect.stringContaining(status) as string, remedy: expect.any(String) as string }));
    } else if (expected === 'same') {
      expect(controlPlan(before, action, 'ada', now)).toBe(before);
    } else {
      expect(controlPlan(before, action, 'ada', now)).toMatchObject({ status: expected, revision: before.revision + 1 });
    }
  });

  it.each(rows.filter(([, , expected]) => expected !== 'refused'))('%s twice when it is %s changes no more than once', (action, status) => {
    const after = controlPlan(at(status), action, 'ada', now);
    expect(controlPlan(after, action, 'grace', now + 1)).toBe(after);
  });

  it('a pause says by whom, and nothing of it is left when the plan goes on or ends', () => {
    const paused = controlPlan(at('live'), 'pause', 'ada', now);
    expect(paused.pausedBecause).toBe('Paused by ada.');
    expect(controlPlan(paused, 'resume', 'ada', now)).not.toHaveProperty('pausedBecause');
    expect(controlPlan(paused, 'cancel', 'ada', now)).not.toHaveProperty('pausedBecause');
  });

  it('a start says when, and a resume does not', () => {
    expect(controlPlan(at('draft'), 'start', 'ada', now).startedAt).toBe(now);
    expect(controlPlan({ ...at('paused'), startedAt: now - 5 }, 'resume', 'ada', now).startedAt).toBe(now - 5);
  });
});

describe('the branches\' runs', () => {
  it.each(rows.filter(([, , expected]) => expected !== 'refused'))('are brought in line, also by a repeated action, after %s when it is %s, except after a pause or for a draft that never had any', (action, status) => {
    expect(needsLaunch(action, at(status))).toBe(action !== 'pause' && !(action === 'cancel' && status === 'draft'));
  });
});
