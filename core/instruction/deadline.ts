/**
 * What happens to the instructions of a wave as time passes. All of a wave share their times, so waves have timers, not devices.
 * How far those are that took their instruction is asked besides that, counted from when each did (poll-times.ts).
 */
import { HOUR, MINUTE, type Instant } from '../ambient.ts';
import type { Instruction, InstructionKind, Reason } from './instruction.ts';
import { reason } from './reasons.ts';

export interface WaveStep {
  readonly at: Instant;
  /** Push again those that have not fetched their instruction. */
  readonly push: boolean;
  /** Ask those that took it how far they are: the device's lists are the only proof. */
  readonly poll: boolean;
  /** The deadline has passed: what is open has failed. */
  readonly expire: boolean;
}

const installSteps: readonly Omit<WaveStep, 'expire'>[] = [
  { at: 15 * MINUTE, push: true, poll: false },
  { at: HOUR, push: true, poll: false },
  { at: 4 * HOUR, push: true, poll: false },
  { at: 12 * HOUR, push: true, poll: true },
];

/** How long before a deadline everybody who took the instruction is asked for the last time. */
export const LAST_ASKED = 30 * MINUTE;
/** Nothing is called timed out that was not asked shortly before. */
const beforeDeadline: readonly number[] = [HOUR, LAST_ASKED];

/** What is asked needs this long to be answered: no deadline is enforced sooner after it, however late the asking was. */
export const ANSWER_TIME = 15 * MINUTE;

/** A device removes at once what it is told to, and is asked behind the command: these are for those that were locked, away, or slow. */
const removalSteps: readonly Omit<WaveStep, 'expire'>[] = [
  { at: 15 * MINUTE, push: true, poll: true },
  { at: HOUR, push: true, poll: true },
  { at: 4 * HOUR, push: true, poll: true },
  { at: 12 * HOUR, push: true, poll: true },
];

const inventorySteps: readonly Omit<WaveStep, 'expire'>[] = [
  { at: 15 * MINUTE, push: true, poll: false },
  { at: HOUR, push: true, poll: false },
  { at: 4 * HOUR, push: true, poll: false },
];

const ofKind: Readonly<Record<InstructionKind, typeof installSteps>> = { install: installSteps, remove: removalSteps, inventory: inventorySteps };

/** The steps of a wave, in order of time; the last one is its deadline. */
export function stepsOf(kind: InstructionKind, openedAt: Instant, deadline: Instant): readonly WaveStep[] {
  const relative = ofKind[kind];
  const steps = relative.map((step) => ({ ...step, at: openedAt + step.at, expire: false }));
  const last = kind !== 'inventory' ? beforeDeadline.map((before) => ({ at: deadline - before, push: true, poll: true, expire: false })) : [];
  const within = [...steps, ...last].filter((step) => step.at > openedAt && step.at < deadline).sort((a, b) => a.at - b.at);
  return [...within, { at: deadline, push: false, poll: false, expire: true }];
}

export interface WaveCheck {
  readonly push: boolean;
  readonly poll: boolean;
  readonly expire: boolean;
  /** The last of the steps that this takes in one. */
  readonly step: number;
  /** The step after it, and when it is due: never before `now`. */
  readonly next?: { readonly step: number; readonly at: Instant };
}

/**
 * What is to be done for a wave whose step `from` is due, at `now`, on time or late. Steps that have all become due are
 * taken in one, but the deadline never together with what asks the devices first.
 */
export function checkOf(steps: readonly WaveStep[], from: number, now: Instant): WaveCheck | undefined {
  const first = steps[from];
  if (first === undefined) return undefined;
  const due = first.expire ? [first] : [first, ...steps.slice(from + 1).filter(({ at, expire }) => at <= now && !expire)];
  const step = from + due.length - 1;
  const following = steps[step + 1];
  return {
    push: due.some(({ push }) => push), poll: due.some(({ poll }) => poll), expire: first.expire, step,
    ...(following === undefined ? {} : { next: { step: step + 1, at: Math.max(following.at, now + (following.expire ? ANSWER_TIME : 0)) } }),
  };
}

/** Whether a step concerns an instruction. */
export function needsPush(instruction: Pick<Instruction, 'state'>): boolean {
  return instruction.state === 'issued' || instruction.state === 'deferred' || instruction.state === 'delivered';
}

export function needsPoll(instruction: Pick<Instruction, 'state'>): boolean {
  return instruction.state === 'delivered' || instruction.state === 'acknowledged' || instruction.state === 'installing';
}

/** Why an open instruction is timed out, from what is known of the device. */
export function timeoutReason(instruction: Pick<Instruction, 'kind' | 'state' | 'issuedAt'>, lastSeenAt: Instant | undefined): Reason {
  if (lastSeenAt === undefined || lastSeenAt < instruction.issuedAt) return reason('not-heard-from');
  if (instruction.state === 'issued' || instruction.state === 'deferred') return reason('never-fetched');
  return reason(instruction.kind === 'remove' ? 'not-removed' : 'not-finished');
}
