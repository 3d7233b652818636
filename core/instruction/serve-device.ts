/** Serves one request of a device to the command endpoint: report in, next command out. */
import { DAY, type Identifiers, type Instant, type Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { canReport, declarativeCommand } from '../device/declarative.ts';
import type { LearnServices } from '../device/learn-facts.ts';
import { refreshDevice, type SaidOfItself } from '../device/refresh-device.ts';
import { heldBy, isRenewal, renewalCommand } from '../device/renew-identity.ts';
import type { DeviceStore, EnrolmentStore, InvitationStore } from '../device/store.ts';
import type { Enrolment } from '../device/enrolment.ts';
import { isBundleId, type BundleId, type EnrolmentId, type Sha256 } from '../ids.ts';
import type { EvidenceReads, InstalledFacts, ManagedFacts } from '../inventory/inventory.ts';
import { takeEvidence, type EvidenceServices, type ReportedApp } from '../inventory/take-evidence.ts';
import { placeOfWave } from '../rollout/wave-id.ts';
import type { PlanStore } from '../rollout/store.ts';
import { isOfAnother } from './command-id.ts';
import { changesDevice, decideExchange, type DeviceAnswer } from './exchange.ts';
import { firstPoll } from './poll-times.ts';
import { decideWithPlaces, waitForPlace, type TakePlaceServices } from './take-place.ts';
import type { QueuedCommand } from './instruction.ts';
import { settleList } from './settle-list.ts';
import type { CommandQueue, ExchangeCommit, InstructionStore, Timers, Waker } from './store.ts';

export interface ServeServices extends EvidenceServices, TakePlaceServices {
  readonly evidence: EvidenceReads;
  readonly queue: CommandQueue;
  readonly instructions: InstructionStore;
  readonly plans: Pick<PlanStore, 'plan' | 'replacePlan'>;
  readonly devices: Pick<DeviceStore, 'device' | 'deviceBySerial' | 'replaceDevice' | 'mergeDevice'>;
  readonly timeline: LearnServices['timeline'];
  readonly enrolments: Pick<EnrolmentStore, 'enrolment' | 'replacePin'>;
  readonly invitations: Pick<InvitationStore, 'certificate'>;
  readonly timers: Pick<Timers, 'put'>;
  readonly waker: Waker;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly log: Logger;
}

/** A decoded request: the exchange's part, and what its lists say about apps and the device. */
export interface DeviceRequest {
  readonly enrolmentId: EnrolmentId;
  readonly signer: Sha256;
  /** The signer's certificate has ended: it may renew, and nothing else. */
  readonly expired?: boolean;
  readonly answer: DeviceAnswer;
  /** ManagedApplicationList by package name, where the answer holds one. */
  readonly managed?: ReadonlyMap<string, Omit<ManagedFacts, 'reportedAt'>>;
  /** InstalledApplicationList by package name, where the answer holds one. */
  readonly installed?: ReadonlyMap<string, Omit<InstalledFacts, 'reportedAt' | 'present'>>;
  /** DeviceInformation, where the answer holds it. */
  readonly about?: SaidOfItself;
}

/** Head of the queue that an exchange looks at; devices rarely have more than three commands waiting. And apps of one unasked report. */
const HEAD = 20;
const ATTEMPTS = 3;

/**
 * The next command, or undefined when there is nothing (more) to do. Throws `identity-refused`, and `invalid-input` for a
 * report on a command of another device. `keepReport` answers the name under which the report is kept.
 */
export async function serveDevice(services: ServeServices, request: DeviceRequest, keepReport: () => Promise<string>, now: Instant): Promise<QueuedCommand | undefined> {
  const { enrolment: stored, queue: head } = await services.queue.read(request.enrolmentId, HEAD, now);
  const enrolment = await heldBy(services, stored, request.signer, now);
  refuseForeign(services, enrolment, head, request.answer);
  const queue = request.expired === true ? await renewalOnly(services, enrolment, request.answer, head, now) : head;
  // The raw report is safe before anything is made of it: some things a device says only once.
  const report = request.answer.status === 'Idle' ? undefined : await keepReport();
  if (enrolment.status !== 'enrolled') return undefined;
  const answer = report === undefined ? request.answer : { ...request.answer, report };
  const decision = await decideWithPlaces(services, (withheld) => decideExchange(enrolment, queue, answer, now, withheld));
  if (await settledAtOnce(services, enrolment, request, decision.commit, now)) {
    if (decision.pushAfterSeconds !== undefined) await services.waker.wake([enrolment.id], decision.pushAfterSeconds);
    return decision.commit.next;
  }
  await takeReports(services, enrolment, request, queue, now);
  // Before the report is settled: where pausing fails the device reports again, and then it is not too late.
  if (decision.ourFault && decision.commit.settled !== undefined) await pauseForFault(services, decision.commit.settled);
  // Before it, too: nobody would ask one who took the instruction and of whom no timer knows.
  const poll = firstPoll(decision.commit);
  if (poll !== undefined) await services.timers.put([poll]);
  const next = await commit(services, decision.commit);
  if (decision.pushAfterSeconds !== undefined) await services.waker.wake([enrolment.id], decision.pushAfterSeconds);
  return next;
}

/**
 * What a device may still do whose identity has ended: fetch the renewal, which is queued for it where it is not yet, and
 * report on it. Throws `identity-refused` for reports on anything else.
 */
async function renewalOnly(services: ServeServices, enrolment: Enrolment, answer: DeviceAnswer, queue: readonly QueuedCommand[], now: Instant): Promise<readonly QueuedCommand[]> {
  const renewals = queue.filter(isRenewal);
  if (answer.status !== 'Idle' && !renewals.some(({ id }) => id === answer.commandId)) throw new WavecastError('identity-refused', 'The identity has expired: it may renew, and nothing else.');
  if (answer.status !== 'Idle' || renewals.some(({ expiresAt }) => expiresAt > now) || enrolment.status !== 'enrolled') return renewals;
  const asked = renewalCommand(services, enrolment, now, now + DAY);
  await services.queue.enqueue([asked]);
  return [...renewals, asked];
}

/** A late report on a command of its own is harmless; one on another's is a lie, and is told. */
function refuseForeign({ ids, log }: ServeServices, { id, deviceId }: Enrolment, queue: readonly QueuedCommand[], { commandId }: DeviceAnswer): void {
  if (commandId === undefined || queue.some((command) => command.id === commandId) || !isOfAnother(commandId, id, ids)) return;
  log.warn('a device reported on a command of another device', { deviceId, commandId });
  throw new WavecastError('invalid-input', 'The report is on a command of another device.');
}

/** A list of one app that was asked for goes in one transaction, if nothing comes between. */
async function settledAtOnce(services: ServeServices, { deviceId }: Enrolment, request: DeviceRequest, commit: ExchangeCommit, now: Instant): Promise<boolean> {
  const { settled } = commit;
  if (settled === undefined || request.answer.status !== 'Acknowledged' || request.about !== undefined || !('bundleIds' in settled.command)) return false;
  const [bundleId, ...more] = settled.command.bundleIds;
  const reported = bundleId === undefined || more.length > 0 ? undefined : saidOf(request, bundleId, true, now);
  return reported !== undefined && settleList(services, commit, { deviceId, ...reported }, settled.aboutWave ?? settled.waveId, now);
}

async function takeReports(services: ServeServices, enrolment: Enrolment, request: DeviceRequest, queue: readonly QueuedCommand[], now: Instant): Promise<void> {
  if (request.answer.status !== 'Acknowledged') return;
  const command = queue.find(({ id }) => id === request.answer.commandId)?.command;
  const asked = command !== undefined && 'bundleIds' in command ? command.bundleIds : undefined;
  for (const bundleId of asked ?? listed(request)) {
    const reported = saidOf(request, bundleId, asked !== undefined, now);
    if (reported !== undefined) await takeEvidence(services, enrolment.deviceId, reported, now);
  }
  if (request.about !== undefined) await learnOf(services, enrolment, request.about, now);
}

/** What the lists of a report say of one app. Where it was `asked` about, its absence says something, too. */
function saidOf(request: DeviceRequest, bundleId: BundleId, asked: boolean, now: Instant): ReportedApp | undefined {
  const entry = request.managed?.get(bundleId) ?? (asked ? { status: 'Absent' } : undefined);
  const managed = request.managed === undefined || entry === undefined ? undefined : { ...entry, reportedAt: now };
  const found = request.installed?.get(bundleId);
  const installed = request.installed === undefined || (!asked && found === undefined) ? undefined : { ...found, present: found !== undefined, reportedAt: now };
  if (managed === undefined && installed === undefined) return undefined;
  return { bundleId, ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }) };
}

/** The apps that a report names whose command is settled, withdrawn or a person's: what is listed counts, and nothing is known of what was asked. */
function listed({ managed, installed }: DeviceRequest): readonly BundleId[] {
  return [...new Set([...(managed?.keys() ?? []), ...(installed?.keys() ?? [])])].filter(isBundleId).slice(0, HEAD);
}

/** What it says of itself; a device that is found to be able to report by itself is asked to. */
async function learnOf(services: ServeServices, enrolment: Enrolment, about: SaidOfItself, now: Instant): Promise<void> {
  const former = await refreshDevice(services, enrolment.deviceId, about, now);
  if (former !== undefined && !canReport(former.osVersion) && canReport(about.osVersion)) await services.queue.enqueue([declarativeCommand(enrolment, services.ids, now)]);
}

/**
 * Commits; where an instruction has moved on meanwhile (timed out, proven, cancelled), without what no longer applies;
 * where another connection got the next command, the report alone.
 */
async function commit(services: ServeServices, wanted: ExchangeCommit): Promise<QueuedCommand | undefined> {
  let attempt = wanted;
  for (let n = 0; n < ATTEMPTS; n += 1) {
    const result = await services.queue.commit(attempt);
    if (result === 'done') return attempt.next;
    if (result === 'full') {
      if (attempt.next !== undefined) await waitForPlace(services, attempt.next);
      attempt = withoutNext(attempt);
      continue;
    }
    if (result === 'lost' && (attempt.next === undefined || (attempt.settled ?? attempt.deferred) === undefined)) return undefined;
    attempt = result === 'lost' ? withoutNext(attempt) : await withoutStale(services, attempt);
  }
  throw new WavecastError('throttled', 'The device\'s instructions changed while it was served.', { remedy: 'The device will come again.' });
}

function withoutNext({ next, place, ...rest }: ExchangeCommit): ExchangeCommit {
  return { ...rest, changes: rest.changes.filter(({ to }) => to !== 'delivered') };
}

async function withoutStale(services: ServeServices, stale: ExchangeCommit): Promise<ExchangeCommit> {
  const states = await Promise.all(stale.changes.map(({ waveId, deviceId }) => services.instructions.instruction(waveId, deviceId)));
  const changes = stale.changes.filter((change, index) => {
    const state = states[index]?.state;
    return state !== undefined && change.from.includes(state);
  });
  const dropped = stale.changes.filter((change) => !changes.includes(change));
  const { next, place, ...rest } = stale;
  const nextIsStale = next !== undefined && changesDevice(next) && dropped.some(({ waveId }) => waveId === next.waveId);
  if (nextIsStale) await services.queue.withdraw(stale.enrolmentId, [next.id]);
  return { ...rest, changes, ...(next === undefined || nextIsStale ? {} : { next, ...(place === undefined ? {} : { place }) }) };
}

/** A command that a device calls malformed would fail on every other one too. */
async function pauseForFault(services: ServeServices, command: QueuedCommand): Promise<void> {
  const place = command.waveId === undefined ? undefined : placeOfWave(command.waveId);
  services.log.error('a device called our command malformed', { commandId: command.id });
  for (let n = 1; ; n += 1) {
    const plan = place === undefined ? undefined : await services.plans.plan(place.key.planId);
    if (plan?.status !== 'live') return;
    try {
      await services.plans.replacePlan(plan, { ...plan, status: 'paused', pausedBecause: 'A device did not understand the command. This is a fault of Wavecast.', revision: plan.revision + 1 });
      return;
    } catch (error) {
      if (n === ATTEMPTS || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof WavecastError && error.code === 'conflict';
}
