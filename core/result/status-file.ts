/** The distribution status as a job writes it: rows with what they come to, and what happened to the fleet meanwhile. */
import type { BranchStore } from '../device/store.ts';
import type { Counts } from '../job/job.ts';
import { readPlace } from './branch-place.ts';
import { statusRows, type StatusCode, type StatusPage, type StatusScope, type StatusServices } from './status-rows.ts';

/** Each row counts as one of these, each device that was looked at as one of `devices`. */
const words: Readonly<Record<StatusCode, string>> = { 0: 'notInstructed', 1: 'installed', 2: 'scheduled', 3: 'open', 4: 'failed' };

export async function* statusPages(services: StatusServices, scope: StatusScope, place: string | undefined): AsyncGenerator<StatusPage & { readonly counts: Counts }, undefined> {
  for await (const page of statusRows(services, scope, place === undefined ? undefined : readPlace(place))) {
    const counts: Record<string, number> = { devices: page.devices };
    for (const { status } of page.rows) counts[words[status]] = (counts[words[status]] ?? 0) + 1;
    yield { ...page, counts };
  }
  return undefined;
}

/**
 * A row is true of the moment at which its page was read, and a device that moves to another branch, or becomes a test device, may move past the reader: how many more or
 * fewer devices there are at the end than were met, in a sentence. Undefined where they are as many. 1 call per 100 branches.
 */
export async function movedMeanwhile({ branches }: { readonly branches: Pick<BranchStore, 'deviceCounts'> }, { branchIds, devicesOf }: Pick<StatusScope, 'branchIds' | 'devicesOf'>, { devices = 0 }: Counts): Promise<string | undefined> {
  // The devices that a plan lists are counted nowhere else.
  if (devicesOf !== undefined) return undefined;
  const present = [...(await branches.deviceCounts(branchIds)).values()].reduce((sum, count) => sum + count.devices, 0);
  if (present === devices) return undefined;
  const difference = Math.abs(present - devices);
  const than = difference === 1 ? `There is 1 device ${present > devices ? 'more' : 'fewer'} now than the file has` : `There are ${difference} devices ${present > devices ? 'more' : 'fewer'} now than the file has`;
  return `${than}: devices were added, deleted or moved while it was written. Ask again for those.`;
}
