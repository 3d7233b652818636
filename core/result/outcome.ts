/** Where one device is with one version: the state, and why in plain words. Pure. */
import type { Instant } from '../ambient.ts';
import type { PlanId } from '../ids.ts';
import type { Instruction, InstructionState } from '../instruction/instruction.ts';
import { holds, isFor, isNewsSince, type DeviceStanding, type WantedVersion } from './status-rows.ts';

/** `none`: not instructed, or it was installed and is there no more. */
export const outcomeStates = ['none', 'scheduled', 'issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'rejected', 'failed', 'timedOut', 'skipped', 'cancelled', 'superseded'] as const satisfies readonly (InstructionState | 'none')[];
export type OutcomeState = (typeof outcomeStates)[number];

export interface Outcome {
  readonly state: OutcomeState;
  /** The code of the reason, where the state has one. */
  readonly reason?: string;
  readonly words: string;
  /** The device's own codes, as it sent them. */
  readonly deviceCodes?: readonly string[];
  /** When it came into this state; absent where it never was in another. */
  readonly since?: Instant;
  /** Of the last instruction for this version. */
  readonly attempt?: number;
  readonly planId?: PlanId;
}

const stateWords: Readonly<Record<OutcomeState, string>> = {
  none: 'The device was not instructed to install this version.',
  scheduled: 'A plan under way is going to instruct the device.',
  issued: 'The device has not fetched the instruction yet.',
  delivered: 'The device has fetched the instruction, and not answered yet.',
  deferred: 'The device could not take the instruction at that moment, and is asked again.',
  acknowledged: 'The device took the instruction; its user may not have answered yet.',
  installing: 'The app is being fetched or installed.',
  installed: 'The device has this version.',
  rejected: 'The user or the device declined the installation.',
  failed: 'The installation failed.',
  timedOut: 'The installation did not finish before the deadline.',
  skipped: 'The device was not instructed.',
  cancelled: 'The instruction was withdrawn before the device fetched it.',
  superseded: 'A newer instruction or version took its place.',
};
const GONE = { reason: 'gone-since', words: 'It was installed, and a later report of the device says that it is there no more.' };
const CANNOT_RUN = { reason: 'cannot-run-yet', words: 'The device has this version, and cannot run it yet: it has not validated the app.' };

/** Who has it now is read from inventory; the last instruction says the rest. */
export function outcomeOn(standing: DeviceStanding, wanted: WantedVersion): Outcome {
  const { facts, instruction, scheduled } = standing;
  const own = isFor(instruction, wanted) ? instruction : undefined;
  const attempt = own === undefined ? {} : { attempt: own.attempt, ...(own.planId === undefined ? {} : { planId: own.planId }) };
  if (holds(facts, wanted)) {
    const since = own?.state === 'installed' ? own.finishedAt ?? own.updatedAt : facts?.installed?.reportedAt;
    const runs = facts?.installed?.isValidated !== false && facts?.managed?.isValidated !== false;
    return { state: 'installed', words: stateWords.installed, ...(runs ? {} : CANNOT_RUN), ...(since === undefined ? {} : { since }), ...attempt };
  }
  const isGone = own?.state === 'installed' && isNewsSince(facts, own.finishedAt ?? own.updatedAt);
  if (own === undefined || isGone) {
    if (scheduled.some(({ id }) => id === wanted.id)) return { state: 'scheduled', words: stateWords.scheduled, ...attempt };
    return isGone ? { state: 'none', ...GONE, since: facts?.installed?.reportedAt ?? own.updatedAt, ...attempt } : { state: 'none', words: stateWords.none };
  }
  return { ...stateOf(own), ...attempt };
}

function stateOf({ state, reason, finishedAt, updatedAt }: Instruction): Outcome {
  const known = outcomeStates.find((each) => each === state) ?? 'none';
  return {
    state: known, words: reason?.words ?? stateWords[known], since: finishedAt ?? updatedAt,
    ...(reason === undefined ? {} : { reason: reason.code, ...(reason.deviceCodes === undefined ? {} : { deviceCodes: reason.deviceCodes }) }),
  };
}
