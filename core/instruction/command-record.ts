/** What became of a command that a person sent: kept beyond the queue, which forgets what is reported on. */
import type { Instant } from '../ambient.ts';
import type { CommandId, DeviceId, EnrolmentId } from '../ids.ts';
import type { Command, QueuedCommand } from './instruction.ts';

/** A command that a person sent. */
export type AskedCommand = QueuedCommand & { readonly requestedBy: string };

export interface CommandOutcome {
  readonly at: Instant;
  /** `unreadable`: the device answered with something that could not be decoded. */
  readonly status: 'acknowledged' | 'error' | 'format-error' | 'unreadable';
  /** `domain code` of each link of the error chain. */
  readonly errorCodes: readonly string[];
  /** Where the answer's own bytes are kept (RawReports). */
  readonly report?: string;
}

export interface CommandRecord {
  readonly id: CommandId;
  readonly deviceId: DeviceId;
  readonly enrolmentId: EnrolmentId;
  /** Apple's word for what was asked. */
  readonly requestType: string;
  readonly requestedBy: string;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  /** Absent until the device has reported. */
  readonly outcome?: CommandOutcome;
}

/** `withdrawn`: the queue was emptied, by a person or because the device enrolled again or left. */
export type CommandState = 'waiting' | 'handed-out' | 'not-now' | 'acknowledged' | 'failed' | 'expired' | 'withdrawn';

export function recordOf(command: AskedCommand, outcome?: CommandOutcome): CommandRecord {
  const { id, deviceId, enrolmentId, openedAt, expiresAt, requestedBy } = command;
  return { id, deviceId, enrolmentId, requestType: requestTypeOf(command.command), requestedBy, openedAt, expiresAt, ...(outcome === undefined ? {} : { outcome }) };
}

/** Apple's word for a command. */
export function requestTypeOf(command: Command): string {
  switch (command.type) {
    case 'install-application':
      return 'InstallApplication';
    case 'remove-application':
      return 'RemoveApplication';
    case 'managed-application-list':
      return 'ManagedApplicationList';
    case 'installed-application-list':
      return 'InstalledApplicationList';
    case 'device-information':
      return 'DeviceInformation';
    case 'declarative-management':
      return 'DeclarativeManagement';
    case 'install-profile':
      return 'InstallProfile';
    case 'organisation-info':
      return 'Settings';
    case 'other':
      return command.requestType;
  }
}

/** Where a command in the queue stands. */
export function stateInQueue({ handedAt, notNowAt, expiresAt }: Pick<QueuedCommand, 'handedAt' | 'notNowAt' | 'expiresAt'>, now: Instant): CommandState {
  if (isOut({ handedAt, notNowAt })) return 'handed-out';
  if (expiresAt <= now) return 'expired';
  return notNowAt === undefined ? 'waiting' : 'not-now';
}

/** `queued`: the command as the queue has it; undefined where it is in the queue no more. */
export function stateOfRecord({ outcome, expiresAt }: CommandRecord, queued: QueuedCommand | undefined, now: Instant): CommandState {
  if (outcome !== undefined) return outcome.status === 'acknowledged' ? 'acknowledged' : 'failed';
  if (queued !== undefined) return stateInQueue(queued, now);
  return expiresAt <= now ? 'expired' : 'withdrawn';
}

/** Handed out, and not put off since: a report on it may come any moment. */
export function isOut({ handedAt, notNowAt }: { readonly handedAt?: Instant | undefined; readonly notNowAt?: Instant | undefined }): boolean {
  return handedAt !== undefined && (notNowAt === undefined || notNowAt < handedAt);
}
