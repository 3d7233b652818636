/** Whom a plan would instruct and whom not, for people: a row for each branch and reason. */
import type { BranchForecastAnswer } from '../protocol/admin/plan-targets.ts';
import type { Output } from './output.ts';
import { counted } from './text.ts';

interface Row {
  readonly branchId: string;
  readonly devices: number;
  readonly decision: string;
  readonly why: string;
}

export function targetLines(output: Output, branches: readonly BranchForecastAnswer[]): readonly string[] {
  const sum = (count: (branch: BranchForecastAnswer) => number): number => branches.reduce((total, branch) => total + count(branch), 0);
  const [devices, instruct, instructed] = [sum((branch) => branch.devices), sum((branch) => branch.instruct), sum((branch) => branch.instructed)];
  return [
    ...output.table([
      { title: 'BRANCH', value: ({ branchId }) => branchId },
      { title: 'DEVICES', value: (row) => row.devices, align: 'right' },
      { title: 'DECISION', value: ({ decision }) => decision, keep: true },
      { title: 'WHY', value: ({ why }) => why, wrap: true },
    ], branches.flatMap(rowsOf)),
    '', sumOfTargets(devices, instruct, instructed),
  ];
}

function rowsOf({ branchId, devices, instruct, instructed, skipped }: BranchForecastAnswer): readonly Row[] {
  if (devices === 0) return [{ branchId, devices, decision: 'no devices', why: '' }];
  return [
    ...(instruct === 0 ? [] : [{ branchId, devices: instruct, decision: 'would be instructed', why: '' }]),
    ...(instructed === 0 ? [] : [{ branchId, devices: instructed, decision: 'instructed already', why: '' }]),
    ...skipped.map((skip) => ({ branchId, devices: skip.devices, decision: 'skipped', why: skip.words })),
  ];
}

/** What they come to; what is neither is skipped. */
export function sumOfTargets(devices: number, instruct: number, instructed: number): string {
  return `Of ${counted(devices, 'device')} ${instruct} would be instructed now, ${devices - instruct - instructed} skipped${instructed === 0 ? '' : `; ${instructed} ${instructed === 1 ? 'is' : 'are'} instructed already`}.`;
}
