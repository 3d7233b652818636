import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../core/ambient.ts';
import { OPEN_LIMIT, playNight, startAt, type Night } from '../../bench/night/night.ts';
import { withStage } from '../../bench/stage.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

const DEVICES = 24;

let test: TestCloud;
let night: Night;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  night = await withStage(test.cloud, () => undefined, (stage) => playNight(stage, DEVICES));
});

afterAll(async () => {
  await test.cloud.stop();
});

const branch = (plan: Night['atNoon'], id: string) => plan.branches.find(({ branchId }) => branchId === id);

describe('a night of sleeping phones, whose users all unlock them at half past eight', () => {
  it('ends without an open limit in most of them downloading at once', () => {
    const { peakConcurrentDownloads, activePerMinute } = night.links['without-limit'];
    expect(peakConcurrentDownloads).toBeGreaterThan(DEVICES / 2);
    const [first] = [...activePerMinute].filter(([, active]) => active > 0).map(([minute]) => minute).sort();
    expect(first).toBeGreaterThanOrEqual(night.unlockedAt);
    expect(first).toBeLessThan(night.unlockedAt + HOUR / 2);
  });

  it('ends with one in never more than the limit at once', () => {
    const { peakConcurrentDownloads, activePerMinute } = night.links['with-limit'];
    expect(peakConcurrentDownloads).toBeLessThanOrEqual(OPEN_LIMIT);
    // And the limit is used: places do not lie idle.
    expect(peakConcurrentDownloads).toBeGreaterThanOrEqual(OPEN_LIMIT - 1);
    expect(Math.min(...activePerMinute.keys())).toBeLessThan(night.unlockedAt + 30 * MINUTE);
  });

  it('leaves every phone of both branches with the app by the afternoon', () => {
    expect(night.atTheEnd.branches.map(({ totals }) => totals)).toEqual([{ installed: DEVICES }, { installed: DEVICES }]);
  });

  it('is told by the plan: how many are open, and how many wait', () => {
    expect(branch(night.atNoon, 'without-limit')?.places).toBeUndefined();
    const { limit, open = Number.NaN, waiting } = branch(night.atNoon, 'with-limit')?.places ?? {};
    expect(limit).toBe(OPEN_LIMIT);
    expect(open).toBeLessThanOrEqual(OPEN_LIMIT);
    expect(waiting).toBe((branch(night.atNoon, 'with-limit')?.totals.issued ?? 0) + (branch(night.atNoon, 'with-limit')?.totals.deferred ?? 0));
    expect(branch(night.atTheEnd, 'with-limit')?.places).toEqual({ limit: OPEN_LIMIT, open: 0, waiting: 0 });
  });

  it('needs no permission that the functions do not have', () => {
    expect(test.faults).toEqual([]);
  });
});
