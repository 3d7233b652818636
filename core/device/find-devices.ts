/** Lists of devices for people: those of a branch, and those that are called so. */
import { WavecastError } from '../errors.ts';
import type { BranchId } from '../ids.ts';
import type { Device, DeviceSummary, EnrolmentStatus } from './device.ts';
import { foldText, isFirstHit, searchStart, SHORTEST_SEARCH } from './search.ts';
import { branchesFrom, placeText, readPlace } from '../result/branch-place.ts';
import type { BranchStore, DeviceStore, Page } from './store.ts';

export interface DeviceFilter {
  /** Of a search: only this branch. */
  readonly branchId?: BranchId | undefined;
  readonly status?: EnrolmentStatus | undefined;
  readonly tag?: string | undefined;
  readonly testDevice?: boolean | undefined;
}

/** Devices that one page looks at: where hardly any fits, the page ends early and says where to go on. */
const LOOKED_AT = 2_000;
const PORTION = 200;
/** Branches that one page of all devices goes through. */
const BRANCHES_LOOKED_AT = 50;

/** A page of a branch's devices that fit, in the order of its waves; `after` is the `order` of a device. It may be short, or empty, and still have a next one. */
export async function branchDevices({ devices }: { readonly devices: Pick<DeviceStore, 'devicesOfBranch'> }, branchId: BranchId, filter: DeviceFilter, after: string | undefined, limit: number): Promise<Page<DeviceSummary>> {
  const portion = isEmpty(filter) ? limit : Math.max(limit, PORTION);
  const items: DeviceSummary[] = [];
  let place = after;
  for (let looked = 0; looked < LOOKED_AT;) {
    const found = await devices.devicesOfBranch(branchId, place, portion);
    for (const device of found) {
      place = device.order;
      if (fits(device, filter)) items.push(device);
      if (items.length === limit) return { items, next: place };
    }
    if (found.length < portion) return { items };
    looked += found.length;
  }
  return { items, ...(place === undefined ? {} : { next: place }) };
}

/** A page of all devices that fit: by branch, each in the order of its waves; `after` is the `next` of the page before. It may be short, or empty, and still have a next one. */
export async function allDevices(services: { readonly branches: Pick<BranchStore, 'branches'>; readonly devices: Pick<DeviceStore, 'devicesOfBranch'> }, filter: DeviceFilter, after: string | undefined, limit: number): Promise<Page<DeviceSummary>> {
  const begin = after === undefined ? undefined : readPlace(after);
  const branchIds = branchesFrom((await services.branches.branches()).map(({ id }) => id), begin);
  const items: DeviceSummary[] = [];
  for (const [index, branchId] of branchIds.entries()) {
    // A few empty branches cost a query each; of thousands the next page begins where this one gave up.
    if (index === BRANCHES_LOOKED_AT) return { items, next: placeText({ branchId }) };
    const page = await branchDevices(services, branchId, filter, branchId === begin?.branchId ? begin.order : undefined, limit - items.length);
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: placeText({ branchId, order: page.next }) };
  }
  return { items };
}

export function fits(device: Pick<Device, 'status' | 'tags' | 'testDevice'> & Partial<Pick<Device, 'branchId'>>, { branchId, status, tag, testDevice }: DeviceFilter): boolean {
  return (branchId === undefined || device.branchId === undefined || device.branchId === branchId) && (status === undefined || device.status === status) && (tag === undefined || device.tags.includes(tag)) && (testDevice === undefined || device.testDevice === testDevice);
}

function isEmpty({ status, tag, testDevice }: DeviceFilter): boolean {
  return status === undefined && tag === undefined && testDevice === undefined;
}

/**
 * A page of the devices whose name, display name, serial number or UDID begins with `text`, in the order of these texts;
 * each device once. Throws `invalid-input` for a text too short to look for.
 */
export async function searchDevices({ devices }: { readonly devices: Pick<DeviceStore, 'search' | 'devices'> }, text: string, filter: DeviceFilter, after: string | undefined, limit: number): Promise<Page<Device>> {
  const start = foldText(text);
  if (searchStart(start) === undefined) throw new WavecastError('invalid-input', `At least ${SHORTEST_SEARCH} characters are needed to search.`, { remedy: 'Write more of the name, the serial number or the UDID.' });
  if (after !== undefined && !after.startsWith(start)) throw new WavecastError('invalid-input', '`after` is not the `next` of a page of this search.', { remedy: 'Leave it out, or give what the page before answered.' });
  const items: Device[] = [];
  let place = after;
  for (let looked = 0; looked < LOOKED_AT;) {
    const { items: hits, next } = await devices.search(start, place, PORTION);
    const found = new Map((await devices.devices(hits.map(({ deviceId }) => deviceId))).map((device) => [device.id, device]));
    for (const { place: here, ...hit } of hits) {
      const device = found.get(hit.deviceId);
      if (device !== undefined && isFirstHit(device, hit, start) && fits(device, filter)) items.push(device);
      if (items.length === limit) return { items, next: here };
    }
    if (next === undefined) return { items };
    place = next;
    looked += hits.length;
  }
  return { items, ...(place === undefined ? {} : { next: place }) };
}
