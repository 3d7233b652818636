import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstructionKind } from '../../../core/instruction/instruction.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { judge } from '../../../core/rollout/judge.ts';
import type { AbortRule, BranchHold, PlanStatus } from '../../../core/rollout/plan.ts';
import type { PushFault } from '../../../core/rollout/push-fault.ts';
import type { Totals } from '../../../core/result/totals.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const berlin = parseBranchId('berlin');
const hold = (kind: BranchHold['kind'], branchId = 'berlin'): BranchHold => ({ branchId: parseBranchId(branchId), kind, by: 'ada' });
interface Given {
  readonly status?: PlanStatus;
  readonly pausedBecause?: string;
  readonly holds?: readonly BranchHold[];
  readonly abortRule?: AbortRule;
  readonly kind?: InstructionKind;
  readonly nextAt?: number;
  readonly totals?: Totals;
  readonly baseline?: Totals;
  readonly fault?: PushFault;
}
const decide = ({ status = 'live', kind = 'install', nextAt = now, totals = {}, baseline, fault, ...plan }: Given) => judge({ status, ...plan }, { branchId: berlin, kind, nextAt, ...(baseline === undefined ? {} : { baseline }) }, totals, fault, now);
const tenPerCent: AbortRule = { share: 0.1, minimum: 20 };

describe('the verdict before a wave', () => {
  it.each<[string, Given, string]>([
    ['goes on when its time has come', {}, 'advance'],
    ['waits before', { nextAt: now + 1 }, 'wait'],
    ['leaves a cancelled plan', { status: 'cancelled' }, 'exit'],
    ['stops for a paused plan', { status: 'paused' }, 'pause'],
    ['stops where the branch alone is paused', { holds: [hold('paused')] }, 'pause'],
    ['goes on where another branch is', { holds: [hold('paused', 'tokyo'), hold('superseded', 'lyon')] }, 'advance'],
    ['leaves a branch in which a later plan took its place', { holds: [hold('superseded')] }, 'exit'],
    ['leaves it also while the plan is paused', { status: 'paused', holds: [hold('superseded')] }, 'exit'],
    ['stops for a plan that was not started', { status: 'draft' }, 'pause'],
    ['stops rather than waits', { status: 'paused', nextAt: now + 1 }, 'pause'],
    ['stops for the abort rule although it is not yet time', { nextAt: now + 1, abortRule: tenPerCent, totals: { failed: 20 } }, 'pause'],
    ['does not count before there are enough', { abortRule: tenPerCent, totals: { failed: 19 } }, 'advance'],
    ['goes on at the very share', { abortRule: tenPerCent, totals: { installed: 18, failed: 2 } }, 'advance'],
    ['stops above it', { abortRule: tenPerCent, totals: { installed: 17, failed: 3 } }, 'pause'],
    ['counts what was rejected and what ran out of time', { abortRule: tenPerCent, totals: { installed: 17, failed: 1, rejected: 1, timedOut: 1 } }, 'pause'],
    ['does not count what is still open', { abortRule: tenPerCent, totals: { issued: 500, acknowledged: 100, failed: 1, installed: 5 } }, 'advance'],
    ['does not count what was skipped, cancelled or replaced', { abortRule: tenPerCent, totals: { skipped: 50, cancelled: 50, superseded: 50, failed: 2, installed: 18 } }, 'advance'],
    ['stops at the first failure where none is allowed', { abortRule: { share: 0, minimum: 1 }, totals: { installed: 99, failed: 1 } }, 'pause'],
    ['never stops where all may fail', { abortRule: { share: 1, minimum: 1 }, totals: { failed: 100 } }, 'advance'],
    ['does not stop inventory for failed installations', { kind: 'inventory', abortRule: tenPerCent, totals: { failed: 100 } }, 'advance'],
    ['stops while pushes are refused', { fault: { reason: 'BadCertificate', until: now + 1 } }, 'pause'],
    ['stops inventory as well while pushes are refused', { kind: 'inventory', fault: { reason: 'BadCertificate', until: now + 1 } }, 'pause'],
    ['goes on when no push was refused any more for long enough', { fault: { reason: 'BadCertificate', until: now } }, 'advance'],
    ['does not count what had failed before the plan was resumed', { abortRule: tenPerCent, totals: { failed: 30, installed: 19 }, baseline: { failed: 30 } }, 'advance'],
    ['stops again where too many fail after it', { abortRule: tenPerCent, totals: { failed: 50, installed: 20 }, baseline: { failed: 30, installed: 20 } }, 'pause'],
    ['is not misled by what succeeded late', { abortRule: tenPerCent, totals: { failed: 27, installed: 23 }, baseline: { failed: 30 } }, 'advance'],
    ['does not stop without a rule', { totals: { failed: 100 } }, 'advance'],
  ])('%s', (_, given, decision) => {
    expect(decide(given)).toMatchObject({ decision, at: now });
  });

  it('says the numbers, and repeats what a person said', () => {
    expect(decide({ abortRule: tenPerCent, totals: { installed: 17, rejected: 3 } }).words).toBe('3 of 20 settled instructions of the branch failed or were rejected; the plan allows 10 %.');
    expect(decide({ abortRule: { ...tenPerCent, share: 0.025 }, totals: { installed: 17, rejected: 3 } }).words).toMatch(/the plan allows 2\.5 %\.$/);
    expect(decide({ abortRule: tenPerCent, totals: { failed: 25 }, baseline: { failed: 5 } }).words).toBe('20 of 20 settled instructions of the branch since the plan was resumed failed or were rejected; the plan allows 10 %.');
    expect(decide({ status: 'paused', pausedBecause: 'Paused by ada.' }).words).toBe('Paused by ada.');
    expect(decide({ holds: [hold('paused')] }).words).toBe('Paused in this branch by ada.');
    expect(decide({ holds: [hold('superseded')] }).words).toBe('Superseded in this branch by the plan "ada".');
  });

  it('stops exactly when more than the share of enough have failed', () => {
    const count = fc.nat(60);
    fc.assert(fc.property(count, count, count, count, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 80 }), (installed, failed, rejected, timedOut, share, minimum) => {
      const bad = failed + rejected + timedOut;
      const settled = bad + installed;
      expect(decide({ abortRule: { share, minimum }, totals: { installed, failed, rejected, timedOut } }).decision).toBe(settled >= minimum && bad > share * settled ? 'pause' : 'advance');
    }));
  });
});
