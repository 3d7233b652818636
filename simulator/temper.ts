/** What a simulated device and its user are like. Drawn once, from the fleet's seed and the device's number. */
import { chance, type Chance } from './random.ts';

export const tempers = [
  'accepts', // answers the prompt after a while; asleep at night
  'supervised', // installs without a prompt
  'rejects', // declines the prompt
  'ignores', // never answers it
  'locked', // has restarted and answers NotNow until the first unlock, then like one who accepts
  'away', // off for hours, back before the deadline
  'gone', // off for days
  'fails', // takes the command and cannot install the package
  'refuses', // answers the command itself with an error
  'broken-download', // loses the connection in the middle, resumes
  'has-it', // has the version already, managed
  'unmanaged-copy', // has a copy of its own: asks for management first
  'reconsiders', // declines the first prompt, accepts the next
] as const;
export type Temper = (typeof tempers)[number];

/** Shares of a fleet; what is left over accepts. */
export type TemperMix = Readonly<Partial<Record<Temper, number>>>;

export const usualMix: TemperMix = {
  supervised: 0.15, rejects: 0.05, ignores: 0.04, locked: 0.08, away: 0.05, gone: 0.03, fails: 0.03, refuses: 0.02, 'broken-download': 0.05, 'has-it': 0.03, 'unmanaged-copy': 0.03,
};

export interface Character {
  readonly temper: Temper;
  readonly random: Chance;
  /** Minutes from the prompt to the answer while awake. */
  readonly answerAfterMinutes: number;
  /** Minutes after midnight, local time, at which the phone is first unlocked. */
  readonly wakesAtMinute: number;
  /** Minutes after midnight, local time, from which it lies unused. */
  readonly sleepsAtMinute: number;
}

export function characterOf(seed: string, number: number, mix: TemperMix): Character {
  const random = chance(`${seed}/device/${number}`);
  return {
    temper: draw(random.next(), mix),
    random,
    // Most answer within the quarter hour, some take two hours.
    answerAfterMinutes: Math.min(120, 1 - 12 * Math.log(1 - random.next())),
    wakesAtMinute: random.between(6.5 * 60, 9 * 60),
    sleepsAtMinute: random.between(22 * 60, 23.9 * 60),
  };
}

function draw(value: number, mix: TemperMix): Temper {
  let from = 0;
  for (const temper of tempers) {
    from += mix[temper] ?? 0;
    if (value < from) return temper;
  }
  return 'accepts';
}

/** The first instant at or after `instant` at which the user looks at the phone, in a zone. */
export function awakeFrom(character: Pick<Character, 'wakesAtMinute' | 'sleepsAtMinute'>, instant: number, timeZone: string): number {
  const minute = minuteOfDay(instant, timeZone);
  if (minute >= character.wakesAtMinute && minute < character.sleepsAtMinute) return instant;
  const wait = (character.wakesAtMinute - minute + 24 * 60) % (24 * 60);
  return instant + wait * 60_000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(instant: number, timeZone: string): number {
  const format = formatters.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formatters.set(timeZone, format);
  const [hours, minutes] = format.format(instant).split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
