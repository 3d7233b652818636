/** A branch's downloads as simulated users begin them, on the simulator's link, at the waves of a preview: what the link sees, beside what was foreseen. */
import { MINUTE } from '../../core/ambient.ts';
import { parseBranchId, parsePlanId } from '../../core/ids.ts';
import type { AcceptanceModel } from '../../core/rollout/acceptance.ts';
import type { Window } from '../../core/rollout/plan.ts';
import { previewPlan, type BranchPreview } from '../../core/rollout/preview.ts';
import { BranchLink } from '../../simulator/branch-link.ts';
import { chance, type Chance } from '../../simulator/random.ts';
import { addTo, STEP } from '../fleet/overlay.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Site {
  readonly devices: number;
  readonly window: Window;
  readonly timeZone: string;
  readonly linkMbps: number;
  /** Bytes of the package. */
  readonly size: number;
  readonly now: number;
}

/** When a user who is asked begins to download; undefined: never. */
export type Agrees = (random: Chance, asked: number, timeZone: string) => number | undefined;

/** The link gives each piece of a download the share that is fair when it begins: small ones follow who comes and goes. */
const PIECE = 1_000_000;
const planId = parsePlanId('6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b');

/** What a preview says of it: of usual users, or of those that it is told of. */
export function foreseen({ devices, window, timeZone, linkMbps, size, now }: Site, acceptance?: AcceptanceModel): BranchPreview {
  const branchId = parseBranchId('site');
  const { branches: [branch] } = previewPlan({ waveSize: 50, intervalMinutes: 5 }, [{ planId, branchId, timeZone, windows: [window], inventoryWindow: { from: '22:00', to: '24:00' } }], new Map([[branchId, { devices, linkMbps, ...(acceptance === undefined ? {} : { acceptance }) }]]), { size, budget: 0.3 }, now);
  if (branch === undefined) throw new Error('The preview has no branch.');
  return branch;
}

/** Bytes by step of `STEP`, as a preview has them. */
export function foreseenCourse({ load }: BranchPreview): ReadonlyMap<number, number> {
  const course = new Map<number, number>();
  for (const [index, bytes] of load?.bytes.entries() ?? []) addTo(course, (load?.from ?? 0) + index * (load?.stepMinutes ?? 1) * MINUTE, (load?.stepMinutes ?? 1) * MINUTE, bytes, STEP);
  return course;
}

/** The same as the link saw it. */
export async function playedCourse({ timeZone, linkMbps, size }: Site, { waves }: BranchPreview, agrees: Agrees, seed: string): Promise<ReadonlyMap<number, number>> {
  const clock = new VirtualClock(waves[0]?.at ?? 0);
  const link = new BranchLink('site', linkMbps, clock);
  const random = chance(seed);
  for (const { at, size: devices } of waves) {
    for (let device = 0; device < devices; device += 1) {
      const begins = agrees(random, at, timeZone);
      if (begins !== undefined) clock.at(begins, () => link.download(async (carry) => { for (let left = size; left > 0; left -= PIECE) await carry(Math.min(left, PIECE)); }));
    }
  }
  await clock.run();
  const course = new Map<number, number>();
  for (const [minute, bytes] of link.report().bytesPerMinute) addTo(course, minute, MINUTE, bytes, STEP);
  return course;
}
