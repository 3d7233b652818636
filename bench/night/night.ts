/**
 * A night of sleeping phones, twice at once: two branches alike, instructed between 01:00 and 02:00, whose users unlock their
 * phones at half past eight. One branch has no open limit, the other has one.
 */
import { DAY, HOUR, MINUTE, type Instant } from '../../core/ambient.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { followClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import type { LinkReport } from '../../simulator/branch-link.ts';
import type { Stage } from '../stage.ts';

/** Twenty to one in the morning there. */
export const startAt = Date.parse('2026-11-23T23:40:00Z');
export const timeZone = 'Europe/Berlin';
export const OPEN_LIMIT = 5;
const UNLOCKED = { hours: 8, minutes: 30 };
/** A slow line and a small package take as long as a good line and a large one, and spare the machine the bytes. */
const [PACKAGE_BYTES, LINK_MBPS] = [1_000_000, 0.03];

export const branchIds = ['without-limit', 'with-limit'] as const;
export type NightBranch = (typeof branchIds)[number];

export interface Night {
  /** What the simulated devices of each branch saw of their line. */
  readonly links: Readonly<Record<NightBranch, LinkReport>>;
  /** The plan at noon, and at four. */
  readonly atNoon: AnswerOf<'getPlan'>;
  readonly atTheEnd: AnswerOf<'getPlan'>;
  /** Half past eight. */
  readonly unlockedAt: Instant;
  readonly devices: number;
}

/** `devices`: phones of each branch. The clock is held until all is ready, and then jumps. */
export async function playNight({ cloud, api, say, ...stage }: Stage, devices: number): Promise<Night> {
  // Time stands until all is ready: no function runs out of it on a busy machine.
  cloud.clock.setPace('max');
  const preparing = cloud.clock.hold('preparing the night');
  const { certificate, key } = cloud.trust.push;
  await api.call('setPushCertificate', { body: { certificate, key } });
  const version = await placeApp({ cloud, api, ...stage }, PACKAGE_BYTES);
  const branches = await Promise.all(branchIds.map(async (id) => {
    await api.call('putBranch', { id, body: { name: id, timeZone, linkMbps: LINK_MBPS, ...(id === 'with-limit' ? { openLimit: OPEN_LIMIT } : {}) } });
    const { link } = await api.call('invite', { body: { branchId: id, uses: devices } });
    return { name: id, timeZone, linkMbps: LINK_MBPS, devices, profileUrl: `${link}/profile`, unlockedAtMinute: UNLOCKED.hours * 60 + UNLOCKED.minutes };
  }));
  const clock = await followClock(cloud.ports.clock, 'fleet');
  try {
    say(`Enrolling ${2 * devices} simulated devices ...`);
    const fleet = await Fleet.assemble({ seed: 'night', mix: {}, branches, clock, courierPort: cloud.ports.courier });
    await fleet.enrol(() => undefined);
    const plan = await api.call('createPlan', { body: { name: 'Night', versionId: version.id, waveSize: 20, branches: branchIds.map((branchId) => ({ branchId, windows: [{ from: '01:00', to: '02:00' }] })) } });
    await api.call('startPlan', { id: plan.id, body: { unproven: true } });
    say('The night passes ...');
    preparing();
    const midnight = Math.floor(startAt / DAY) * DAY + DAY - HOUR;
    const unlockedAt = midnight + UNLOCKED.hours * HOUR + UNLOCKED.minutes * MINUTE;
    const at = async (instant: Instant): Promise<AnswerOf<'getPlan'>> => {
      cloud.clock.setPace('max');
      await cloud.clock.until(instant);
      cloud.clock.setPace('real');
      return api.call('getPlan', { id: plan.id });
    };
    const atNoon = await at(midnight + 12 * HOUR);
    const atTheEnd = await at(midnight + 16 * HOUR);
    const reports = new Map(fleet.linkReports().map((report) => [report.branch, report]));
    const [without, limited] = branchIds.map((id) => reports.get(id));
    if (without === undefined || limited === undefined) throw new Error('A branch has no devices.');
    return { links: { 'without-limit': without, 'with-limit': limited }, atNoon, atTheEnd, unlockedAt, devices };
  } finally {
    clock.close();
  }
}
