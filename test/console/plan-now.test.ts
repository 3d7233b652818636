import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../console/pages/plans/curves.ts';
import { nowOf, type NowPlan } from '../../console/pages/plans/plan-now.ts';
import { skipsForeseen, skippedOf } from '../../console/pages/plans/reasons-of-plan.ts';
import { remedyText } from '../../console/pages/plans/remedy-words.ts';
import { instructionStates } from '../../core/instruction/instruction.ts';
import { reasonsOfFailure } from '../../core/instruction/reasons.ts';

type Branch = NowPlan['branches'][number];
const run = (more: Partial<NonNullable<Branch['install']>> = {}): NonNullable<Branch['install']> => ({ status: 'running', nextSeq: 2, nextAt: 1_000, window: { opensAt: 500, closesAt: 9_000 }, ...more });
const branch = (branchId: string, more: Partial<Branch> = {}): Branch => ({ branchId, timeZone: 'Europe/Berlin', devices: 10, totals: {}, install: run(), ...more });
const plan = (more: Partial<NowPlan> = {}): NowPlan => ({ status: 'live', state: 'running', asOf: 800, totals: {}, waveSize: 4, intervalMinutes: 5, branches: [branch('berlin')], ...more });

describe('what a plan does now', () => {
  it('is the wave that opens first, no larger than what is left there', () => {
    const branches = [branch('berlin', { totals: { installed: 8 } }), branch('tokyo', { install: run({ nextAt: 900 }), pace: { waveSize: 3, intervalMinutes: 5 } })];
    expect(nowOf(plan({ branches })).next).toEqual({ branchId: 'tokyo', timeZone: 'Europe/Berlin', at: 900, size: 3 });
    expect(nowOf(plan({ branches: branches.slice(0, 1) })).next).toMatchObject({ at: 1_000, size: 2 });
  });

  it.each<[string, Partial<NowPlan>]>([
    ['paused', { status: 'paused', state: 'paused' }], ['cancelled', { status: 'cancelled', state: 'cancelled' }], ['paused in its only branch', { holds: [{ branchId: 'berlin', kind: 'paused', by: 'ada' }] }],
    ['superseded there', { holds: [{ branchId: 'berlin', kind: 'superseded', by: 'Winter' }] }], ['through with its waves', { branches: [branch('berlin', { install: run({ status: 'finished' }) })] }], ['not made ready yet', { branches: [{ branchId: 'berlin', timeZone: 'Europe/Berlin', devices: 1, totals: {} }] }],
  ])('is no wave where it is %s', (_, more) => {
    expect(nowOf(plan(more)).next).toBeUndefined();
  });

  it('is one that somebody waits for, rather than a look at a branch without devices', () => {
    const empty = branch('empty', { devices: 0, install: run({ nextAt: 900 }) });
    expect(nowOf(plan({ branches: [empty, branch('berlin')] })).next).toMatchObject({ branchId: 'berlin', at: 1_000 });
    expect(nowOf(plan({ branches: [empty] })).next).toMatchObject({ branchId: 'empty', size: 0 });
  });

  it('is never in the past: a wave that is due opens at the next look', () => {
    expect(nowOf(plan({ asOf: 5_000 })).next?.at).toBe(5_000);
  });

  it('counts no device twice, and none that is left out', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...instructionStates.filter((state) => state !== 'collected')), fc.nat(100)), fc.nat(100), (totals, more) => {
      const all = Object.values(totals).reduce((sum, count) => sum + count, 0);
      const now = nowOf(plan({ totals, branches: [branch('berlin', { devices: all + more, totals })] }));
      const over = (totals['skipped'] ?? 0) + (totals['cancelled'] ?? 0) + (totals['superseded'] ?? 0);
      expect(now.done + now.failed + now.open + now.toCome + over).toBe(now.devices);
      expect(now.asked).toBeLessThanOrEqual(now.open);
    }));
  });

  it('names the branches that a person has paused, and not those that another plan has', () => {
    expect(nowOf(plan({ holds: [{ branchId: 'berlin', kind: 'paused', by: 'ada' }, { branchId: 'tokyo', kind: 'superseded', by: 'Winter' }] })).held).toEqual(['berlin']);
  });
});

describe('the outlook of a plan', () => {
  const branches = [{ branchId: 'berlin', devices: 4, left: 1 }, { branchId: 'tokyo', devices: 0, left: 0 }];

  it('counts whom it will instruct and whom it leaves out, where each was looked at', () => {
    const targets = [{ branchId: 'berlin', devices: 5, instruct: 3, instructed: 0, skipped: [{ code: 'os-too-old', words: '', devices: 2 }] }];
    expect(outlookOf({ devices: 4, targets, branches })).toEqual({ instructed: 3, leftOut: 2, withoutWindow: 1, empty: ['tokyo'] });
    expect(outlookOf({ devices: 4, branches })).toMatchObject({ instructed: 4, leftOut: undefined });
  });
});

describe('who is left out', () => {
  it('is said by reason and branch, foreseen and as it happened, the most frequent first', () => {
    const rows = [{ code: 'os-too-old', devices: 5, branches: [{ branchId: 'berlin', devices: 2 }, { branchId: 'tokyo', devices: 3 }] }, { code: 'not-enrolled', devices: 1, branches: [{ branchId: 'berlin', devices: 1 }] }];
    expect(skipsForeseen([{ branchId: 'berlin', skipped: [{ code: 'not-enrolled', devices: 1 }, { code: 'os-too-old', devices: 2 }] }, { branchId: 'tokyo', skipped: [{ code: 'os-too-old', devices: 3 }] }])).toEqual(rows);
    expect(skippedOf({ branches: [{ branchId: 'berlin', reasons: { 'skipped/os-too-old': 2, 'skipped/not-enrolled': 1, 'failed/device-error': 7 } }, { branchId: 'tokyo', reasons: { 'skipped/os-too-old': 3 } }] })).toEqual(rows);
  });

  it('or failed, comes with what helps: for every failure, in both languages', () => {
    for (const code of reasonsOfFailure) for (const language of ['en', 'ja'] as const) expect([code, remedyText(code, language)]).not.toEqual([code, '-']);
    expect(remedyText('of-another-release', 'en')).toBe('-');
  });
});
