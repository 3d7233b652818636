import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { acceptedShare, usualAcceptance } from '../../../core/rollout/acceptance.ts';
import { ADVISED, previewPlan, type BranchNow, type Terms } from '../../../core/rollout/preview.ts';
import type { PlanBranch, Window } from '../../../core/rollout/plan.ts';
import { present } from '../../support/present.ts';
import { aPlan, aPlanBranch } from '../../support/samples/plan.ts';

const plan = aPlan({ waveSize: 10, intervalMinutes: 30 });
const night: Window = { from: '01:00', to: '02:00' };
const [berlin, tokyo] = [aPlanBranch(plan, { branchId: parseBranchId('berlin'), windows: [night] }), aPlanBranch(plan, { branchId: parseBranchId('tokyo'), timeZone: 'Asia/Tokyo', windows: [night] })];
const nothing: Terms = { size: 0, budget: 0.3 };
const site = (devices: number, change: Partial<BranchNow> = {}): BranchNow => ({ devices, linkMbps: 100, ...change });
const preview = (devices: Readonly<Partial<Record<'berlin' | 'tokyo', number>>>, from = '2026-03-02T12:00:00Z') =>
  previewPlan(plan, [berlin, tokyo], new Map([[berlin.branchId, site(devices.berlin ?? 0)], [tokyo.branchId, site(devices.tokyo ?? 0)]]), nothing, Date.parse(from));

describe('the preview of a plan', () => {
  it('adds up its branches and names the last wave of all', () => {
    const { devices, waves, lastWaveAt, branches: each } = preview({ berlin: 15, tokyo: 5 });
    expect({ devices, waves }).toEqual({ devices: 20, waves: 3 });
    expect(each.map(({ finishesAt }) => finishesAt)).toEqual([Date.parse('2026-03-03T00:30:00Z'), Date.parse('2026-03-02T16:00:00Z')]);
    expect(lastWaveAt).toBe(Date.parse('2026-03-03T00:30:00Z'));
  });

  it('says in each branch\'s own time when its waves go', () => {
    expect(preview({ tokyo: 15 }).branches[1]?.waves).toMatchObject([{ seq: 1, localTime: '2026-03-03 01:00', size: 10 }, { seq: 2, localTime: '2026-03-03 01:30', size: 5 }]);
  });

  it('says that what does not fit goes on in the windows of following days', () => {
    const [branch] = preview({ berlin: 45 }).branches;
    expect(branch?.windows).toBe(3);
    expect(branch?.waves.map(({ localTime }) => localTime)).toEqual(['2026-03-03 01:00', '2026-03-03 01:30', '2026-03-04 01:00', '2026-03-04 01:30', '2026-03-05 01:00']);
  });

  it('begins in the window that is open', () => {
    expect(preview({ berlin: 5 }, '2026-03-02T00:20:00Z').branches[0]?.waves).toMatchObject([{ localTime: '2026-03-02 01:20' }]);
  });

  it('has no waves, and no end, for branches without devices', () => {
    expect(preview({})).toMatchObject({ devices: 0, waves: 0 });
    expect(preview({})).not.toHaveProperty('lastWaveAt');
    expect(previewPlan(plan, [berlin], new Map(), { size: 1_000, budget: 0.3 }, 0).branches).toMatchObject([{ devices: 0, waves: [], windows: 0 }]);
  });

  it('takes a branch\'s own pace', () => {
    const own = { ...berlin, pace: { waveSize: 5, intervalMinutes: 1 } };
    const { branches } = previewPlan(plan, [own, tokyo], new Map([[own.branchId, site(10)], [tokyo.branchId, site(10)]]), nothing, 0);
    expect(branches.map(({ waveSize, intervalMinutes, waves }) => [waveSize, intervalMinutes, waves.length])).toEqual([[5, 1, 2], [10, 30, 1]]);
  });
});

describe('the load that a preview foretells', () => {
  const day = (branch: PlanBranch): PlanBranch => ({ ...branch, windows: [{ from: '09:00', to: '17:00' }] });
  const withLoad = (branch: PlanBranch, now: BranchNow, terms: Terms) => present(previewPlan(plan, [branch], new Map([[branch.branchId, now]]), terms, Date.parse('2026-03-02T07:00:00Z')).branches[0]);

  it('is absent where nothing is downloaded, and so is advice', () => {
    const branch = withLoad(day(berlin), site(10), nothing);
    expect(branch).not.toHaveProperty('load');
    expect(branch).not.toHaveProperty('advice');
  });

  it('peaks in the morning for prompts of the night, in the branch\'s time', () => {
    const { load } = withLoad(berlin, site(20), { size: 50_000_000, budget: 0.3 });
    expect(load?.peakLocalTime.slice(0, 13)).toMatch(/^2026-03-0[34] 0[78]$/);
    expect(load?.linkMbps).toBe(100);
  });

  it('follows the users of the branch: supervised devices download at once', () => {
    const { load } = withLoad(berlin, site(20, { acceptance: { ...usualAcceptance, supervised: 1 } }), { size: 50_000_000, budget: 0.3 });
    expect(load?.peakLocalTime.slice(11, 13)).toBe('01');
  });

  it('holds every byte, in whatever steps, and says where a step is', () => {
    const arbitrary = fc.record({ devices: fc.integer({ min: 1, max: 400 }), size: fc.integer({ min: 100_000, max: 200_000_000 }), linkMbps: fc.integer({ min: 20, max: 1_000 }), others: fc.integer({ min: 0, max: 600 }) });
    fc.assert(fc.property(arbitrary, ({ devices, size, linkMbps, others }) => {
      const branches = [day(berlin), ...Array.from({ length: others }, (_, n) => ({ ...day(berlin), branchId: parseBranchId(`other-${n}`) }))];
      const { load } = present(previewPlan(plan, branches, new Map([[berlin.branchId, site(devices, { linkMbps })]]), { size, budget: 0.3 }, Date.parse('2026-03-02T07:00:00Z')).branches[0]);
      const all = present(load).bytes.reduce((a, b) => a + b, 0) + present(load).bytesLeft;
      expect(all / (devices * size * acceptedShare(usualAcceptance))).toBeCloseTo(1, 3);
      expect(present(load).bytes.length * (branches.length)).toBeLessThanOrEqual(300_000);
      expect(present(load).endsAt).toBeLessThanOrEqual(present(load).from + present(load).bytes.length * present(load).stepMinutes * MINUTE);
    }), { numRuns: 30 });
  });
});

describe('the advice in a preview', () => {
  it('is given where it is needed most: to those over their budget, then to those that take longest', () => {
    const many = Array.from({ length: ADVISED + 20 }, (_, n) => aPlanBranch(plan, { branchId: parseBranchId(`site-${n}`), windows: [{ from: '09:00', to: '17:00' }] }));
    const over = new Set(['site-3', 'site-55']);
    const sites = new Map(many.map(({ branchId }, n): [typeof branchId, BranchNow] => [branchId, site(n === 58 ? 0 : 20 + 10 * n, { linkMbps: over.has(branchId) ? 1 : 10_000 })]));
    const { branches } = previewPlan(plan, many, sites, { size: 10_000_000, budget: 0.3 }, Date.parse('2026-03-02T07:00:00Z'));
    const advised = branches.filter(({ advice }) => advice !== undefined);
    expect(advised).toHaveLength(ADVISED);
    for (const { branchId, advice, load } of branches) {
      if (over.has(branchId)) expect({ over: (load?.minutesOver ?? 0) > 0, kind: advice?.kind }).toEqual({ over: true, kind: 'slower' });
    }
    expect(branches[58]?.advice).toBeUndefined();
    expect(branches[59]?.advice).toMatchObject({ kind: 'within', pace: { waveSize: expect.any(Number) as number } });
    expect(branches[0]?.advice).toBeUndefined();
  });
});
