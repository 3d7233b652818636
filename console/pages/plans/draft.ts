/** What a person composes, as they type it. Pure. */
import * as z from 'zod';
import { usualInventory, usualWindow, weekdays, type DraftWindow } from './local-window.ts';

const window = z.object({
  from: z.string(), to: z.string(), days: z.array(z.enum(weekdays)).readonly().exactOptional(), firstDay: z.string().exactOptional(), lastDay: z.string().exactOptional(),
}).readonly();
const windowsByKey = z.record(z.string(), z.array(window).readonly()).readonly();

/** A form of its own, so that a draft can be kept as text and read again. Numbers are what was typed. */
export const draftShape = z.object({
  name: z.string(),
  operation: z.enum(['install', 'remove']),
  /** What is installed. */
  versionId: z.string(),
  /** What is removed. */
  bundleId: z.string(),
  branchIds: z.array(z.string()).readonly(),
  /** By time zone. */
  windows: windowsByKey,
  /** Of branches that do not go with their zone. */
  own: windowsByKey,
  inventory: window,
  /** Of branches that have another one. */
  ownInventory: z.record(z.string(), window).readonly(),
  /** Of branches that do not go at the plan's. */
  paces: z.record(z.string(), z.object({ waveSize: z.string(), intervalMinutes: z.string() }).readonly()).readonly(),
  /** Open limits of branches that have their own; 0: none, whatever the branch has. */
  limits: z.record(z.string(), z.string()).readonly(),
  whom: z.enum(['all', 'tags', 'devices']),
  /** Separated by commas or lines. */
  tags: z.string(),
  devices: z.string(),
  waveSize: z.string(),
  intervalMinutes: z.string(),
  openLimit: z.string(),
  deadlineHours: z.string(),
  reissueTimes: z.string(),
  /** Per cent; empty: no rule. */
  abortShare: z.string(),
  abortMinimum: z.string(),
  canary: z.enum(['none', 'test-devices', 'count', 'share']),
  canarySize: z.string(),
  soakHours: z.string(),
  /** Per cent; empty: the plan's own rule. */
  canaryAbortShare: z.string(),
  canaryAbortMinimum: z.string(),
  seed: z.string(),
  /** Per cent of every line. */
  budget: z.string(),
}).readonly();

export type Draft = z.infer<typeof draftShape>;

/** Typed as an open limit of a branch: it has none in this plan. */
export const NO_LIMIT = 0;

export const emptyDraft: Draft = {
  name: '', operation: 'install', versionId: '', bundleId: '', branchIds: [], windows: {}, own: {}, inventory: usualInventory, ownInventory: {}, paces: {}, limits: {}, whom: 'all', tags: '', devices: '',
  waveSize: '50', intervalMinutes: '5', openLimit: '', deadlineHours: '24', reissueTimes: '0', abortShare: '20', abortMinimum: '10',
  canary: 'none', canarySize: '', soakHours: '24', canaryAbortShare: '', canaryAbortMinimum: '1', seed: '', budget: '30',
};

/** What was typed over `from`, taken over to what was saved meanwhile: fields that were changed stay so, all others are `saved`'s. */
export function carriedOver(from: Draft, typed: Draft, saved: Draft): { readonly draft: Draft; readonly clashes: readonly (keyof Draft)[] } {
  const fields = draftShape.unwrap().keyof().options;
  const changed = fields.filter((field) => differ(typed[field], from[field]));
  return {
    draft: draftShape.parse({ ...saved, ...Object.fromEntries(changed.map((field) => [field, typed[field]])) }),
    clashes: changed.filter((field) => differ(saved[field], from[field]) && differ(saved[field], typed[field])),
  };
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
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
