/** What a plan will do, before it does it: waves, what they put on the links, and a better pace. An estimate from branch counts. */
import type { Instant } from '../ambient.ts';
import type { BranchId } from '../ids.ts';
import { usualAcceptance, type AcceptanceModel } from './acceptance.ts';
import { advise, foresee, type Advice, type Ground } from './advise.ts';
import type { LinkLoad } from './link-load.ts';
import { sizeOf } from './canary.ts';
import { paceOf, type Pace } from './pace.ts';
import type { Plan, PlanBranch } from './plan.ts';
import { localText } from './window.ts';

/** A branch as it is now. */
export interface BranchNow {
  /** Devices that the plan is for there. */
  readonly devices: number;
  /** Of them, test devices: wanted where a canary is for those. */
  readonly testDevices?: number;
  readonly linkMbps: number;
  /** How its users answer; usual ones where absent. */
  readonly acceptance?: AcceptanceModel;
}

export interface Terms {
  /** Bytes that every device downloads; 0 where the plan downloads nothing. */
  readonly size: number;
  /** Share of each link that is the plan's, 0 to 1. */
  readonly budget: number;
}

export interface PreviewedWave {
  readonly seq: number;
  readonly at: Instant;
  /** `YYYY-MM-DD HH:MM` in the branch's zone. */
  readonly localTime: string;
  readonly size: number;
  /** It belongs to the plan's first stage. */
  readonly canary?: true;
}

export interface PreviewedLoad extends Omit<LinkLoad, 'bytesPerMinute'> {
  readonly linkMbps: number;
  /** Minutes of each entry of `bytes`. */
  readonly stepMinutes: number;
  readonly bytes: readonly number[];
  /** `YYYY-MM-DD HH:MM` in the branch's zone. */
  readonly peakLocalTime: string;
}

export interface BranchPreview extends Pace {
  readonly branchId: BranchId;
  readonly timeZone: string;
  readonly devices: number;
  readonly waves: readonly PreviewedWave[];
  /** Windows needed: more than 1 means that waves go on in the windows of following days. */
  readonly windows: number;
  /** Devices for which no window is left. */
  readonly left: number;
  readonly finishesAt?: Instant;
  readonly load?: PreviewedLoad;
  /** Looked for in `ADVISED` branches at most: those that go over the budget by most, then those that take longest. */
  readonly advice?: Advice;
}

export interface PlanPreview {
  readonly branches: readonly BranchPreview[];
  readonly devices: number;
  readonly waves: number;
  readonly budget: number;
  /** When the last wave of all goes. */
  readonly lastWaveAt?: Instant;
}

/** Branches for which a better pace is looked for. It takes about 20 ms each: all of them where a company has 40. */
export const ADVISED = 40;
/** Entries of all loads together: a preview of thousands of branches must fit one answer. */
const ENTRIES = 60_000;
const MOST_ENTRIES = 480;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440] as const;

/**
 * Counts are devices of each branch now; who is skipped, joins or moves until a wave opens is not known, so this is an
 * estimate. Pure; cost grows with the waves and the days they take.
 */
export function previewPlan(plan: Pick<Plan, keyof Pace | 'canary'>, branches: readonly PlanBranch[], present: ReadonlyMap<BranchId, BranchNow>, terms: Terms, now: Instant): PlanPreview {
  const entries = Math.min(MOST_ENTRIES, Math.floor(ENTRIES / Math.max(1, branches.length)));
  const looks = branches.map((branch) => {
    const ground = groundOf(plan, branch, present.get(branch.branchId), terms);
    return { ground, preview: previewBranch(branch, ground, paceOf(plan, branch), terms.budget, entries, now) };
  });
  const advised = new Set(looks.filter(({ ground }) => ground.devices > 0 && ground.size > 0).toSorted((a, b) => byNeed(a.preview, b.preview)).slice(0, ADVISED));
  const previews = looks.map((look): BranchPreview => (advised.has(look) ? { ...look.preview, advice: advise(look.ground, look.preview, terms.budget, now) } : look.preview));
  const finishes = previews.flatMap(({ finishesAt }) => (finishesAt === undefined ? [] : [finishesAt]));
  return {
    branches: previews,
    devices: previews.reduce((sum, branch) => sum + branch.devices, 0),
    waves: previews.reduce((sum, branch) => sum + branch.waves.length, 0),
    budget: terms.budget,
    ...(finishes.length === 0 ? {} : { lastWaveAt: finishes.reduce((a, b) => Math.max(a, b)) }),
  };
}

function groundOf({ canary }: Pick<Plan, 'canary'>, { timeZone, windows, openLimit }: PlanBranch, present: BranchNow | undefined, { size }: Terms): Ground {
  const { devices = 0, testDevices = 0, linkMbps = 0, acceptance = usualAcceptance } = present ?? {};
  const ahead = canary === undefined ? {} : { canary: { devices: sizeOf(canary.of, devices) ?? testDevices, soakHours: canary.soakHours } };
  return { timeZone, windows, devices, linkMbps, acceptance, size, ...ahead, ...(openLimit === undefined ? {} : { openLimit }) };
}

function previewBranch({ branchId, timeZone }: PlanBranch, ground: Ground, pace: Pace, budget: number, entries: number, now: Instant): BranchPreview {
  const { waves, load } = foresee(ground, pace, budget, now);
  const last = waves.at(-1);
  return {
    branchId, timeZone, devices: ground.devices, ...pace, windows: last?.windowNumber ?? 0, left: waves.reduce((left, { size }) => left - size, ground.devices),
    waves: waves.map(({ seq, at, size, canary }) => ({ seq, at, localTime: localText(timeZone, at), size, ...(canary === true ? { canary } : {}) })),
    ...(last === undefined ? {} : { finishesAt: last.at }), ...(load === undefined ? {} : { load: previewLoad(load, ground, entries) }),
  };
}

function previewLoad({ bytesPerMinute, ...load }: LinkLoad, { linkMbps, timeZone }: Ground, entries: number): PreviewedLoad {
  const stepMinutes = STEPS.find((step) => Math.ceil(bytesPerMinute.length / step) <= entries) ?? 1_440;
  const bytes = new Array<number>(Math.ceil(bytesPerMinute.length / stepMinutes)).fill(0);
  for (const [minute, each] of bytesPerMinute.entries()) bytes[Math.floor(minute / stepMinutes)] = (bytes[Math.floor(minute / stepMinutes)] ?? 0) + each;
  return { ...load, linkMbps, stepMinutes, bytes: bytes.map(Math.round), peakLocalTime: localText(timeZone, load.peakAt) };
}

function byNeed(a: BranchPreview, b: BranchPreview): number {
  return (b.load?.minutesOver ?? 0) - (a.load?.minutesOver ?? 0) || (b.finishesAt ?? 0) - (a.finishesAt ?? 0);
}
