/** Whom a plan would instruct and whom not, device by device. */
import type { ForeseenTarget } from '../../core/rollout/foresee-targets.ts';
import { neutralise, writeLine } from './table.ts';

const words: Readonly<Record<ForeseenTarget['foreseen'], string>> = { instruct: 'would be instructed', instructed: 'instructed already', skip: 'skipped' };

export const planTargetsHeader = writeLine(['Name', 'Branch', 'Decision', 'Reason code', 'Reason']);

/** The line of one device: the reason's two cells are empty where there is none. */
export function planTargetLine({ name, branchId, foreseen, reason }: ForeseenTarget): string {
  return writeLine([neutralise(name), branchId, words[foreseen], reason?.code ?? '', reason?.words ?? '']);
}
