import { describe, expect, it } from 'vitest';
import { parseBranchId } from '../../../core/ids.ts';
import { changePace } from '../../../core/rollout/change-terms.ts';
import { paceOf } from '../../../core/rollout/pace.ts';
import { aPlan, aPlanBranch } from '../../support/samples/plan.ts';

const plan = aPlan({ status: 'live' });
const [berlin, tokyo] = [aPlanBranch(plan), aPlanBranch(plan, { pace: { waveSize: 7, intervalMinutes: 30 } })];

describe('the pace of a plan', () => {
  it('is changed for the branches without their own', () => {
    const { plan: after, branches } = changePace(plan, [berlin, tokyo], { pace: { waveSize: 10, intervalMinutes: 20 } });
    expect(branches).toEqual([]);
    expect(after).toEqual({ ...plan, waveSize: 10, intervalMinutes: 20, revision: plan.revision + 1 });
    expect([berlin, tokyo].map((branch) => paceOf(after, branch))).toEqual([{ waveSize: 10, intervalMinutes: 20 }, { waveSize: 7, intervalMinutes: 30 }]);
  });

  it('is a branch\'s own where one is named, and the plan\'s again where none is', () => {
    const { plan: after, branches } = changePace(plan, [berlin, tokyo], { branches: [{ branchId: berlin.branchId, pace: { waveSize: 3, intervalMinutes: 2 } }, { branchId: tokyo.branchId }] });
    expect(branches.map((branch) => paceOf(after, branch))).toEqual([{ waveSize: 3, intervalMinutes: 2 }, { waveSize: 50, intervalMinutes: 5 }]);
    expect(branches[1]).not.toHaveProperty('pace');
  });

  it.each([
    ['of a plan that is cancelled', { ...plan, status: 'cancelled' as const }, { pace: { waveSize: 1, intervalMinutes: 1 } }, 'conflict'],
    ['of a branch that is none of its', plan, { branches: [{ branchId: parseBranchId('atlantis') }] }, 'not-found'],
    ['to waves of more than 500', plan, { pace: { waveSize: 501, intervalMinutes: 5 } }, 'invalid-input'],
    ['to an interval of none, in a branch', plan, { branches: [{ branchId: berlin.branchId, pace: { waveSize: 5, intervalMinutes: 0 } }] }, 'invalid-input'],
  ])('is not changed: %s', (_, of, change, code) => {
    expect(() => changePace(of, [berlin, tokyo], change)).toThrow(expect.objectContaining({ code, remedy: expect.any(String) as string }));
  });
});
