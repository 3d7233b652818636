import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStage } from '../../bench/stage.ts';
import { everyItem } from '../../cli/every-item.ts';
import { DAY, HOUR, MINUTE } from '../../core/ambient.ts';
import { localText } from '../../core/rollout/window.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { present } from '../support/present.ts';
import { addSilentPhones } from '../support/silent-phones.ts';

/**
 * The example of the product's first page, on the bundles, machine and policies that go to AWS: branch A is instructed from one
 * to two at night, branch B from one to two after noon, 50 devices every five minutes; inventory from 22 to 24 o'clock; failed
 * after 24 hours; instructed again are those alone who failed. Each branch lives in its own zone, and clocks go forward in the
 * night to Sunday: Berlin's after its window, London's in it, so that it falls out. Branch A has 1,000 devices, more than an hour takes.
 */
const startAt = Date.parse('2026-03-28T23:30:00Z');
const night = { from: '01:00', to: '02:00' };
const sites = [
  { id: 'a', timeZone: 'Europe/Berlin', window: night, installs: 4, declines: 1, silent: 995 },
  { id: 'b', timeZone: 'Asia/Tokyo', window: { from: '13:00', to: '14:00' }, installs: 4, declines: 1, silent: 50 },
  { id: 'c', timeZone: 'Europe/London', window: night, installs: 2, declines: 0, silent: 1 },
] as const;
const devicesOf = ({ installs, declines, silent }: (typeof sites)[number]): number => installs + declines + silent;
/** Branch B's deadlines are past, and its window of the next day is open. */
const triedAgainAt = Date.parse('2026-03-30T04:20:00Z');
/** Branch A's window of the night after that has opened. */
const endsAt = Date.parse('2026-03-30T23:06:00Z');

type Waves = AnswerOf<'listWaves'>['items'];
type Instructions = AnswerOf<'listInstructions'>['items'];

let test: TestCloud;
let clock: SimulatorClock;
let previewed: AnswerOf<'previewPlan'>;
let again: AnswerOf<'reissuePlan'>;
let failedByThen: Instructions;
let instructions: Instructions;
let secondInstructions: Instructions;
let [waves, inventoryWaves, secondWaves]: Waves[] = [];

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'max', startAt });
  const { cloud } = test;
  await withStage(cloud, () => undefined, async (stage) => {
    const { api } = stage;
    const preparing = cloud.clock.hold('preparing the test');
    await test.stores.setPushCertificate();
    const branches = [];
    for (const { id, timeZone, installs, declines, silent } of sites) {
      await api.call('putBranch', { id, body: { name: id, timeZone, linkMbps: 100 } });
      const { link } = await api.call('invite', { body: { branchId: id, uses: installs + declines } });
      const branch = { name: id, timeZone, linkMbps: 100, profileUrl: `${link}/profile` };
      branches.push({ ...branch, devices: installs, obliging: true }, { ...branch, devices: declines });
      await addSilentPhones(test, id, silent);
    }
    const version = await placeApp(stage, 500_000);
    clock = await followClock(cloud.ports.clock, 'fleet');
    const fleet = await Fleet.assemble({ seed: 'seed example', mix: { rejects: 1 }, branches, clock, courierPort: cloud.ports.courier });
    await fleet.enrol(() => undefined);
    const { id } = await api.call('createPlan', { body: { name: 'Fieldwork', versionId: version.id, branches: sites.map((site) => ({ branchId: site.id, windows: [site.window], inventoryWindow: { from: '22:00', to: '24:00' } })) } });
    previewed = await api.call('previewPlan', { id, body: {} });
    await api.call('startPlan', { id, body: { unproven: true } });
    preparing();

    await cloud.clock.until(triedAgainAt);
    const trying = cloud.clock.hold('trying again');
    failedByThen = (await everyItem((query) => api.call('listInstructions', { id, query }))).filter(({ state }) => state === 'timedOut' || state === 'rejected');
    again = await api.call('reissuePlan', { id, body: {} });
    await api.call('startPlan', { id: again.id, body: { unproven: true } });
    trying();

    await cloud.clock.until(endsAt);
    const reading = cloud.clock.hold('reading what became of it');
    instructions = await everyItem((query) => api.call('listInstructions', { id, query }));
    secondInstructions = await everyItem((query) => api.call('listInstructions', { id: again.id, query }));
    waves = await everyItem((query) => api.call('listWaves', { id, query }));
    inventoryWaves = await everyItem((query) => api.call('listWaves', { id, query: { ...query, kind: 'inventory' } }));
    secondWaves = await everyItem((query) => api.call('listWaves', { id: again.id, query }));
    reading();
  });
}, 600_000);

afterAll(async () => {
  clock.close();
  await test.cloud.stop();
});

const of = <T extends { readonly branchId: string }>(all: readonly T[] | undefined, branchId: string): readonly T[] => present(all).filter((each) => each.branchId === branchId);
/** Local day and hour of each wave, with how many there were. */
function hoursOf(branchWaves: readonly Waves[number][], timeZone: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const { openedAt } of branchWaves) {
    const hour = `${localText(timeZone, openedAt).slice(5, 13)} h`;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return [...counts].map(([hour, count]) => `${hour}: ${count}`);
}

describe('branch A from one to two at night, branch B from one to two after noon, over a night in which clocks go forward', () => {
  it('instructs 50 devices every five minutes, in each branch\'s own hour, and goes on in the next night\'s', () => {
    expect(Object.fromEntries(sites.map(({ id, timeZone }) => [id, hoursOf(of(waves, id), timeZone)]))).toEqual({
      a: ['03-29 01 h: 12', '03-30 01 h: 8'],
      b: ['03-29 13 h: 2'],
      c: ['03-30 01 h: 1'],
    });
    for (const site of sites) {
      const opened = of(waves, site.id);
      expect(opened.map(({ devices }) => devices)).toEqual(Array.from({ length: opened.length }, (_, n) => Math.min(50, devicesOf(site) - 50 * n)));
      for (const [index, { openedAt }] of opened.entries()) if (index > 0) expect(openedAt - present(opened[index - 1]).openedAt).toBeGreaterThanOrEqual(5 * MINUTE);
    }
  });

  it('does what the preview said, wave by wave: the same sizes, within the minute', () => {
    expect(previewed.branches.map(({ windows }) => windows)).toEqual([2, 1, 1]);
    for (const { branchId, waves: foreseen } of previewed.branches) {
      const opened = of(waves, branchId);
      expect(opened.map(({ seq, devices }) => ({ seq, size: devices }))).toEqual(foreseen.map(({ seq, size }) => ({ seq, size })));
      // A wave opens at its instant or some seconds later, and the next an interval after that: never nearer.
      expect(opened.filter(({ openedAt }, index) => openedAt < present(foreseen[index]).at || openedAt >= present(foreseen[index]).at + MINUTE)).toEqual([]);
    }
  });

  it('instructs every device once', () => {
    const expected = sites.reduce((sum, site) => sum + devicesOf(site), 0);
    expect(instructions).toHaveLength(expected);
    expect(new Set(instructions.map(({ deviceId }) => deviceId)).size).toBe(expected);
  });

  it('ends in what the phones did, and as failed for who has not finished a day after', () => {
    for (const site of sites) {
      const counts: Record<string, number> = {};
      const settled = of(instructions, site.id).filter(({ state, deadline }) => state !== 'issued' || deadline < endsAt - 2 * MINUTE);
      for (const { state } of settled) counts[state] = (counts[state] ?? 0) + 1;
      const timedOut = of(instructions, site.id).filter(({ state }) => state === 'timedOut').length;
      expect(counts).toEqual({ installed: site.installs, ...(site.declines === 0 ? {} : { rejected: site.declines }), ...(timedOut === 0 ? {} : { timedOut }) });
    }
    // Branch B and the first night of branch A; the second night's day is not over.
    expect(of(instructions, 'b').filter(({ state }) => state === 'timedOut')).toHaveLength(50);
    expect(of(failedByThen, 'a').filter(({ state }) => state === 'timedOut').length).toBeGreaterThanOrEqual(600 - 5);
    for (const { issuedAt, finishedAt = 0 } of instructions.filter(({ state }) => state === 'timedOut')) {
      expect(finishedAt - issuedAt).toBeGreaterThanOrEqual(DAY);
      expect(finishedAt - issuedAt).toBeLessThanOrEqual(DAY + 2 * MINUTE);
    }
  });

  it('asks for inventory between 22 and 24 o\'clock, about a day after the instruction, 50 devices every five minutes', () => {
    for (const { id, timeZone } of sites) {
      const asked = of(inventoryWaves, id).filter(({ devices }) => devices > 0);
      expect(asked.length).toBeGreaterThan(0);
      const first = present(of(waves, id)[0]);
      for (const [index, { openedAt, devices }] of asked.entries()) {
        expect(localText(timeZone, openedAt).slice(11) >= '22:00').toBe(true);
        expect(openedAt - first.openedAt).toBeGreaterThan(20 * HOUR - MINUTE);
        expect(devices).toBeLessThanOrEqual(50);
        if (index > 0) expect(openedAt - present(asked[index - 1]).openedAt).toBeGreaterThanOrEqual(5 * MINUTE);
      }
    }
  });

  it('instructs again those alone who failed, at the next window of each', () => {
    expect(again.devices).toBe(failedByThen.length);
    const failed = new Set(failedByThen.map(({ deviceId }) => deviceId));
    expect(secondInstructions.filter(({ deviceId }) => !failed.has(deviceId))).toEqual([]);
    expect(of(secondInstructions, 'b').map(({ deviceId }) => deviceId).toSorted()).toEqual(of(failedByThen, 'b').map(({ deviceId }) => deviceId).toSorted());
    expect(new Set(secondInstructions.map(({ attempt }) => attempt))).toEqual(new Set([2]));
    expect(hoursOf(of(secondWaves, 'b'), 'Asia/Tokyo')).toEqual(['03-30 13 h: 2']);
    // Two waves of branch A's have gone when the test ends.
    expect(hoursOf(of(secondWaves, 'a'), 'Europe/Berlin')).toEqual(['03-31 01 h: 2']);
    expect(of(secondWaves, 'c')).toEqual([]);
  });

  it('needs no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
