/** Serves one request of a device to the command endpoint: report in, next command out. */
import type { Instant, Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { checkPin } from '../device/enrol-device.ts';
import type { DeviceStore } from '../device/store.ts';
import type { Device } from '../device/device.ts';
import type { Enrolment } from '../device/enrolment.ts';
import type { EnrolmentId, Sha256 } from '../ids.ts';
import type { InstalledFacts, ManagedFacts } from '../inventory/inventory.ts';
import { takeEvidence, type EvidenceServices, type ReportedApp } from '../inventory/take-evidence.ts';
import { placeOfWave } from '../rollout/wave-id.ts';
import type { PlanStore } from '../rollout/store.ts';
import { decideExchange, type DeviceAnswer } from './exchange.ts';
import type { QueuedCommand } from './instruction.ts';
import type { CommandQueue, ExchangeCommit, InstructionStore, Waker } from './store.ts';

export interface ServeServices extends EvidenceServices {
  readonly queue: CommandQueue;
  readonly instructions: InstructionStore;
  readonly plans: Pick<PlanStore, 'plan' | 'replacePlan'>;
  readonly devices: Pick<DeviceStore, 'device' | 'replaceDevice'>;
  readonly waker: Waker;
  readonly log: Logger;
}

/** A decoded request: the exchange's part, and what its lists say about apps and the device. */
export interface DeviceRequest {
  readonly enrolmentId: EnrolmentId;
  readonly signer: Sha256;
  readonly answer: DeviceAnswer;
  /** ManagedApplicationList by package name, where the answer holds one. */
  readonly managed?: ReadonlyMap<string, Omit<ManagedFacts, 'reportedAt'>>;
  /** InstalledApplicationList by package name, where the answer holds one. */
  readonly installed?: ReadonlyMap<string, Omit<InstalledFacts, 'reportedAt' | 'present'>>;
  /** DeviceInformation, where the answer holds it. */
  readonly about?: Partial<Pick<Device, 'osVersion' | 'productName' | 'serialNumber' | 'supervised'>>;
}

/** Head of the queue that an exchange looks at; devices rarely have more than three commands waiting. */
const HEAD = 20;
const ATTEMPTS = 3;

/** The next command, or undefined when there is nothing (more) to do. Throws `identity-refused`. */
export async function serveDevice(services: ServeServices, request: DeviceRequest, keepReport: () => Promise<void>, now: Instant): Promise<QueuedCommand | undefined> {
  const { enrolment: stored, queue } = await services.queue.read(request.enrolmentId, HEAD, now);
  const enrolment = checkPin(stored, request.signer);
  if (enrolment.status !== 'enrolled') return undefined;
  // The raw report is safe before anything is made of it: some things a device says only once.
  if (request.answer.status !== 'Idle') await keepReport();
  const decision = decideExchange(enrolment, queue, request.answer, now);
  await takeReports(services, enrolment, request, queue, now);
  const next = await commit(services, decision.commit);
  if (decision.ourFault && decision.commit.settled !== undefined) await pauseForFault(services, decision.commit.settled);
  if (decision.pushAfterSeconds !== undefined) await services.waker.wake([enrolment.id], decision.pushAfterSeconds);
  return next;
}

async function takeReports(services: ServeServices, enrolment: Enrolment, request: DeviceRequest, queue: readonly QueuedCommand[], now: Instant): Promise<void> {
  if (request.answer.status !== 'Acknowledged') return;
  const asked = queue.find(({ id }) => id === request.answer.commandId)?.command;
  const bundleIds = asked !== undefined && 'bundleIds' in asked ? asked.bundleIds : [];
  for (const bundleId of bundleIds) {
    const managed = request.managed === undefined ? undefined : { ...(request.managed.get(bundleId) ?? { status: 'Absent' }), reportedAt: now };
    const found = request.installed?.get(bundleId);
    const installed = request.installed === undefined ? undefined : { ...found, present: found !== undefined, reportedAt: now };
    const reported: ReportedApp = { bundleId, ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }) };
    if (managed !== undefined || installed !== undefined) await takeEvidence(services, enrolment.deviceId, reported, now);
  }
  if (request.about !== undefined) await refreshDevice(services, enrolment, request.about);
}

async function refreshDevice(services: ServeServices, enrolment: Enrolment, about: NonNullable<DeviceRequest['about']>): Promise<void> {
  const device = await services.devices.device(enrolment.deviceId);
  if (device === undefined) return;
  const after = { ...device, ...about, revision: device.revision + 1 };
  const changed = Object.entries(about).some(([key, value]) => Reflect.get(device, key) !== value);
  if (changed) await services.devices.replaceDevice(device, after);
}

/** Commits; where an instruction has moved on meanwhile (timed out, proven, cancelled), without what no longer applies. */
async function commit(services: ServeServices, wanted: ExchangeCommit): Promise<QueuedCommand | undefined> {
  let attempt = wanted;
  for (let n = 0; n < ATTEMPTS; n += 1) {
    const result = await services.queue.commit(attempt);
    if (result === 'done') return attempt.next;
    if (result === 'lost') return undefined;
    attempt = await withoutStale(services, attempt);
  }
  throw new WavecastError('throttled', 'The device\'s instructions changed while it was served.', { remedy: 'The device will come again.' });
}

async function withoutStale(services: ServeServices, stale: ExchangeCommit): Promise<ExchangeCommit> {
  const states = await Promise.all(stale.changes.map(({ waveId, deviceId }) => services.instructions.instruction(waveId, deviceId)));
  const changes = stale.changes.filter((change, index) => {
    const state = states[index]?.state;
    return state !== undefined && change.from.includes(state);
  });
  const dropped = stale.changes.filter((change) => !changes.includes(change));
  const { next, ...rest } = stale;
  const nextIsStale = next !== undefined && next.command.type === 'install-application' && dropped.some(({ waveId }) => waveId === next.waveId);
  if (nextIsStale) await services.queue.withdraw(stale.enrolmentId, [next.id]);
  return { ...rest, changes, ...(next === undefined || nextIsStale ? {} : { next }) };
}

/** A command that a device calls malformed would fail on every other one too. */
async function pauseForFault(services: ServeServices, command: QueuedCommand): Promise<void> {
  const place = command.waveId === undefined ? undefined : placeOfWave(command.waveId);
  services.log.error('a device called our command malformed', { commandId: command.id });
  if (place === undefined) return;
  const plan = await services.plans.plan(place.key.planId);
  if (plan?.status !== 'live') return;
  await services.plans.replacePlan(plan, { ...plan, status: 'paused', pausedBecause: 'A device did not understand the command. This is a fault of Wavecast.', revision: plan.revision + 1 });
}
