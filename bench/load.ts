/** How far a preview's load is off, for users as it assumes them and for others: what simulated users put on the simulator's link, laid over what was foreseen. No cloud. */
import { MINUTE } from '../core/ambient.ts';
import { usualAcceptance, type AcceptanceModel } from '../core/rollout/acceptance.ts';
import { agreesAt, otherUsers } from '../simulator/users.ts';
import { awakeFrom, characterOf, usualMix } from '../simulator/temper.ts';
import type { Run } from './benchmarks.ts';
import { busiest, overlay, STEP, type Course } from './fleet/overlay.ts';
import { foreseen, foreseenCourse, playedCourse, type Agrees, type Site } from './load/play.ts';
import { hundredths, median } from './report.ts';

const DEVICES = 1_000;
const ROUNDS = 5;
/** A Thursday morning in Berlin. A link that a thousand phones keep at about a third, and one that a twentieth of them does: what is chance and what is not. */
const site = (devices: number): Omit<Site, 'window'> => ({ devices, timeZone: 'Europe/Berlin', linkMbps: Math.max(5, devices / 10), size: 60_000_000, now: Date.parse('2026-11-26T08:00:00Z') });
const windows = { night: { from: '01:00', to: '02:00' }, 'after noon': { from: '13:00', to: '14:00' } } as const;

/** By name; `model`: what a preview can be told of them. */
const users: Readonly<Record<string, { readonly agrees: Agrees; readonly model?: AcceptanceModel }>> = {
  'as assumed': modelled(usualAcceptance), sooner: modelled(otherUsers.sooner), later: modelled(otherUsers.later), 'most supervised': modelled(otherUsers.supervised), 'the fleet\'s': { agrees: simulated },
};

function modelled(model: AcceptanceModel): { readonly agrees: Agrees; readonly model: AcceptanceModel } {
  return { agrees: (...asked) => agreesAt(model, ...asked), model };
}

/** As the devices of `bench -- fleet` and of the demo behave: some decline, some are away, some have the version. */
function simulated(random: Parameters<Agrees>[0], asked: number, timeZone: string): number | undefined {
  const { temper, answerAfterMinutes, ...day } = characterOf(random.bytes(8).toString('hex'), 0, usualMix);
  if (temper === 'supervised') return asked + random.between(1, 4) * MINUTE;
  if (temper === 'rejects' || temper === 'ignores' || temper === 'gone' || temper === 'refuses' || temper === 'has-it') return undefined;
  const reached = temper === 'away' ? asked + random.between(6, 16) * 60 * MINUTE : asked;
  return awakeFrom(day, awakeFrom(day, reached, timeZone) + answerAfterMinutes * MINUTE, timeZone);
}

export const run: Run = async (say, { devices = DEVICES }) => {
  const rows = [];
  for (const count of [...new Set([Math.ceil(devices / 20), devices])]) {
    for (const [when, window] of Object.entries(windows)) {
      const place = { ...site(count), window };
      const preview = foreseen(place);
      const expected = foreseenCourse(preview);
      for (const [name, { agrees, model }] of Object.entries(users)) {
        say(`${count} devices, ${when}, users ${name} ...`);
        const played: Course[] = [];
        for (let round = 0; round < ROUNDS; round += 1) played.push(await playedCourse(place, preview, agrees, `${name}/${when}/${round}`));
        const laid = played.map((course) => overlay(expected, course));
        const told = model === undefined ? undefined : foreseenCourse(foreseen(place, model));
        const laidOverTold = told === undefined ? [] : played.map((course) => overlay(told, course));
        const of = (pick: (one: (typeof laid)[number]) => number): number => median(laid.map(pick));
        const capacity = (place.linkMbps * 1e6 * STEP) / 8_000;
        rows.push({
          devices: count, asked: when, users: name,
          'bytes, of those foreseen': hundredths(of(({ measuredBytes, foreseenBytes }) => measuredBytes / foreseenBytes)),
          'peak foreseen, %': Math.round((100 * busiest(expected).bytes) / capacity), 'peak, %': Math.round((100 * median(played.map((course) => busiest(course).bytes))) / capacity),
          'peak / foreseen': hundredths(of(({ peakRatio }) => peakRatio)), 'worst of five': hundredths(Math.max(...laid.map(({ peakRatio }) => peakRatio))),
          'peak later by, min': median(played.map((course) => (busiest(course).at - busiest(expected).at) / MINUTE)),
          'misplaced, %': Math.round(100 * of(({ misplaced }) => misplaced)),
          'told of them: peak / foreseen': told === undefined ? '' : hundredths(median(laidOverTold.map(({ peakRatio }) => peakRatio))),
          'told: misplaced, %': told === undefined ? '' : Math.round(100 * median(laidOverTold.map(({ misplaced }) => misplaced))),
        });
      }
    }
  }
  return { rows };
};
