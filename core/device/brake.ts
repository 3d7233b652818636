/** The emergency brake of a branch: on record, for manifests, and at the communication server's edge, for links that are out. */
import type { EdgeGate } from '../catalog/edge-gate.ts';
import type { BranchId } from '../ids.ts';
import type { BranchStore } from './store.ts';

export interface BrakeServices {
  readonly branches: Pick<BranchStore, 'branch'>;
  readonly gate: EdgeGate;
}

/**
 * Makes the edge do what the record says. The record is written first: it decides, and manifests follow it at once. Whoever dies
 * in between leaves an edge that does not know yet, and repeating the request tells it, whatever the request changes. Of two at
 * once the edge ends with what the record ends with: each looks again after it has told the edge.
 */
export async function applyBrake({ branches, gate }: BrakeServices, branchId: BranchId): Promise<void> {
  let told: boolean | undefined;
  for (;;) {
    const brake = (await branches.branch(branchId))?.brake === true;
    if (brake === told) return;
    await (brake ? gate.close({ kind: 'branch', branchId }) : gate.open({ kind: 'branch', branchId }));
    told = brake;
  }
}
