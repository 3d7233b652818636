/** Whom a plan would instruct in which wave and whom not, device by device. */
import type { PlacedTarget } from '../../core/rollout/foresee-waves.ts';
import { neutralise, writeLine } from './table.ts';

const words: Readonly<Record<PlacedTarget['foreseen'], string>> = { instruct: 'would be instructed', instructed: 'instructed already', skip: 'skipped' };

export const planTargetsHeader = writeLine(['Name', 'Branch', 'Decision', 'Reason code', 'Reason', 'Wave', 'Opens (UTC)', 'Opens (local)']);

/** The line of one device: the cells of a reason or a wave are empty where there is none. */
export function planTargetLine({ name, branchId, foreseen, reason, wave }: PlacedTarget): string {
  return writeLine([
    neutralise(name), branchId, words[foreseen], reason?.code ?? '', reason?.words ?? '',
    ...(wave === undefined ? ['', '', ''] : [String(wave.seq), new Date(wave.at).toISOString().slice(0, 16).replace('T', ' '), wave.localTime]),
  ]);
}
