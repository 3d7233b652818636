import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { loadSteps } from '../../../core/catalog/package-load.ts';
import { parseBranchId } from '../../../core/ids.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const berlin = parseBranchId('berlin');
let world: MemoryWorld;
let admin: MemoryAdmin;
let now: number;
beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin', { linkMbps: 100 });
  now = world.clock.now();
});
const load = async (query: Readonly<Record<string, number>> = {}) =>
  (await admin.call('getBranchLoad', { id: 'berlin', query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])) }, 'viewer')) as AnswerOf<'getBranchLoad'>;
const told = (at: number, bytes: number, starts = 1) => world.loads.put(`log-${at}`, [{ branchId: berlin, day: Math.floor(at / DAY) * DAY, minutes: [{ at: Math.floor(at / MINUTE) * MINUTE, bytes, starts }] }]);

describe('the load of a branch\'s link', () => {
  it('is that of the last two hours, in minutes, where nothing else is asked for', async () => {
    const minute = Math.floor(now / MINUTE) * MINUTE - 10 * MINUTE;
    await told(minute, 375_000_000);
    await told(now - 3 * HOUR, 1);
    expect(await load()).toEqual({
      branchId: 'berlin', name: 'Branch berlin', timeZone: expect.any(String) as string, linkMbps: 100, from: Math.floor((now - 2 * HOUR) / MINUTE) * MINUTE, to: now, bytes: 375_000_000, starts: 1,
      steps: [{ at: minute, bytes: 375_000_000, starts: 1, mbps: 50, share: 0.5 }],
    });
  });

  it('is put together in steps from the time asked for', async () => {
    const from = Math.floor(now / MINUTE) * MINUTE - HOUR;
    await told(from + MINUTE, 100);
    await told(from + 4 * MINUTE, 200);
    await told(from + 5 * MINUTE, 400, 0);
    expect((await load({ from, to: now, everyMinutes: 5 })).steps.map(({ at, bytes, starts }) => [(at - from) / MINUTE, bytes, starts])).toEqual([[0, 300, 2], [5, 400, 0]]);
  });

  it('goes back as many hours as are asked for, without the asker\'s knowing what now is', async () => {
    expect(await load({ hours: 24, everyMinutes: 60 })).toMatchObject({ from: Math.floor((now - DAY) / MINUTE) * MINUTE, to: now });
    const [middle, week] = [Math.floor(now / MINUTE) * MINUTE + 30_001, 168];
    expect(await load({ hours: week, to: middle, everyMinutes: 60 })).toMatchObject({ from: Math.floor((middle - 7 * DAY) / MINUTE) * MINUTE, to: middle });
    expect(await load({ hours: 1, to: now - HOUR })).toMatchObject({ from: Math.floor((now - 2 * HOUR) / MINUTE) * MINUTE, to: now - HOUR });
    await expect(load({ hours: 1, from: now - HOUR })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it.each([['an end before its beginning', () => ({ from: now, to: now - HOUR })], ['more than seven days', () => ({ from: now - 7 * DAY - HOUR })], ['a beginning that is to come', () => ({ from: now + HOUR })]])('is refused for %s', async (_, query) => {
    await expect(load(query())).rejects.toMatchObject({ code: 'invalid-input', remedy: expect.any(String) as string });
  });

  it('of a branch that does not exist is not found', async () => {
    await expect(admin.call('getBranchLoad', { id: 'nowhere' }, 'viewer')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is of a full link where a minute holds what the link can carry in it', () => {
    expect(loadSteps([{ at: 0, bytes: 750_000_000, starts: 0 }], 0, 1, 100)).toEqual([{ at: 0, bytes: 750_000_000, starts: 0, mbps: 100, share: 1 }]);
  });
});
