/** When the users of a branch answer a prompt, drawn user by user: the same model that a preview reckons with, told by chance instead of by expectation. */
import type { AcceptanceModel } from '../core/rollout/acceptance.ts';
import type { Chance } from './random.ts';
import { awakeFrom, type Character } from './temper.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A supervised device begins within so many minutes. */
const UNASKED_WITHIN = 4;

/** What users do who are not those that a preview assumes where nothing is known of a branch. Shares of those asked; who is in none never answers. */
export const otherUsers = {
  sooner: { supervised: 0, soon: 0.95, startOfDay: 0.03, late: 0.02, soonMinutes: 4, morning: { from: '06:00', to: '08:00' }, evening: { from: '22:30', to: '24:00' } },
  later: { supervised: 0, soon: 0.3, startOfDay: 0.3, late: 0.3, soonMinutes: 30, morning: { from: '07:30', to: '10:00' }, evening: { from: '21:00', to: '23:30' } },
  supervised: { supervised: 0.8, soon: 0.7, startOfDay: 0.15, late: 0.15, soonMinutes: 10, morning: { from: '07:00', to: '09:00' }, evening: { from: '22:00', to: '24:00' } },
} as const satisfies Readonly<Record<string, AcceptanceModel>>;

/** The instant at which a user who was asked at `asked` agrees; undefined: never. */
export function agreesAt(model: AcceptanceModel, random: Chance, asked: number, timeZone: string): number | undefined {
  if (random.happens(model.supervised)) return asked + random.between(0, UNASKED_WITHIN) * MINUTE;
  const day = dayOf(model, random);
  const seen = awakeFrom(day, asked, timeZone);
  const drawn = random.next();
  if (drawn < model.soon) return seen - Math.log(1 - random.next()) * model.soonMinutes * MINUTE;
  // Who sees it on waking is at the start of the day.
  if (drawn < model.soon + model.startOfDay) return seen > asked ? seen : nextMorning(day, seen, timeZone);
  return drawn < model.soon + model.startOfDay + model.late ? someTimeByDay(day, random, seen, timeZone) : undefined;
}

type UsersDay = Pick<Character, 'wakesAtMinute' | 'sleepsAtMinute'>;

function dayOf({ morning, evening }: AcceptanceModel, random: Chance): UsersDay {
  return { wakesAtMinute: random.between(minuteOf(morning.from), minuteOf(morning.to)), sleepsAtMinute: random.between(minuteOf(evening.from), minuteOf(evening.to)) };
}

/** From an instant at which the user is awake. */
function nextMorning(day: UsersDay, from: number, timeZone: string): number {
  let at = from;
  while (awakeFrom(day, at, timeZone) === at) at += 15 * MINUTE;
  return awakeFrom(day, at, timeZone);
}

function someTimeByDay(day: UsersDay, random: Chance, from: number, timeZone: string): number {
  for (;;) {
    const at = from + random.next() * DAY;
    if (awakeFrom(day, at, timeZone) === at) return at;
  }
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
