/** Where the kept totals of a plan differ from a count of its instructions. */
import type { Difference } from '../../core/result/recount.ts';
import { writeLine } from './table.ts';

export const planRecountHeader = writeLine(['Branch', 'Kind', 'Wave', 'What', 'Kept', 'Counted']);

/** One number; the wave is empty where it is the whole branch's. */
export function planRecountLine({ branchId, kind, seq, what, kept, counted }: Difference): string {
  return writeLine([branchId, kind, seq === undefined ? '' : String(seq), what, String(kept), String(counted)]);
}
