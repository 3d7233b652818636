/** How the users of a branch answer prompts: flags, and words. */
import type { Command } from 'commander';
import { usualAcceptance, type AcceptanceModel } from '../core/rollout/acceptance.ts';
import { wrongUsage } from './failure.ts';
import { positiveNumber, share, windowText } from './options.ts';
import type { Facts } from './output.ts';
import { percent } from './text.ts';

export interface AcceptanceOptions {
  readonly supervised?: number;
  readonly soon?: number;
  readonly startOfDay?: number;
  readonly late?: number;
  readonly soonMinutes?: number;
  readonly morning?: ReturnType<typeof windowText>;
  readonly evening?: ReturnType<typeof windowText>;
  readonly usualUsers?: true;
}

export function addAcceptanceOptions(command: Command): Command {
  const usual = usualAcceptance;
  return command
    .option('--supervised <share>', `devices that install unasked, at any hour (default: ${percent(usual.supervised, 1)})`, share)
    .option('--soon <share>', `of the others, who answer within minutes of seeing the prompt (default: ${percent(usual.soon, 1)})`, share)
    .option('--start-of-day <share>', `... at the start of their next day (default: ${percent(usual.startOfDay, 1)})`, share)
    .option('--late <share>', `... some time in the 24 hours after (default: ${percent(usual.late, 1)}); the rest never`, share)
    .option('--soon-minutes <minutes>', `mean time of a soon answer (default: ${usual.soonMinutes})`, positiveNumber)
    .option('--morning <window>', `local time in which phones are first unlocked (default: ${usual.morning.from}-${usual.morning.to})`, windowText)
    .option('--evening <window>', `local time in which they are put away (default: ${usual.evening.from}-${usual.evening.to})`, windowText)
    .option('--usual-users', 'forget what was set of how users answer');
}

/** What the flags change of `before`; undefined for usual users. */
export function acceptanceOf(options: AcceptanceOptions, before: AcceptanceModel | undefined): AcceptanceModel | undefined {
  const { usualUsers, supervised, soon, startOfDay, late, soonMinutes, morning, evening } = options;
  const given = Object.fromEntries(Object.entries({ supervised, soon, startOfDay, late, soonMinutes, morning, evening }).filter(([, value]) => value !== undefined));
  const none = Object.keys(given).length === 0;
  if (usualUsers === true && !none) throw wrongUsage('--usual-users forgets what the other flags set.', 'Leave out --usual-users, or the flags of how users answer.');
  if (usualUsers === true) return undefined;
  return none ? before : { ...(before ?? usualAcceptance), ...given };
}

/** As rows of a branch's facts. */
export function acceptanceFacts(model: AcceptanceModel | undefined): Facts {
  const { supervised, soon, startOfDay, late, soonMinutes, morning, evening } = model ?? usualAcceptance;
  return [
    ['Users', model === undefined ? 'as usual' : 'as set'], ['Unasked', `${percent(supervised, 1)} are supervised and install at any hour`],
    ['Answers', `${percent(soon, 1)} soon (${soonMinutes} min), ${percent(startOfDay, 1)} at the day's start, ${percent(late, 1)} late`], ['Phones', `unlocked ${morning.from}-${morning.to}, put away ${evening.from}-${evening.to}`],
  ];
}
