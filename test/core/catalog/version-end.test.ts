import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { endOfProfile, endWarning, versionDue } from '../../../core/catalog/version-end.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;

beforeEach(async () => {
  world = memoryWorld();
  version = seedVersion(world, 'com.example.field', { profileExpiresAt: world.clock.now() + 100 * DAY });
  await watch(version);
});

async function watch(watched: AppVersion): Promise<void> {
  const due = versionDue(watched, world.clock.now());
  if (due !== undefined) await world.timers.put([due]);
}

/** Sweeps once a day, `often` times; what was said, by the day on which it was. */
async function sweepDays(days: number, often = 1): Promise<readonly unknown[]> {
  const said: unknown[] = [];
  for (let day = 1; day <= days; day += 1) {
    world.clock.pass(DAY);
    const before = world.log.lines.length;
    for (let n = 0; n < often; n += 1) await sweep(world, world.clock.now());
    said.push(...world.log.lines.slice(before).map(({ level, message, fields }) => [day, level, message, fields]));
  }
  return said;
}

const told = (day: number, level: string, message: string, days: number) => [day, level, message, { versionId: version.id, bundleId: version.bundleId, days }];

describe('the end of a version', () => {
  it.each([1, 3])('is told of 60, 30 and 7 days before and when it has come, once each, swept %i times over', async (often) => {
    expect(await sweepDays(120, often)).toEqual([
      told(40, 'warn', 'an app version ends soon', 60), told(70, 'warn', 'an app version ends soon', 30), told(93, 'warn', 'an app version ends soon', 7), told(100, 'error', 'an app version has ended', 0),
    ]);
    expect(world.tables.timers.size).toBe(0);
  });

  it('is told of by a sweep that comes late, once for all that was missed', async () => {
    world.clock.pass(95 * DAY);
    await sweep(world, world.clock.now());
    expect(world.log.lines.map(({ message, fields }) => [message, fields['days']])).toEqual([['an app version ends soon', 5]]);
    expect([...world.tables.timers.values()]).toMatchObject([{ at: version.profileExpiresAt, step: 3 }]);
  });

  it('that was put off is told of in its new time, and not in the old', async () => {
    const renewed = { ...version, profileExpiresAt: world.clock.now() + 200 * DAY };
    world.tables.versions.set(version.id, renewed);
    await watch(renewed);
    expect((await sweepDays(141)).map((each) => (Array.isArray(each) ? (each[0] as unknown) : each))).toEqual([140]);
  });

  it('of a version that was withdrawn concerns nobody', async () => {
    await world.catalogue.withdraw(version.id, { at: 1, by: 'ada', reason: 'It crashed.' });
    expect(await sweepDays(120)).toEqual([]);
    expect(world.tables.timers.size).toBe(0);
  });

  it.each<[number, RegExp | undefined]>([
    [61 * DAY, undefined], [60 * DAY, /ends on \d{4}-\d\d-\d\d, in 60 days: devices will not start it any more\. Renew its profile with `wavecast app renew-profile`/],
    [DAY, /in a day:/], [1, /in less than a day:/], [0, /ended on .*: devices no longer start it, and it is not distributed\./],
  ])('%i ms before tells whoever looks at it %s', (left, says) => {
    const warning = endWarning({ profileExpiresAt: 1_000 * DAY }, 1_000 * DAY - left);
    if (says === undefined) expect(warning).toBeUndefined();
    else expect(warning).toMatch(says);
    expect(endWarning({ profileExpiresAt: 1_000 * DAY, withdrawn: { at: 1, by: 'ada', reason: 'It crashed.' } }, 1_000 * DAY - left)).toBeUndefined();
  });

  it.each<[string, readonly number[], number]>([['the profile\'s own', [], 10], ['the profile\'s, where a certificate lasts longer', [5, 12], 10], ['that of its last certificate', [5, 8], 8]])('is %s', (_, certificatesExpireAt, end) => {
    expect(endOfProfile({ expiresAt: 10, certificatesExpireAt })).toBe(end);
  });
});
