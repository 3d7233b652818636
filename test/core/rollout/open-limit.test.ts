import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../core/ambient.ts';
import { asksHolder, checkOpenLimit, hasPlace, PATIENCE, placesTimer } from '../../../core/rollout/open-limit.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { LimitedBranch } from '../../support/memory/limited-branch.ts';
import { queueOfDevice } from '../../support/memory/seed-instruction.ts';
import { aCommand } from '../../support/samples/instruction.ts';

describe('a branch with an open limit', () => {
  it('hands an installation out to as many as may have it, and nothing to who comes later', async () => {
    const branch = new LimitedBranch(2, [3]);
    for (const device of branch.devices) await branch.says(device);
    expect(branch.devices.map((device) => branch.state(device))).toEqual(['delivered', 'delivered', 'issued']);
    expect(await branch.says(branch.device(2))).toBeUndefined();
  });

  it('still tells who waits for a place what is behind it', async () => {
    const branch = new LimitedBranch(1, [2]);
    const [first, second] = [branch.device(0), branch.device(1)];
    await branch.says(first);
    await branch.world.queue.enqueue([aCommand({ enrolmentId: second.enrolmentId ?? fail(), deviceId: second.id, openedAt: branch.world.clock.now() + 9, expiresAt: branch.world.clock.now() + DAY })]);
    expect((await branch.says(second))?.command.type).toBe('device-information');
    expect(branch.state(second)).toBe('issued');
  });

  it('pushes the next who waits as soon as a place is free, and that one gets it', async () => {
    const branch = new LimitedBranch(1, [1, 2]);
    for (const device of branch.devices) await branch.says(device);
    await branch.reports(branch.device(0), 'Acknowledged');
    await branch.settles();
    expect(branch.pushed()).toEqual([]);
    await branch.becomes(branch.device(0), 'installed');
    await branch.settles();
    const pushed = branch.pushed();
    expect(pushed).toHaveLength(1);
    expect(branch.devices.slice(1)).toContain(pushed[0]);
    expect((await branch.says(pushed[0] ?? fail()))?.command.type).toBe('install-application');
    expect(branch.held()).toEqual([pushed[0]?.id]);
  });

  it('counts a device that asks twice once', async () => {
    const branch = new LimitedBranch(2, [2]);
    await branch.says(branch.device(0));
    branch.world.clock.pass(10 * SECOND);
    await branch.says(branch.device(0));
    expect(branch.held()).toHaveLength(1);
    expect((await branch.says(branch.device(1)))?.command.type).toBe('install-application');
  });

  it('gets the place back of who says NotNow, and gives that one another when it comes again', async () => {
    const branch = new LimitedBranch(1, [2]);
    const [first, second] = [branch.device(0), branch.device(1)];
    await branch.says(first);
    await branch.says(second);
    await branch.reports(first, 'NotNow');
    await branch.settles();
    expect(branch.held()).toEqual([]);
    expect(branch.pushed()).toEqual([second]);
    await branch.says(second);
    branch.world.clock.pass(MINUTE);
    expect(await branch.says(first)).toBeUndefined();
    await branch.becomes(second, 'failed');
    await branch.settles();
    expect(branch.pushed()).toEqual([first]);
    expect((await branch.says(first))?.command.type).toBe('install-application');
  });

  it('gives up a place that was taken and not heard of, and counts it again when the download begins after all', async () => {
    const branch = new LimitedBranch(1, [2]);
    const [first, second] = [branch.device(0), branch.device(1)];
    await branch.says(first);
    await branch.says(second);
    branch.pushed();
    await branch.minutesPass(PATIENCE / MINUTE - 4);
    expect(branch.held()).toEqual([first.id]);
    await branch.minutesPass(6);
    expect(branch.held()).toEqual([]);
    expect(branch.pushed()).toContain(second);
    await branch.says(second);
    await branch.becomes(first, 'installing');
    await branch.settles();
    expect(branch.held()).toEqual([first.id, second.id].sort());
  });

  it('keeps a place for a prompt that its user has not seen for the night', async () => {
    const branch = new LimitedBranch(1, [2]);
    const { clock } = branch.world;
    clock.set(Date.parse('2026-03-03T00:00:00Z'));
    await branch.says(branch.device(0));
    await branch.says(branch.device(1));
    await branch.reports(branch.device(0), 'Acknowledged');
    clock.set(Date.parse('2026-03-03T08:40:00Z'));
    await branch.minutesPass(2);
    expect(branch.held()).toEqual([branch.device(0).id]);
    clock.set(Date.parse('2026-03-03T09:01:00Z'));
    await branch.minutesPass(2);
    expect(branch.held()).toEqual([]);
  });

  it('finds by its timer what was lost: a place that the stream did not give back, and a push that nobody made', async () => {
    const branch = new LimitedBranch(1, [2]);
    await branch.says(branch.device(0));
    await branch.says(branch.device(1));
    await branch.becomes(branch.device(0), 'installed');
    branch.pushed();
    await branch.minutesPass(3);
    expect(branch.held()).toEqual([]);
    expect(branch.pushed()).toContain(branch.device(1));
  });

  it('offers a place to another where who was pushed does not come', async () => {
    const branch = new LimitedBranch(1, [3]);
    for (const device of branch.devices) await branch.says(device);
    await branch.becomes(branch.device(0), 'installed');
    await branch.settles();
    const [absent] = branch.pushed();
    await branch.minutesPass(1);
    expect(branch.pushed()).toEqual([]);
    await branch.minutesPass(5);
    const [next] = branch.pushed();
    expect(next).toBeDefined();
    expect(next).not.toBe(absent);
  });

  it('takes those off the list whose instruction is over', async () => {
    const branch = new LimitedBranch(1, [3]);
    for (const device of branch.devices) await branch.says(device);
    for (const device of branch.devices) await branch.becomes(device, 'cancelled');
    await branch.minutesPass(3);
    expect(branch.pushed()).toEqual([]);
    expect(branch.world.tables.waiting.size).toBe(0);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('the queue is away'))],
    ['is never made, since the process dies', () => new Promise<void>(() => undefined)],
  ] as const)('pushes within two minutes who was noted as pushed and whose push %s', async (_, wake) => {
    const branch = new LimitedBranch(1, [3]);
    for (const device of branch.devices) await branch.says(device);
    await branch.becomes(branch.device(0), 'installed');
    const { waker } = branch.world;
    branch.world.waker = { ...waker, wake };
    await Promise.race([branch.settles().catch(() => undefined), new Promise((resolve) => { setTimeout(resolve, 50); })]);
    branch.world.waker = waker;
    expect(branch.pushed()).toEqual([]);
    branch.world.tables.touchedWaves.clear();
    await branch.minutesPass(2);
    expect(branch.pushed()).toContain(branch.device(1));
    // It came: there is no place any more, and nobody is pushed.
    await branch.says(branch.device(1));
    await branch.minutesPass(4);
    expect(branch.pushed()).toEqual([]);
  });

  it('asks who has a place how far it is, the longer it says nothing the less often', async () => {
    const branch = new LimitedBranch(1, [1]);
    await branch.says(branch.device(0));
    await branch.reports(branch.device(0), 'Acknowledged');
    await branch.minutesPass(7);
    expect(queueOfDevice(branch.world, branch.device(0)).map(({ command }) => command.type).sort()).toEqual(['installed-application-list', 'managed-application-list']);
    expect(branch.pushed()).toEqual([branch.device(0)]);
  });

  it('lets in as many more as another limit allows, and all where it is lifted', async () => {
    const branch = new LimitedBranch(1, [4]);
    for (const device of branch.devices) await branch.says(device);
    branch.limitTo(2);
    await branch.minutesPass(3);
    expect(branch.pushed()).toHaveLength(1);
    branch.limitTo(undefined);
    await branch.minutesPass(20);
    for (const device of branch.devices) await branch.says(device);
    expect(branch.devices.every((device) => branch.state(device) === 'delivered')).toBe(true);
  });

  it('is looked after no more once no instruction is open', async () => {
    const branch = new LimitedBranch(1, [1]);
    await branch.says(branch.device(0));
    await branch.becomes(branch.device(0), 'installed');
    branch.world.clock.pass(DAY);
    await branch.minutesPass(3);
    expect([...branch.world.tables.timers.values()].filter(({ kind }) => kind === 'places')).toEqual([]);
  });
});

type Step = { readonly device: number; readonly does: 'comes' | 'acknowledges' | 'puts-off' | 'installs' | 'declines' | 'comes-twice' | 'settles' | 'minute'; readonly dies: number };

const step: fc.Arbitrary<Step> = fc.record({
  device: fc.nat(7), does: fc.constantFrom('comes', 'comes', 'comes', 'acknowledges', 'puts-off', 'installs', 'declines', 'comes-twice', 'settles', 'minute'),
  // Which write of the step the process dies at; most do not die.
  dies: fc.oneof({ weight: 4, arbitrary: fc.constant(99) }, { weight: 1, arbitrary: fc.nat(3) }),
});

async function take(branch: LimitedBranch, { device: n, does, dies }: Step): Promise<void> {
  const device = branch.device(n);
  let writes = 0;
  branch.world.tables.beforeWrite = () => {
    if (writes === dies) throw new Error('killed');
    writes += 1;
  };
  try {
    if (does === 'comes') await branch.says(device);
    if (does === 'comes-twice') await Promise.all([branch.says(device), branch.says(device), branch.says(branch.device(n + 1))]);
    if (does === 'acknowledges') await branch.reports(device, 'Acknowledged');
    if (does === 'puts-off') await branch.reports(device, 'NotNow');
    if (does === 'installs' && branch.state(device) === 'acknowledged') await branch.becomes(device, 'installed');
    if (does === 'declines' && branch.state(device) === 'acknowledged') await branch.becomes(device, 'rejected');
    if (does === 'settles') await branch.settles();
    if (does === 'minute') {
      branch.world.clock.pass(MINUTE);
      await sweep(branch.world, branch.world.clock.now());
    }
  } catch (error) {
    if (!(error instanceof Error && error.message === 'killed')) throw error;
  } finally {
    branch.world.tables.beforeWrite = () => undefined;
  }
}

describe('whatever comes twice, late, at once or is killed', () => {
  it('never are more installations open than the limit, and every device that is open has a place', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 50 }), async (limit, steps) => {
      const branch = new LimitedBranch(limit, [5, 3]);
      for (const each of steps) {
        await take(branch, each);
        expect(branch.handedOut().length).toBeLessThanOrEqual(limit);
        expect(branch.held().length).toBeLessThanOrEqual(limit);
        expect(branch.held()).toEqual(expect.arrayContaining([...branch.handedOut()]));
      }
    }), { numRuns: 150 });
  });

  it('no place is lost: in the end every device has had its turn', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 30 }), async (limit, steps) => {
      const branch = new LimitedBranch(limit, [4, 2]);
      for (const each of steps) await take(branch, each);
      for (let round = 0; round < 60 && branch.devices.some((device) => !['installed', 'rejected'].includes(branch.state(device))); round += 1) {
        for (const device of branch.devices) if (branch.state(device) === 'issued' || branch.state(device) === 'deferred' || branch.state(device) === 'delivered') await branch.says(device);
        for (const device of branch.devices) await branch.reports(device, 'Acknowledged');
        for (const device of branch.devices) if (branch.state(device) === 'acknowledged') await branch.becomes(device, 'installed');
        await branch.minutesPass(1);
      }
      await branch.settles();
      await branch.minutesPass(3);
      expect(branch.devices.filter((device) => !['installed', 'rejected'].includes(branch.state(device)))).toEqual([]);
      expect(branch.held()).toEqual([]);
    }), { numRuns: 40 });
  });
});

describe('the patience for an installation without a sign', () => {
  const daytime = { timeZone: 'Europe/Berlin' };
  const evening = Date.parse('2026-03-10T20:00:00Z');

  it.each([
    ['delivered, an hour ago', 'delivered', 0, HOUR, false], ['delivered, less than that ago', 'delivered', 0, HOUR - 1, true],
    ['acknowledged at 23:00, until ten in the morning', 'acknowledged', 2 * HOUR, 11 * HOUR - 1, true], ['acknowledged at 23:00, an hour after everybody is up', 'acknowledged', 2 * HOUR, 11 * HOUR, false],
    ['acknowledged at 21:30, half an hour after everybody is up', 'acknowledged', HOUR / 2, 12 * HOUR, false], ['acknowledged in the middle of the day', 'acknowledged', 14 * HOUR, HOUR, false],
    ['installing, an hour without a byte at night', 'installing', 0, HOUR, false], ['never handed out', 'issued', 0, 0, false], ['done', 'installed', 0, 0, false],
  ] as const)('%s', (_, state, after, later, expected) => {
    const updatedAt = evening + after;
    expect(hasPlace({ kind: 'install', state, updatedAt }, daytime, updatedAt + later)).toBe(expected);
  });

  it('counts from the last answer that the communication server gave', () => {
    const download = { startedAt: evening, endedAt: evening + HOUR, bytes: 1, logs: [] };
    expect(hasPlace({ kind: 'install', state: 'installing', updatedAt: evening, download }, daytime, evening + 2 * HOUR - 1)).toBe(true);
    expect(hasPlace({ kind: 'remove', state: 'delivered', updatedAt: evening }, daytime, evening)).toBe(false);
  });

  it('asks soon, and then hourly', () => {
    const looks = Array.from({ length: DAY / (2 * MINUTE) }, (_, n) => n * 2 * MINUTE);
    const asked = looks.filter((at) => asksHolder({ updatedAt: 0 }, at));
    expect(asked[0]).toBe(6 * MINUTE);
    expect(asked.filter((at) => at >= 13 * HOUR)).toHaveLength(11);
  });
});

it('timers of one branch are one, whoever sets them', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 120_000 - 1 }), (later) => {
    const { plan, devices } = new LimitedBranch(1, [1]);
    const key = { planId: plan.id, branchId: (devices[0] ?? fail()).branchId };
    const start = Date.parse('2026-03-10T20:00:00Z');
    expect(placesTimer(key, start + later)).toEqual(placesTimer(key, start));
    expect(placesTimer(key, start).at).toBeGreaterThan(start + later);
  }), { numRuns: 20 });
});

it.each([0, 201, 1.5, Number.NaN])('a limit of %s is refused', (limit) => {
  expect(() => { checkOpenLimit(limit); }).toThrow(/out of range/);
});

function fail(): never {
  throw new Error('The scene is not whole.');
}
