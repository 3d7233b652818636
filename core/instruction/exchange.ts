/**
 * One exchange with a device: it reports (or says that it is idle), we settle what it reported on and choose what it is
 * told next. Pure: the queue's head and the report in, one commit out.
 */
import { SECOND, type Instant } from '../ambient.ts';
import type { Enrolment } from '../device/enrolment.ts';
import type { CommandId } from '../ids.ts';
import { isOut, recordOf } from './command-record.ts';
import { rejectionWords } from './device-error-table.ts';
import { kindOfFailure, reasonOfFailure } from './device-errors.ts';
import type { InstructionState, QueuedCommand, Reason } from './instruction.ts';
import { reason, type ReasonCode } from './reasons.ts';
import type { ExchangeCommit, InstructionChange } from './store.ts';
import { statesBefore } from './transitions.ts';

/** What a device answered, as far as the exchange is concerned. Apple's own words. */
export interface DeviceAnswer {
  readonly status: 'Idle' | 'Acknowledged' | 'Error' | 'CommandFormatError' | 'NotNow';
  readonly commandId?: CommandId;
  /** `domain code` of each link of the error chain. */
  readonly errorCodes: readonly string[];
  /** Where the answer's own bytes are kept. */
  readonly report?: string;
  /** Answer to InstallApplication. */
  readonly install?: { readonly state?: string; readonly rejectionReason?: string };
}

export interface ExchangeDecision {
  readonly commit: ExchangeCommit;
  /** A push is needed after this many seconds: something waits that this answer does not carry. */
  readonly pushAfterSeconds?: number;
  /** The device did not understand our command: the plan must pause. */
  readonly ourFault: boolean;
}

/** A command handed out and not reported on is offered again after this long. */
export const HAND_OUT_LEASE = 5 * SECOND;
/** Network and manifest errors are tried this often before the instruction fails. */
export const MAX_TRIES = 3;
const RETRY_AFTER_SECONDS = 120;

/** States from which a device's direct answer to the command that carries it out may move an instruction. */
const live: readonly InstructionState[] = ['issued', 'delivered', 'deferred', 'acknowledged', 'installing'];

/** `withheld`: commands that must not be handed out now. */
export function decideExchange(enrolment: Pick<Enrolment, 'id' | 'sessionAt'>, queue: readonly QueuedCommand[], answer: DeviceAnswer, now: Instant, withheld: ReadonlySet<CommandId> = new Set()): ExchangeDecision {
  const beginSession = answer.status === 'Idle';
  const sessionAt = beginSession ? now : (enrolment.sessionAt ?? now);
  const reported = answer.commandId === undefined ? undefined : queue.find(({ id }) => id === answer.commandId);
  const effect = reported === undefined || beginSession ? undefined : effectOf(reported, answer, now);
  const waiting = queue.filter((command) => command !== reported && command.expiresAt > now && !withheld.has(command.id));
  const choice = chooseNext(waiting, answer.status, sessionAt, now);
  const changes = [...(effect?.changes ?? []), ...(choice.next === undefined ? [] : changesOfHandOut(choice.next, now))];
  const pushes = [choice.pushAfterSeconds, effect?.pushAfterSeconds].filter((seconds) => seconds !== undefined);
  return {
    commit: {
      enrolmentId: enrolment.id, now, beginSession, changes,
      ...(effect?.settled === undefined ? {} : { settled: effect.settled, ...recordPart(effect.settled, answer, now) }),
      ...(effect?.deferred === undefined ? {} : { deferred: effect.deferred }),
      ...(choice.next === undefined ? {} : { next: choice.next }),
    },
    ...(pushes.length === 0 ? {} : { pushAfterSeconds: Math.min(...pushes) }),
    ourFault: reported !== undefined && isOurFault(answer),
  };
}

/** What is kept for the person who sent the command. */
function recordPart(settled: QueuedCommand, { status, errorCodes, report }: DeviceAnswer, at: Instant): Pick<ExchangeCommit, 'record'> {
  const { requestedBy } = settled;
  if (requestedBy === undefined) return {};
  const words = status === 'Acknowledged' ? 'acknowledged' : status === 'CommandFormatError' ? 'format-error' : 'error';
  return { record: recordOf({ ...settled, requestedBy }, { at, status: words, errorCodes, ...(report === undefined ? {} : { report }) }) };
}

/** First in, first out; NotNow'd ones wait for the next session, those just handed out for their lease. */
function chooseNext(waiting: readonly QueuedCommand[], status: DeviceAnswer['status'], sessionAt: Instant, now: Instant): { readonly next?: QueuedCommand; readonly pushAfterSeconds?: number } {
  const notNow = (command: QueuedCommand): boolean => command.notNowAt !== undefined && command.notNowAt >= sessionAt;
  const first = waiting.find((command) => !notNow(command));
  if (first !== undefined) {
    const leased = isOut(first) && now < (first.handedAt ?? 0) + HAND_OUT_LEASE;
    return leased ? { pushAfterSeconds: HAND_OUT_LEASE / SECOND + 1 } : { next: first };
  }
  const [again] = waiting;
  // A device returns by itself only when NotNow was its last word; after another answer the deferred one is offered once more.
  if (again !== undefined && (status === 'Acknowledged' || status === 'Error' || status === 'CommandFormatError')) return { next: again };
  return {};
}

interface Effect {
  readonly settled?: QueuedCommand;
  readonly deferred?: QueuedCommand;
  readonly changes: readonly InstructionChange[];
  readonly pushAfterSeconds?: number;
}

function effectOf(command: QueuedCommand, answer: DeviceAnswer, now: Instant): Effect {
  const acts = changesDevice(command);
  if (answer.status === 'NotNow') {
    return { deferred: { ...command, notNowAt: now }, changes: acts ? change(command, ['issued', 'delivered', 'deferred'], 'deferred', now) : [] };
  }
  if (!acts) return { settled: command, changes: collected(command, answer, now) };
  if (isPassing(answer) && (command.tries ?? 0) + 1 < MAX_TRIES) {
    return {
      deferred: { ...command, notNowAt: now, tries: (command.tries ?? 0) + 1 },
      changes: change(command, ['issued', 'delivered', 'deferred'], 'deferred', now),
      pushAfterSeconds: RETRY_AFTER_SECONDS,
    };
  }
  const outcome = command.command.type === 'remove-application' ? removalOutcome(answer) : installOutcome(answer);
  return { settled: command, changes: change(command, live.filter((state) => statesBefore(outcome.to).includes(state)), outcome.to, now, outcome.reason) };
}

/** Whether it carries out an instruction that changes what is on the device. */
export function changesDevice({ command }: Pick<QueuedCommand, 'command'>): boolean {
  return command.type === 'install-application' || command.type === 'remove-application';
}

/** An inventory instruction is done when its last list is answered; an error ends it too. */
function collected(command: QueuedCommand, answer: DeviceAnswer, now: Instant): readonly InstructionChange[] {
  if (command.waveId === undefined || command.command.type !== 'installed-application-list') return [];
  return answer.status === 'Acknowledged'
    ? change(command, statesBefore('collected'), 'collected', now)
    : change(command, ['issued', 'delivered', 'deferred'], 'failed', now, answer.status === 'CommandFormatError' ? reason('malformed-command', answer.errorCodes) : reasonOfFailure(answer.errorCodes));
}

function changesOfHandOut(command: QueuedCommand, now: Instant): readonly InstructionChange[] {
  if (command.waveId === undefined || !changesDevice(command)) return [];
  // Offered again after a broken connection: the instruction is delivered already, or further.
  if (command.handedAt !== undefined && command.notNowAt === undefined) return [];
  return change(command, ['issued', 'deferred', 'delivered'], 'delivered', now);
}

function change(command: QueuedCommand, from: readonly InstructionState[], to: InstructionState, at: Instant, why?: Reason): readonly InstructionChange[] {
  if (command.waveId === undefined || !('bundleId' in command.command || 'bundleIds' in command.command)) return [];
  const bundleId = 'bundleId' in command.command ? command.command.bundleId : command.command.bundleIds[0];
  if (bundleId === undefined) return [];
  const ends = changesDevice(command) && (to === 'failed' || to === 'rejected');
  return [{ waveId: command.waveId, deviceId: command.deviceId, bundleId, from, to, at, ends, ...(why === undefined ? {} : { reason: why }) }];
}

/** Errors that may be over by the next try: of the network, of fetching the manifest, of a device that is busy or locked. */
function isPassing(answer: DeviceAnswer): boolean {
  return answer.status === 'Error' && kindOfFailure(answer.errorCodes) === 'passes';
}

/** No other device could obey either: the plan must pause. */
function isOurFault(answer: DeviceAnswer): boolean {
  return answer.status === 'CommandFormatError' || (answer.status === 'Error' && kindOfFailure(answer.errorCodes) === 'ours');
}

/**
 * MCMDMErrorDomain: the app is there already; it is asked for already (Apple's list of codes has "no licence" for it, but an
 * in-house app needs none, and devices say this of an app that is on its way). The former attempt lives, and lists tell the rest.
 */
const alreadyUnderWay: readonly string[] = ['MCMDMErrorDomain 12025', 'MCMDMErrorDomain 12026'];
const declined = 'MCMDMErrorDomain 12063';

/** MCMDMErrorDomain: the app is none of this server's. Perhaps it is not there at all: then the list that follows says so. */
const notManaged: readonly string[] = ['MCMDMErrorDomain 12029', 'MCMDMErrorDomain 12038'];

const refusals: Readonly<Record<string, ReasonCode>> = {
  NotSupported: 'app-not-supported',
  CouldNotVerifyAppID: 'app-id-unverified',
  AppStoreDisabled: 'app-store-disabled',
  NotAnApp: 'not-an-app',
  ManagementChangeNotSupported: 'management-unsupported',
};

const rejections: Readonly<Record<string, ReasonCode>> = {
  UserRejected: 'user-rejected',
  UpdateRejected: 'update-rejected',
  ManagementRejected: 'management-rejected',
};

function installOutcome(answer: DeviceAnswer): { readonly to: InstructionState; readonly reason?: Reason } {
  if (answer.status === 'CommandFormatError') return { to: 'failed', reason: reason('malformed-command', answer.errorCodes) };
  const refusal = answer.install?.rejectionReason;
  if (refusal === 'AppAlreadyQueued' || refusal === 'AppAlreadyInstalled') return { to: 'acknowledged' };
  if (refusal !== undefined && refusal !== 'Other') return { to: 'failed', reason: refused(refusal, answer.errorCodes) };
  if (answer.errorCodes.some((code) => alreadyUnderWay.includes(code))) return { to: 'acknowledged' };
  if (answer.errorCodes.includes(declined)) return { to: 'rejected', reason: reason('user-rejected', answer.errorCodes) };
  // "Other" says nothing; what is beside it may.
  if (refusal === 'Other' && answer.errorCodes.length === 0) return { to: 'failed', reason: refused(refusal, []) };
  if (answer.status === 'Error') return { to: 'failed', reason: reasonOfFailure(answer.errorCodes) };
  const state = answer.install?.state ?? 'Queued';
  const rejection = rejections[state];
  if (rejection !== undefined) return { to: 'rejected', reason: reason(rejection) };
  if (state === 'Failed') return { to: 'failed', reason: reason('install-failed', answer.errorCodes) };
  if (state === 'UserInstalledApp') return { to: 'failed', reason: reason('user-installed') };
  return { to: state === 'Installing' ? 'installing' : 'acknowledged' };
}

/** Taken is not yet removed: a list without the app proves that. */
function removalOutcome(answer: DeviceAnswer): { readonly to: InstructionState; readonly reason?: Reason } {
  if (answer.status === 'CommandFormatError') return { to: 'failed', reason: reason('malformed-command', answer.errorCodes) };
  if (answer.errorCodes.some((code) => notManaged.includes(code))) return { to: 'failed', reason: reason('not-managed', answer.errorCodes) };
  return answer.status === 'Error' ? { to: 'failed', reason: reasonOfFailure(answer.errorCodes) } : { to: 'acknowledged' };
}

function refused(rejection: string, errorCodes: readonly string[]): Reason {
  const plain = reason(Object.hasOwn(refusals, rejection) ? (refusals[rejection] ?? 'refused-by-device') : 'refused-by-device', [`RejectionReason ${rejection}`, ...errorCodes]);
  const words = Object.hasOwn(rejectionWords, rejection) ? rejectionWords[rejection] : undefined;
  return words === undefined ? plain : { ...plain, words };
}
