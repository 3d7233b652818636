/** Windows of local time as they are typed. Pure. */
import type { Window } from '../../../core/rollout/plan.ts';

export type DraftWindow = Window;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const usualWindow: DraftWindow = { from: '01:00', to: '02:00' };
export const usualInventory: DraftWindow = { from: '22:00', to: '24:00' };

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
