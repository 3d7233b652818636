/** A renewed profile on its way to the devices that have the version: a command to each, some devices at a time. */
import { atMost } from '../at-once.ts';
import type { Identifiers, Instant } from '../ambient.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { DeviceStore } from '../device/store.ts';
import { namedEvent, type Timeline } from '../device/timeline.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, CommandId, EnrolmentId } from '../ids.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import { stateOfRecord, type CommandOutcome, type CommandState } from '../instruction/command-record.ts';
import { commandByHand } from '../instruction/send-command.ts';
import type { CommandQueue, Waker } from '../instruction/store.ts';
import type { InventoryStore } from '../inventory/inventory.ts';
import type { AppVersion, ProfileRenewal } from './app.ts';

export interface SendProfileServices {
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly inventory: Pick<InventoryStore, 'facts'>;
  readonly queue: Pick<CommandQueue, 'ask' | 'asked'>;
  readonly timeline: Pick<Timeline, 'record'>;
  readonly waker: Waker;
  readonly ids: Identifiers;
}

/** Devices looked at in one request: what a request's time allows with a transaction for each. */
export const PROFILE_PAGE = 50;
const AT_ONCE = 10;

export interface DevicePage {
  readonly devices: readonly DeviceSummary[];
  /** Goes back as `after`; undefined at the end of the branch. */
  readonly next: string | undefined;
}

/** Devices of a branch that have the version, by what they last reported: a page of the branch's index, and their facts. */
export async function devicesWith({ devices, inventory }: SendProfileServices, version: AppVersion, branchId: BranchId, after: string | undefined, limit: number): Promise<DevicePage> {
  const page = await devices.devicesOfBranch(branchId, after, limit);
  const facts = await inventory.facts(page.map(({ id }) => id), version.bundleId);
  const having = page.filter(({ id, status }) => {
    const installed = facts.get(id)?.installed;
    return status === 'enrolled' && installed?.present === true && installed.shortVersion === version.shortVersion && installed.version === version.version;
  });
  return { devices: having, next: page.length < limit ? undefined : page.at(-1)?.order };
}

/** What each device is sent it by: the same for every repetition, so that none is sent it twice. */
export function profileCommandId(version: AppVersion, { uuid, round }: ProfileRenewal, enrolmentId: EnrolmentId, ids: Pick<Identifiers, 'named'>): CommandId {
  return commandIdFor(enrolmentId, ids.named(`${version.id}/profile/${uuid}/${round}`), ids);
}

/** Throws `conflict` for a version without a renewed profile. */
export function renewalOf(version: AppVersion): ProfileRenewal {
  if (version.renewal !== undefined && version.withdrawn === undefined) return version.renewal;
  throw new WavecastError('conflict', 'There is no renewed profile of this version to send.', { remedy: 'Give it one with `wavecast app renew-profile`.' });
}

export interface Sending {
  readonly version: AppVersion;
  readonly renewal: ProfileRenewal;
  /** Base64. */
  readonly profile: string;
  readonly by: string;
  readonly now: Instant;
}

export interface SentProfile {
  readonly device: DeviceSummary;
  readonly commandId: CommandId;
  /** False where it was sent before. */
  readonly sent: boolean;
}

/** Queues it for each device, and wakes those. Devices that have been sent it keep what they were sent. */
export async function sendProfile(services: SendProfileServices, { version, renewal, profile, by, now }: Sending, devices: readonly DeviceSummary[]): Promise<readonly SentProfile[]> {
  const results = await atMost(AT_ONCE, devices, async (device): Promise<SentProfile> => {
    const command = commandByHand(device, { requestType: 'InstallProvisioningProfile', keys: { ProvisioningProfile: { $data: profile } } }, by, services.ids, now);
    const id = profileCommandId(version, renewal, command.enrolmentId, services.ids);
    if (!(await askOnce(services, { ...command, id }))) return { device, commandId: id, sent: false };
    await services.timeline.record(device.id, namedEvent(services.ids, `${id}/issued`, { kind: 'command-issued', at: now, words: `The renewed profile of ${version.bundleId} ${version.shortVersion} was sent to the device.`, by, details: { command: id } }));
    return { device, commandId: id, sent: true };
  });
  const wake = results.flatMap(({ sent, device }) => (sent && device.enrolmentId !== undefined ? [device.enrolmentId] : []));
  if (wake.length > 0) await services.waker.wake(wake);
  return results;
}

async function askOnce({ queue }: Pick<SendProfileServices, 'queue'>, command: Parameters<CommandQueue['ask']>[0]): Promise<boolean> {
  try {
    await queue.ask(command);
    return true;
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'conflict') return false;
    throw error;
  }
}

export interface ProfileStanding {
  readonly device: DeviceSummary;
  readonly commandId?: CommandId;
  readonly state: CommandState | 'not-sent';
  readonly outcome?: CommandOutcome;
}

/** What became of it on each device: 3 reads for one that was sent it. */
export function profileStandings({ queue, ids }: SendProfileServices, version: AppVersion, renewal: ProfileRenewal, devices: readonly DeviceSummary[], now: Instant): Promise<readonly ProfileStanding[]> {
  return atMost(AT_ONCE, devices, async (device): Promise<ProfileStanding> => {
    if (device.enrolmentId === undefined) return { device, state: 'not-sent' };
    const commandId = profileCommandId(version, renewal, device.enrolmentId, ids);
    const asked = await queue.asked(commandId);
    if (asked === undefined) return { device, state: 'not-sent' };
    const { outcome } = asked.record;
    return { device, commandId, state: stateOfRecord(asked.record, asked.queued, now), ...(outcome === undefined ? {} : { outcome }) };
  });
}
