/** The numbers behind the pictures of a plan: curves in Mbit/s, spans of time, heights. Pure. */
import { MINUTE } from '../../../core/ambient.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

export type Preview = AnswerOf<'previewPlan'>;
export type PreviewBranch = Preview['branches'][number];
export type Wave = AnswerOf<'listWaves'>['items'][number];
type Load = NonNullable<PreviewBranch['load']>;

export interface CurvePoint {
  readonly at: number;
  readonly mbps: number;
}

const BITS = 8;
const MEGA = 1_000_000;
/** Of a fleet of hundreds of branches: what a person can look at, and what a page draws at once. */
export const MOST_ROWS = 30;

/** Megabits a second, on average over each step. */
export function expectedCurve({ from, stepMinutes, bytes }: Pick<Load, 'from' | 'stepMinutes' | 'bytes'>): readonly CurvePoint[] {
  const step = stepMinutes * MINUTE;
  return bytes.map((each, index) => ({ at: from + index * step, mbps: (each * BITS * 1_000) / step / MEGA }));
}

/** From the first point to the last at which something is on the line, with a step of nothing around it: the rest is a long flat line. */
export function busyPart(points: readonly CurvePoint[]): readonly CurvePoint[] {
  // A hundredth of the highest point is a flat line in the picture.
  const least = points.reduce((most, { mbps }) => Math.max(most, mbps), 0) / 100;
  const first = points.findIndex(({ mbps }) => mbps > least);
  const last = points.findLastIndex(({ mbps }) => mbps > least);
  return first < 0 ? [] : points.slice(Math.max(0, first - 1), last + 2);
}

/** A tenth of the highest point is where a peak begins and ends; the long tail of late answers is below it. */
const PEAK = 0.1;
/** Of the whole: what is left out must be worth a second look. */
const WORTH = 2 / 3;

/** The span of time in which the lines are busy, with a tenth of it on each side; undefined where that is nearly all. Whatever goes over the budget (Mbit/s) is in it. */
export function busyHours(curves: readonly (readonly CurvePoint[])[], budget: number): readonly [from: number, to: number] | undefined {
  const points = curves.flat();
  const whole = spanOf(points);
  const least = Math.min(budget, points.reduce((most, { mbps }) => Math.max(most, mbps), 0) * PEAK);
  const busy = spanOf(points.filter(({ mbps }) => mbps > least));
  if (whole === undefined || busy === undefined) return undefined;
  const margin = Math.max(5 * MINUTE, (busy[1] - busy[0]) * 0.1);
  const [from, to] = [Math.max(whole[0], busy[0] - margin), Math.min(whole[1], busy[1] + margin)];
  return to - from > (whole[1] - whole[0]) * WORTH ? undefined : [from, to];
}

function spanOf(points: readonly CurvePoint[]): readonly [from: number, to: number] | undefined {
  if (points.length === 0) return undefined;
  return points.reduce<readonly [number, number]>(([from, to], { at }) => [Math.min(from, at), Math.max(to, at)], [Infinity, -Infinity]);
}

export interface TimelineRow {
  readonly branchId: string;
  readonly foreseen: readonly { readonly at: number; readonly size: number }[];
  readonly opened: readonly { readonly at: number; readonly size: number }[];
}

export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly largest: number;
  readonly rows: readonly TimelineRow[];
  /** Of all branches, those that are not drawn too. */
  readonly waves: number;
  /** Branches in which no wave is foreseen and none has opened: a line of nothing each, which is not drawn. */
  readonly still: number;
}

/** Branches that go over the budget by most come first, then those that load their line most. Undefined where no wave is foreseen and none has opened. */
export function timelineOf(branches: readonly PreviewBranch[], opened: readonly Wave[] = [], now?: number): Timeline | undefined {
  const moving = new Set([...branches.filter(({ waves }) => waves.length > 0), ...opened].map(({ branchId }) => branchId));
  const rows = branches.filter(({ branchId }) => moving.has(branchId)).toSorted(byNeed).slice(0, MOST_ROWS).map((branch): TimelineRow => ({
    branchId: branch.branchId, foreseen: branch.waves.map(({ at, size }) => ({ at, size })),
    opened: opened.filter(({ branchId }) => branchId === branch.branchId).map(({ openedAt, devices }) => ({ at: openedAt, size: devices })),
  }));
  const all = rows.flatMap(({ foreseen, opened: happened }) => [...foreseen, ...happened]);
  if (all.length === 0) return undefined;
  const instants = [...all.map(({ at }) => at), ...(now === undefined ? [] : [now])];
  const [from, to] = [instants.reduce((a, b) => Math.min(a, b)), instants.reduce((a, b) => Math.max(a, b))];
  const margin = Math.max(5 * MINUTE, (to - from) * 0.02);
  return { from: from - margin, to: to + margin, rows, largest: all.reduce((most, { size }) => Math.max(most, size), 1), waves: branches.reduce((sum, branch) => sum + branch.waves.length, 0), still: branches.filter(({ branchId }) => !moving.has(branchId)).length };
}

/** What needs a look first; then those with waves, those that instruct most devices before the others. */
export function byNeed(one: PreviewBranch, other: PreviewBranch): number {
  return (other.load?.minutesOver ?? 0) - (one.load?.minutesOver ?? 0) || (other.load?.peakShare ?? 0) - (one.load?.peakShare ?? 0) || other.waves.length - one.waves.length || one.branchId.localeCompare(other.branchId);
}

export interface OutlookNumbers {
  /** Devices that will be instructed: each looked at where the preview did, else those that are enrolled. */
  readonly instructed: number;
  /** Undefined where the preview did not look at each. */
  readonly leftOut: number | undefined;
  readonly withoutWindow: number;
  /** Branches in which no device is enrolled. */
  readonly empty: readonly string[];
}

export function outlookOf({ devices, targets, branches }: Pick<Preview, 'devices' | 'targets'> & { readonly branches: readonly Pick<PreviewBranch, 'branchId' | 'devices' | 'left'>[] }): OutlookNumbers {
  const sumOf = (count: (target: NonNullable<Preview['targets']>[number]) => number): number => (targets ?? []).reduce((sum, target) => sum + count(target), 0);
  return {
    instructed: targets === undefined ? devices : sumOf(({ instruct }) => instruct),
    leftOut: targets === undefined ? undefined : sumOf(({ skipped }) => skipped.reduce((sum, each) => sum + each.devices, 0)),
    withoutWindow: branches.reduce((sum, { left }) => sum + left, 0), empty: branches.flatMap(({ branchId, devices: count }) => (count === 0 ? [branchId] : [])),
  };
}

export interface Pace {
  readonly waveSize: number;
  readonly intervalMinutes: number;
}

/** The paces that are advised, by branch: of those that go over the budget, and of those that have room. */
export function advisedPaces(branches: readonly PreviewBranch[]): ReadonlyMap<string, Pace> {
  return new Map(branches.flatMap(({ branchId, advice }): readonly (readonly [string, Pace])[] => {
    const pace = advice === undefined || advice.kind === 'none' ? undefined : advice.pace;
    return pace === undefined ? [] : [[branchId, { waveSize: pace.waveSize, intervalMinutes: pace.intervalMinutes }]];
  }));
}

/** Round instants between two, at most `most`: whole minutes, hours or days. */
export function ticksBetween(from: number, to: number, most: number): readonly number[] {
  const steps = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * MINUTE);
  const step = steps.find((each) => (to - from) / each <= most) ?? (to - from) / most;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}
