/** A few devices instructed by themselves: at once, outside all windows and plans, and by the very decision that waves are chosen by. */
import type { Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { Device } from '../device/device.ts';
import type { DeviceStore } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { DeviceId } from '../ids.ts';
import type { DirectRequest } from '../instruction/direct.ts';
import type { Reason } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import type { InstructionStore, Standing } from '../instruction/store.ts';
import type { InventoryStore } from '../inventory/inventory.ts';
import { checkVersion, planDefaults } from './new-plan.ts';
import type { Plan } from './plan.ts';
import { promptedTwice } from './reissue.ts';
import { isMeant, selectForInstall } from './select.ts';
import { listed, whereItGoesOn, type StartServices } from './start-plan.ts';
import { isWaveOf } from './wave-id.ts';

export interface InstructServices extends StartServices {
  readonly devices: Pick<DeviceStore, 'devices'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instructionsOfDevice'>;
  readonly inventory: Pick<InventoryStore, 'facts'>;
}

export interface InstructRequest {
  /** 1 to MOST_AT_ONCE. */
  readonly deviceIds: readonly DeviceId[];
  /** Default 24. */
  readonly deadlineHours?: number | undefined;
  /** Also devices that a plan under way is still to instruct, and those whose users were prompted twice for the version within a week. */
  readonly force?: boolean | undefined;
}

/** A device that is not instructed. */
export interface LeftOut extends Pick<Reason, 'code' | 'words'> {
  readonly name: string;
}

export interface InstructNow {
  readonly request: DirectRequest;
  readonly leftOut: readonly LeftOut[];
}

/** More are a plan: nothing here spares a link. */
export const MOST_AT_ONCE = 50;

/**
 * What is to be issued, and who is left out and why: nothing is stored. Throws `not-found` for a device that there is not, `conflict` where
 * nobody is left, and as a plan does for a version that cannot be distributed. Costs three calls, a query for each device, and for each plan
 * under way for the app two reads and a call.
 */
export async function prepareInstruct(services: InstructServices, version: AppVersion | undefined, { deviceIds, deadlineHours = planDefaults.deadlineHours, force = false }: InstructRequest, now: Instant): Promise<InstructNow> {
  const wanted = checkVersion(version, now);
  const devices = await devicesOf(services, deviceIds);
  const ids = devices.map(({ id }) => id);
  const [standings, facts] = await Promise.all([services.instructions.standings(ids, wanted.bundleId), services.inventory.facts(ids, wanted.bundleId)]);
  const why = new Map<DeviceId, Pick<Reason, 'code' | 'words'>>();
  for (const device of devices) {
    const selection = selectForInstall(device, standings.get(device.id), facts.get(device.id), wanted, undefined, now);
    if (selection.kind === 'skip') why.set(device.id, selection.skip);
  }
  const able = devices.filter(({ id }) => !why.has(id));
  if (!force) {
    for (const id of await promptedTwice(services, able.map(({ id: each }) => each), wanted.id, now)) why.set(id, reason('prompted-twice'));
    for (const [id, plan] of await stillToInstruct(services, wanted, able, standings)) why.set(id, { ...reason('in-live-plan'), words: `The plan "${plan.name}" is still to instruct the device.` });
  }
  const leftOut = devices.flatMap(({ id, name }): readonly LeftOut[] => {
    const found = why.get(id);
    return found === undefined ? [] : [{ name, code: found.code, words: found.words }];
  });
  const chosen = able.filter(({ id }) => !why.has(id));
  if (chosen.length === 0) {
    const canBeForced = leftOut.some(({ code }) => code === 'prompted-twice' || code === 'in-live-plan');
    throw new WavecastError('conflict', devices.length === 1 ? 'The device cannot be instructed now.' : 'None of the devices can be instructed now.', {
      evidence: leftOut.map(({ name, words }) => `${name}: ${words}`), remedy: canBeForced ? 'Wait, or force it (`--force`).' : 'See what it is at with `wavecast device timeline`.',
    });
  }
  return { request: { kind: 'install', version: wanted, devices: chosen, deadlineHours }, leftOut };
}

/** In the order in which they were named, each once. */
async function devicesOf({ devices }: InstructServices, deviceIds: readonly DeviceId[]): Promise<readonly Device[]> {
  const ids = [...new Set(deviceIds)];
  if (ids.length === 0 || ids.length > MOST_AT_ONCE) throw new WavecastError('invalid-input', `${ids.length} devices cannot be instructed by themselves.`, { remedy: `Name 1 to ${MOST_AT_ONCE}, or make a plan for them.` });
  const found = new Map((await devices.devices(ids)).map((device) => [device.id, device]));
  return ids.map((id) => {
    const device = found.get(id);
    if (device === undefined) throw new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
    return device;
  });
}

/** Devices that a plan under way for the app is for and has not instructed, with one such plan each. A plan that lists too many to be compared is for all of its branch. */
async function stillToInstruct(services: InstructServices, { bundleId }: AppVersion, devices: readonly Device[], standings: ReadonlyMap<DeviceId, Standing>): Promise<ReadonlyMap<DeviceId, Plan>> {
  const found = new Map<DeviceId, Plan>();
  if (devices.length === 0) return found;
  const mine = new Set(devices.map(({ branchId }) => branchId));
  for (const id of (await services.plans.livePlans(bundleId)).planIds) {
    const plan = await services.plans.plan(id);
    if (plan === undefined || plan.status === 'cancelled') continue;
    const shared = (await services.plans.branchesOf(id)).flatMap(({ branchId }) => (mine.has(branchId) ? [branchId] : []));
    const going = new Set(await whereItGoesOn(services, plan, shared));
    const list = plan.targets === 'list' && going.size > 0 ? await listed(services, plan, [...going]) : undefined;
    for (const device of devices) {
      const standing = standings.get(device.id);
      const isIts = going.has(device.branchId) && isMeant(device, plan) && (list === undefined || list.has(device.id));
      if (isIts && !(standing !== undefined && isWaveOf(standing.waveId, id))) found.set(device.id, plan);
    }
  }
  return found;
}
