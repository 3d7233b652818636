/** Whether a device is a target of a wave, from what is known of it when the wave opens. */
import { DAY, type Instant } from '../ambient.ts';
import { compareVersions } from '../catalog/version-order.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import { reason, type ReasonCode } from '../instruction/reasons.ts';
import type { Standing } from '../instruction/store.ts';
import type { AppFacts } from '../inventory/inventory.ts';
import { hasVersion, holdingOf } from '../inventory/proof.ts';
import type { Plan, WaveSkip, WaveTarget } from './plan.ts';
import { isWaveOf } from './wave-id.ts';

/** Inventory older than this does not prove that a device has a version. */
export const FRESH_INVENTORY = DAY;

export type Selection =
  | { readonly kind: 'target'; readonly target: WaveTarget }
  | { readonly kind: 'skip'; readonly skip: WaveSkip }
  /** This plan has instructed it already. */
  | { readonly kind: 'done' }
  /** It is in a branch of the plan, and not one of those that the plan is for. */
  | { readonly kind: 'other' };

export function isMeant(device: Pick<DeviceSummary, 'tags'>, { tags }: Pick<Plan, 'tags'>): boolean {
  return tags === undefined || tags.some((tag) => device.tags.includes(tag));
}

export type VersionNeeds = Pick<AppVersion, 'minimumOsVersion' | 'deviceFamilies' | 'kind' | 'provisionedDevices' | 'shortVersion' | 'version'>;

/** `plan`: whose wave it is; none where a person instructs the device by itself. */
export function selectForInstall(device: DeviceSummary, standing: Standing | undefined, facts: AppFacts | undefined, version: VersionNeeds, plan: Pick<Plan, 'id'> | undefined, now: Instant): Selection {
  if (plan !== undefined && standing !== undefined && isWaveOf(standing.waveId, plan.id)) return { kind: 'done' };
  const skip = (code: ReasonCode): Selection => ({ kind: 'skip', skip: { deviceId: device.id, deviceName: device.name, ...reason(code) } });
  if (device.status !== 'enrolled' || device.enrolmentId === undefined) return skip('not-enrolled');
  if (hasVersion(facts, version, now - FRESH_INVENTORY)) return skip('already-installed');
  if (device.osVersion !== undefined && compareVersions(device.osVersion, version.minimumOsVersion) < 0) return skip('os-too-old');
  if (!runsOn(device.productName, version.deviceFamilies)) return skip('wrong-device-family');
  if (version.kind === 'ad-hoc' && !version.provisionedDevices.includes(device.enrolmentId)) return skip('not-provisioned');
  if (standing?.live === true) return skip('other-instruction-live');
  return { kind: 'target', target: { deviceId: device.id, deviceName: device.name, enrolmentId: device.enrolmentId } };
}

/**
 * The app is removed from devices that have it, managed, by their last report; of one that has never reported on it, where it was
 * instructed to install it. A report may be old: a device that has it no more says so, and nothing is lost.
 */
export function selectForRemoval(device: DeviceSummary, standing: Standing | undefined, facts: AppFacts | undefined, plan: Pick<Plan, 'id'>): Selection {
  if (standing !== undefined && isWaveOf(standing.waveId, plan.id)) return { kind: 'done' };
  const skip = (code: ReasonCode): Selection => ({ kind: 'skip', skip: { deviceId: device.id, deviceName: device.name, ...reason(code) } });
  if (device.status !== 'enrolled' || device.enrolmentId === undefined) return skip('not-enrolled');
  // Before what is on it: an installation under way is about to change that.
  if (standing?.live === true) return skip('other-instruction-live');
  const holding = holdingOf(facts);
  if (holding === 'absent') return skip('not-installed');
  if (holding === 'unmanaged') return skip('not-managed');
  if (holding === 'unknown' && standing === undefined) return skip('nothing-known');
  return { kind: 'target', target: { deviceId: device.id, deviceName: device.name, enrolmentId: device.enrolmentId } };
}

/** Inventory is asked of the devices that the plan instructed. */
export function selectForInventory(device: DeviceSummary, standing: Standing | undefined, plan: Pick<Plan, 'id'>): Selection {
  if (standing === undefined || !isWaveOf(standing.waveId, plan.id)) return { kind: 'done' };
  if (device.status !== 'enrolled' || device.enrolmentId === undefined) return { kind: 'done' };
  return { kind: 'target', target: { deviceId: device.id, deviceName: device.name, enrolmentId: device.enrolmentId } };
}

/** An iPad runs what an iPhone runs; an iPhone does not run what is made for iPads alone. */
function runsOn(productName: string | undefined, families: readonly number[]): boolean {
  if (families.length === 0 || families.includes(1) || productName === undefined) return true;
  return productName.startsWith('iPad') && families.includes(2);
}
