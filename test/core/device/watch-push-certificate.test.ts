import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import { warningOf, type PushFacts } from '../../../core/device/push-certificate.ts';
import { warningDue } from '../../../core/device/watch-push-certificate.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let facts: PushFacts;

beforeEach(async () => {
  world = memoryWorld();
  facts = { topic: 'com.apple.mgmt.External.ours', expiresAt: world.clock.now() + 365 * DAY };
  await set(facts);
});

async function set(next: PushFacts): Promise<void> {
  await world.pushFacts.keep(next);
  const due = warningDue(next, world.clock.now());
  if (due !== undefined) await world.timers.put([due]);
}

/** Sweeps once a day; what was said, by the day on which it was. */
async function sweepDays(days: number): Promise<readonly unknown[]> {
  const said: unknown[] = [];
  for (let day = 1; day <= days; day += 1) {
    world.clock.pass(DAY);
    const before = world.log.lines.length;
    await sweep(world, world.clock.now());
    said.push(...world.log.lines.slice(before).map(({ level, message, fields }) => [day, level, message, fields]));
  }
  return said;
}

describe('a push certificate', () => {
  it('is told of to whoever listens, too, each warning once however often it is handled', async () => {
    await sweepDays(400);
    expect(world.events.published.map(({ type, detail }) => [type, detail])).toEqual(Array.from({ length: 4 }, () => ['push-certificate-expiring', { expiresAt: facts.expiresAt }]));
    expect(new Set(world.events.published.map(({ id }) => id)).size).toBe(4);
  });

  it('is warned of in time, and when it has ended', async () => {
    expect(await sweepDays(400)).toEqual([
      [305, 'warn', 'the push certificate ends soon', { days: 60 }],
      [335, 'warn', 'the push certificate ends soon', { days: 30 }],
      [358, 'warn', 'the push certificate ends soon', { days: 7 }],
      [365, 'error', 'the push certificate has ended', { days: 0 }],
    ]);
    expect(world.tables.timers.size).toBe(0);
  });

  it('that was renewed is warned of no more, and the new one in its time', async () => {
    expect(await sweepDays(310)).toHaveLength(1);
    await set({ ...facts, expiresAt: world.clock.now() + 365 * DAY });
    expect(await sweepDays(300)).toEqual([]);
    expect(await sweepDays(10)).toHaveLength(1);
  });

  it('tells whoever looks at it, once it is time', () => {
    const now = world.clock.now();
    expect(warningOf({ expiresAt: now + 61 * DAY }, now)).toBeUndefined();
    expect(warningOf({ expiresAt: now + 30 * DAY }, now)).toMatch(/ends on 20\d\d-\d\d-\d\d, in 30 days\. Renew it at identity\.apple\.com, with the Apple account/);
    expect(warningOf({ expiresAt: now + DAY }, now)).toMatch(/in a day\./);
    expect(warningOf({ expiresAt: now + 1 }, now)).toMatch(/in less than a day\./);
    expect(warningOf({ expiresAt: now }, now)).toMatch(/ended on .*: no device can be woken\./);
  });
});
