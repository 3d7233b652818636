/**
 * Declarative management: a device that can is asked, once per enrolment, to report by itself what changes on it. Its
 * reports are evidence like the lists that it is asked for.
 */
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { isBundleId, type EnrolmentId, type Sha256 } from '../ids.ts';
import type { QueuedCommand } from '../instruction/instruction.ts';
import type { InstalledFacts, ManagedFacts } from '../inventory/inventory.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import { takeEvidence, type EvidenceServices } from '../inventory/take-evidence.ts';
import { pinned } from './enrol-device.ts';
import type { Enrolment } from './enrolment.ts';
import type { HoldServices } from './renew-identity.ts';
import { refreshDevice, type RefreshServices, type SaidOfItself } from './refresh-device.ts';
import type { EnrolmentStore } from './store.ts';

/** The first system that reports installed apps by itself. */
const FIRST_SYSTEM = 16;
/** Long enough for a device that is switched off over a holiday. */
const COMMAND_LIFE = 30 * DAY;
/** Apps of one report whose instructions are looked at: more than any device has in-house apps. */
const MOST_APPS = 100;

export function canReport(osVersion: string | undefined): boolean {
  return Number.parseInt(osVersion ?? '', 10) >= FIRST_SYSTEM;
}

/** The same for each repetition within an enrolment. */
export function declarativeCommand(enrolment: Pick<Enrolment, 'id' | 'deviceId' | 'authenticatedAt'>, ids: Pick<Identifiers, 'named'>, now: Instant): QueuedCommand {
  return {
    id: commandIdFor(enrolment.id, ids.named(`${enrolment.id}/${enrolment.authenticatedAt}/declarative-management`), ids), enrolmentId: enrolment.id, deviceId: enrolment.deviceId,
    // After the question what it is, and whose.
    openedAt: enrolment.authenticatedAt + 2, command: { type: 'declarative-management' }, expiresAt: now + COMMAND_LIFE,
  };
}

export type StatusServices = EvidenceServices & RefreshServices & HoldServices & { readonly enrolments: Pick<EnrolmentStore, 'heardFrom'> };

export interface DeviceStatus {
  /** By package name. */
  readonly managed: ReadonlyMap<string, Omit<ManagedFacts, 'reportedAt'>>;
  /** By package name; null: it is not there any more. */
  readonly installed: ReadonlyMap<string, Omit<InstalledFacts, 'reportedAt' | 'present'> | null>;
  readonly device: SaidOfItself;
  /** What the device does not take of our declarations: printable codes. */
  readonly refused: readonly string[];
}

/**
 * Keeps the raw report, then takes what it says; one that cannot be read is kept and passed over, since it would be sent
 * again for ever. Repeating it changes nothing more. Throws `identity-refused`.
 */
export async function takeStatus(services: StatusServices, signer: Sha256, enrolmentId: EnrolmentId, status: () => DeviceStatus, keepReport: () => Promise<unknown>, now: Instant): Promise<void> {
  const enrolment = await pinned(services, signer, enrolmentId, now);
  await keepReport();
  // Also where it cannot be read: the device is there, and is not to be called silent.
  await services.enrolments.heardFrom(enrolment.id, now);
  const said = readable(services, enrolment, status);
  if (said === undefined) return;
  const { managed, installed, device, refused } = said;
  for (const [bundleId, entry] of [...managed].slice(0, MOST_APPS)) {
    if (!isBundleId(bundleId)) continue;
    const found = installed.get(bundleId);
    const list: InstalledFacts | undefined = found === undefined ? undefined : { ...found, present: found !== null, reportedAt: now };
    await takeEvidence(services, enrolment.deviceId, { bundleId, managed: { ...entry, reportedAt: now }, ...(list === undefined ? {} : { installed: list }) }, now);
  }
  if (Object.keys(device).length > 0) await refreshDevice(services, enrolment.deviceId, device, now);
  if (refused.length > 0) services.log.warn('a device refused a declaration', { deviceId: enrolment.deviceId, codes: refused.join(', ') });
}

function readable({ log }: StatusServices, { deviceId }: Enrolment, status: () => DeviceStatus): DeviceStatus | undefined {
  try {
    return status();
  } catch (error) {
    if (!(error instanceof WavecastError && error.code === 'invalid-input')) throw error;
    log.error('a report cannot be read', { deviceId });
    return undefined;
  }
}
