/** Where a list goes on that goes through branches in the order of their ids, and through each in the order of its waves. */
import type { BranchStore } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import { parseBranchId, type BranchId } from '../ids.ts';

export interface BranchPlace {
  readonly branchId: BranchId;
  /** Of the last device that was looked at; absent at the beginning of the branch. */
  readonly order?: string;
}

export function placeText({ branchId, order = '' }: BranchPlace): string {
  return `${branchId}/${order}`;
}

/** Throws `invalid-input` for what `placeText` never writes. */
export function readPlace(text: string): BranchPlace {
  const [, branchId, order = ''] = /^([a-z0-9-]+)\/([ -~]*)$/.exec(text) ?? [];
  if (branchId === undefined) throw new WavecastError('invalid-input', 'The page asked for does not exist.', { remedy: 'Use the `next` of the page before, unchanged.' });
  return { branchId: parseBranchId(branchId), ...(order === '' ? {} : { order }) };
}

/** The branches from a place on; they are in the order of their ids. */
export function branchesFrom(branchIds: readonly BranchId[], place: BranchPlace | undefined): readonly BranchId[] {
  return place === undefined ? branchIds : branchIds.filter((id) => id >= place.branchId);
}

/** One branch or all, in the order of their ids. Throws `not-found`. */
export async function branchesAsked({ branches }: { readonly branches: Pick<BranchStore, 'branch' | 'branches'> }, asked: BranchId | undefined): Promise<readonly BranchId[]> {
  if (asked === undefined) return (await branches.branches()).map(({ id }) => id);
  if ((await branches.branch(asked)) === undefined) throw new WavecastError('not-found', `There is no branch "${asked}".`, { remedy: 'Name one that `wavecast branch list` shows.' });
  return [asked];
}
