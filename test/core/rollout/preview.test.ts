import { describe, expect, it } from 'vitest';
import { parseBranchId } from '../../../core/ids.ts';
import { previewPlan } from '../../../core/rollout/preview.ts';
import type { PlanBranch } from '../../../core/rollout/plan.ts';
import { seedBranch, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';

const world = memoryWorld();
seedBranch(world, 'berlin');
seedBranch(world, 'tokyo', { timeZone: 'Asia/Tokyo' });
const { plan, branches } = seedPlan(world, seedVersion(world), ['berlin', 'tokyo'], { waveSize: 10, intervalMinutes: 30 });
const [berlin, tokyo] = [parseBranchId('berlin'), parseBranchId('tokyo')];
const within = (branch: PlanBranch): PlanBranch => ({ ...branch, windows: [{ from: '01:00', to: '02:00' }] });
const preview = (devices: Readonly<Partial<Record<'berlin' | 'tokyo', number>>>, from = '2026-03-02T12:00:00Z') =>
  previewPlan(plan, branches.map(within), new Map([[berlin, devices.berlin ?? 0], [tokyo, devices.tokyo ?? 0]]), Date.parse(from));

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
    expect(previewPlan(plan, branches, new Map(), 0).branches.every(({ devices, waves }) => devices === 0 && waves.length === 0)).toBe(true);
  });
});
