/** The open limit of a branch: how many installations may be under way at once. Pure. */
import { HOUR, MINUTE, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { Due } from '../instruction/store.ts';
import { countOf, type Totals } from '../result/totals.ts';
import { usualAcceptance, type AcceptanceModel } from './acceptance.ts';
import type { PlacesKey } from './places.ts';
import { windowsFrom } from './window.ts';

export const openLimits = { min: 1, max: 200 } as const;

/** Without a sign for so long, a place is given up. Of a prompt that waits for its user only time counts in which phones are in use. */
export const PATIENCE = HOUR;

/** The places of a branch are looked after this often: what was lost on the way is found then. */
export const PLACES_EVERY = 2 * MINUTE;

/** Throws `invalid-input` for one that no branch may have. */
export function checkOpenLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= openLimits.min && limit <= openLimits.max) return;
  throw new WavecastError('invalid-input', `The open limit is out of range: ${limit}.`, { remedy: `Use a whole number from ${openLimits.min} to ${openLimits.max} (installations at once), or none.` });
}

/** When a branch's phones are in use: between its users' mornings and evenings. */
export interface Daytime {
  readonly timeZone: string;
  readonly acceptance?: Pick<AcceptanceModel, 'morning' | 'evening'> | undefined;
}

/** Whether an instruction is between handed out and finished. */
export function isHandedOut({ kind, state }: Pick<Instruction, 'kind' | 'state'>): boolean {
  return kind === 'install' && (state === 'delivered' || state === 'acknowledged' || state === 'installing');
}

/** Whether an instruction has a right to its place at `now`: handed out, and not given up. */
export function hasPlace(instruction: Pick<Instruction, 'kind' | 'state' | 'updatedAt' | 'download'>, daytime: Daytime, now: Instant): boolean {
  if (!isHandedOut(instruction)) return false;
  const sign = Math.max(instruction.updatedAt, instruction.download?.endedAt ?? 0);
  // The user of one that took it may be asleep: the prompt is answered in the morning, and the download begins then.
  return (instruction.state === 'acknowledged' ? timeInUse(daytime, sign, now) : now - sign) < PATIENCE;
}

/** Whether an instruction may still be handed out, or be handed out again. */
export function wantsPlace({ kind, state }: Pick<Instruction, 'kind' | 'state'>): boolean {
  return kind === 'install' && (state === 'issued' || state === 'deferred' || state === 'delivered');
}

/** Milliseconds from `from` to `to` in which everybody is up, counted no further than the patience. */
function timeInUse({ timeZone, acceptance = usualAcceptance }: Daytime, from: Instant, to: Instant): number {
  let passed = 0;
  for (const { opensAt, closesAt } of windowsFrom(timeZone, [{ from: acceptance.morning.to, to: acceptance.evening.from }], from)) {
    if (opensAt >= to || passed >= PATIENCE) break;
    passed += Math.max(0, Math.min(closesAt, to) - Math.max(opensAt, from));
  }
  return passed;
}

/** Whoever has a place is asked how far it is after so long, twice as long, four times, and then every ten times. */
const ASK_AFTER = 6 * MINUTE;

/** Whether the look at `at` asks: the longer there was no sign, the less often, so that nothing piles up for a phone that is off. */
export function asksHolder({ updatedAt }: Pick<Instruction, 'updatedAt'>, at: Instant): boolean {
  const since = at - updatedAt;
  const times = Math.floor(since / ASK_AFTER);
  return times > 0 && since % ASK_AFTER < PLACES_EVERY && (times % 10 === 0 || (times & (times - 1)) === 0);
}

/** The timer at which a branch's places are looked after next: the same for whoever sets it, so that a branch has one. */
export function placesTimer({ planId, branchId }: PlacesKey, now: Instant): Due {
  return { at: (Math.floor(now / PLACES_EVERY) + 1) * PLACES_EVERY, kind: 'places', subject: `${planId}.${branchId}`, step: 0 };
}

/** How many of a branch's devices are instructed and have not been given it yet, by their totals. */
export function waitingIn(totals: Totals): number {
  return countOf(totals, ['issued', 'deferred']);
}
