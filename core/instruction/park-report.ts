/**
 * A report that cannot be decoded, from a device that is certainly ours: its bytes are kept, since nobody will say it again,
 * and its queue moves on, since the device would answer the same for ever.
 */
import type { Instant, Logger } from '../ambient.ts';
import type { Enrolment, IssuedCertificate } from '../device/enrolment.ts';
import type { CommandId, EnrolmentId, Sha256 } from '../ids.ts';
import { isOut, recordOf } from './command-record.ts';
import { MAX_TRIES } from './exchange.ts';
import type { QueuedCommand } from './instruction.ts';
import { reason } from './reasons.ts';
import type { CommandQueue, ExchangeCommit, InstructionChange, Waker } from './store.ts';

export interface ParkServices {
  readonly queue: Pick<CommandQueue, 'read' | 'commit'>;
  readonly certificates: { certificate(fingerprint: Sha256): Promise<IssuedCertificate | undefined> };
  readonly waker: Waker;
  readonly log: Logger;
}

export interface UnreadableReport {
  /** Whose signature was verified: nothing in the body is believed. */
  readonly signer: Sha256;
  /** What can be made out of the body. */
  readonly commandId: CommandId | undefined;
  /** Keeps the bytes; answers the name under which they are kept. */
  readonly keep: (enrolmentId: EnrolmentId) => Promise<string>;
}

const HEAD = 20;

/** The enrolment whose report was kept; undefined where the signer is no enrolled device's pinned identity: then nothing is kept, nor counted. */
export async function parkReport(services: ParkServices, { signer, commandId, keep }: UnreadableReport, now: Instant): Promise<EnrolmentId | undefined> {
  const enrolmentId = (await services.certificates.certificate(signer))?.enrolmentId;
  if (enrolmentId === undefined) return undefined;
  const { enrolment, queue } = await services.queue.read(enrolmentId, HEAD, now);
  if (enrolment?.pin !== signer || enrolment.status !== 'enrolled') return undefined;
  const report = await keep(enrolmentId);
  // An alarm counts this line (infra/constructs/alarms.ts).
  services.log.error('a report could not be decoded', { enrolmentId, commandId });
  const commit = decideUnreadable(enrolment, queue, commandId, report, now);
  if (commit === undefined) return enrolmentId;
  // An instruction that has moved on needs nothing of this; a command that is gone was somebody else's to settle.
  if ((await services.queue.commit(commit)) === 'stale') await services.queue.commit({ ...commit, changes: [] });
  // The answer is a refusal, and ends the session: what waits behind is fetched in another.
  await services.waker.wake([enrolmentId]);
  return enrolmentId;
}

/**
 * Where the report names its command, that one is settled. Else it must be the one that is out: it is put off, like one that
 * the device failed at, and settled at the third time. An install stays as it was: the lists will tell what became of it.
 */
export function decideUnreadable({ id }: Pick<Enrolment, 'id'>, queue: readonly QueuedCommand[], commandId: CommandId | undefined, report: string, now: Instant): ExchangeCommit | undefined {
  const command = queue.find((queued) => (commandId === undefined ? isOut(queued) : queued.id === commandId));
  if (command === undefined) return undefined;
  const base = { enrolmentId: id, now, beginSession: false };
  const tries = (command.tries ?? 0) + 1;
  if (commandId === undefined && tries < MAX_TRIES) return { ...base, deferred: { ...command, notNowAt: now, tries }, changes: [] };
  const { requestedBy } = command;
  return {
    ...base, settled: command, changes: changesOf(command, now),
    ...(requestedBy === undefined ? {} : { record: recordOf({ ...command, requestedBy }, { at: now, status: 'unreadable', errorCodes: [], report }) }),
  };
}

/** An inventory instruction ends with its last list. */
function changesOf({ command, waveId, deviceId }: QueuedCommand, at: Instant): readonly InstructionChange[] {
  const bundleId = command.type === 'installed-application-list' ? command.bundleIds[0] : undefined;
  if (waveId === undefined || bundleId === undefined) return [];
  return [{ waveId, deviceId, bundleId, from: ['issued', 'delivered', 'deferred'], to: 'failed', at, ends: false, reason: reason('unreadable-report') }];
}
