/** What a person composes, as they type it, and the request that it comes to. Pure. */
import type { Window } from '../../../core/rollout/plan.ts';
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import { planRequest } from '../../../protocol/admin/plan.ts';
import type { Pace } from './curves.ts';

export type DraftWindow = Window;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export interface Draft {
  readonly name: string;
  readonly versionId: string;
  readonly branchIds: readonly string[];
  /** By time zone. */
  readonly windows: Readonly<Record<string, readonly DraftWindow[]>>;
  /** Of branches that do not go with their zone. */
  readonly own: Readonly<Record<string, readonly DraftWindow[]>>;
  readonly paces: Readonly<Record<string, Pace>>;
  readonly whom: 'all' | 'tags' | 'devices';
  /** Separated by commas or lines. */
  readonly tags: string;
  readonly devices: string;
  readonly waveSize: string;
  readonly intervalMinutes: string;
  readonly openLimit: string;
  readonly deadlineHours: string;
  readonly reissueTimes: string;
  /** Per cent; empty: no rule. */
  readonly abortShare: string;
  readonly abortMinimum: string;
  readonly canary: 'none' | 'test-devices' | 'count' | 'share';
  readonly canarySize: string;
  readonly soakHours: string;
  /** Per cent of every line. */
  readonly budget: string;
}

export const usualWindow: DraftWindow = { from: '01:00', to: '02:00' };

export const emptyDraft: Draft = {
  name: '', versionId: '', branchIds: [], windows: {}, own: {}, paces: {}, whom: 'all', tags: '', devices: '', waveSize: '50', intervalMinutes: '5', openLimit: '', deadlineHours: '24', reissueTimes: '0',
  abortShare: '20', abortMinimum: '10', canary: 'none', canarySize: '', soakHours: '24', budget: '30',
};

export type Fault = 'badTime' | 'noLength';

/** Minutes since midnight; `24:00` only as an end. Undefined where it is no time. */
export function minutesOf(text: string, end: boolean): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d\d):([0-5]\d)$/.exec(text) ?? [];
  const count = hours === '' ? Number.NaN : Number(hours) * 60 + Number(minutes);
  return Number.isNaN(count) || count > 1_440 || (count === 1_440 && !end) ? undefined : count;
}

export function windowFault({ from, to }: DraftWindow): Fault | undefined {
  const [begin, end] = [minutesOf(from, false), minutesOf(to, true)];
  if (begin === undefined || end === undefined || end === 0) return 'badTime';
  return begin === end ? 'noLength' : undefined;
}

/** Where a window lies on a strip of one day, in minutes: in two parts where it crosses midnight. */
export function stripSpans(window: DraftWindow): readonly (readonly [from: number, to: number])[] {
  const [from, to] = [minutesOf(window.from, false), minutesOf(window.to, true)];
  if (from === undefined || to === undefined || windowFault(window) !== undefined) return [];
  return to > from ? [[from, to]] : [[from, 1_440], ...(to === 0 ? [] : [[0, to] as const])];
}

/** A whole number in its range; undefined where it is none. */
export function wholeIn(text: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

export function windowsOf({ windows, own }: Pick<Draft, 'windows' | 'own'>, branchId: string, timeZone: string): readonly DraftWindow[] {
  return own[branchId] ?? windows[timeZone] ?? [usualWindow];
}

export function wordsIn(text: string): readonly string[] {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter((word) => word !== ''))];
}

type Request = BodyInputOf<'createPlan'>;
export type Composed = { readonly request: Request } | { readonly faults: ReadonlyMap<string, string> };

/**
 * The request, or what is wrong by the field of the draft that it concerns. The API's own schema is what decides. `zones`: of the branches, by id.
 * `usualName`: where none is typed.
 */
export function compose(draft: Draft, zones: ReadonlyMap<string, string>, usualName: string): Composed {
  const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
  const candidate = {
    name: draft.name.trim() === '' ? usualName : draft.name, versionId: draft.versionId,
    branches: draft.branchIds.map((branchId) => ({
      branchId, windows: windowsOf(draft, branchId, zones.get(branchId) ?? ''), ...(draft.paces[branchId] === undefined ? {} : { pace: draft.paces[branchId] }),
    })),
    waveSize: number(draft.waveSize), intervalMinutes: number(draft.intervalMinutes), openLimit: number(draft.openLimit), deadlineHours: number(draft.deadlineHours), reissueTimes: number(draft.reissueTimes),
    ...(draft.abortShare.trim() === '' ? {} : { abortRule: { share: Number(draft.abortShare) / 100, minimum: Number(draft.abortMinimum) } }),
    ...(draft.canary === 'none' ? {} : { canary: { of: canaryOf(draft), soakHours: Number(draft.soakHours) } }),
    ...(draft.whom === 'tags' ? { tags: wordsIn(draft.tags) } : {}), ...(draft.whom === 'devices' ? { devices: wordsIn(draft.devices) } : {}),
  };
  const parsed = planRequest.safeParse(candidate);
  const faults = new Map<string, string>();
  if (draft.versionId === '') faults.set('versionId', 'missing');
  // A span without length is well formed.
  for (const [index, branch] of candidate.branches.entries()) if (branch.windows.some((window) => windowFault(window) !== undefined)) faults.set(`branches.${index}.windows`, 'windows');
  for (const { path, message } of parsed.error?.issues ?? []) faults.set(fieldOf(path), message);
  return faults.size > 0 || !parsed.success ? { faults } : { request: parsed.data };
}

function canaryOf({ canary, canarySize }: Pick<Draft, 'canary' | 'canarySize'>): unknown {
  if (canary === 'count') return { kind: 'count', devices: Number(canarySize) };
  return canary === 'share' ? { kind: 'share', share: Number(canarySize) / 100 } : { kind: 'test-devices' };
}

/** The draft's field of a path in the request. */
function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map(String).join('.');
  const known: Readonly<Record<string, string>> = { 'abortRule.share': 'abortShare', 'abortRule.minimum': 'abortMinimum', 'canary.soakHours': 'soakHours', 'canary.of.devices': 'canarySize', 'canary.of.share': 'canarySize', branches: 'branchIds' };
  return known[text] ?? (/^(tags|devices)\b/.exec(text)?.[1] ?? text);
}
