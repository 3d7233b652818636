/** What a device's lists mean for its instructions: facts are kept, and the last install instruction is moved if they prove something. */
import type { Instant } from '../ambient.ts';
import type { BundleId, DeviceId } from '../ids.ts';
import type { InstructionChange, InstructionStore } from '../instruction/store.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import type { InstalledFacts, InventoryStore, ManagedFacts } from './inventory.ts';
import { evidenceOf } from './proof.ts';

export interface EvidenceServices {
  readonly inventory: Pick<InventoryStore, 'report'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instruction' | 'change'>;
}

export interface ReportedApp {
  readonly bundleId: BundleId;
  readonly managed?: ManagedFacts;
  readonly installed?: InstalledFacts;
}

/** Records one app's facts and applies what they prove. Repeating a report changes nothing more. */
export async function takeEvidence(services: EvidenceServices, deviceId: DeviceId, reported: ReportedApp, now: Instant): Promise<void> {
  const { bundleId, ...lists } = reported;
  const facts = await services.inventory.report(deviceId, bundleId, lists);
  const standing = (await services.instructions.standings([deviceId], bundleId)).get(deviceId);
  if (standing === undefined) return;
  const instruction = await services.instructions.instruction(standing.waveId, deviceId);
  if (instruction === undefined) return;
  const evidence = evidenceOf(instruction, facts);
  if (evidence === undefined || evidence.to === instruction.state || !statesBefore(evidence.to).includes(instruction.state)) return;
  const change: InstructionChange = {
    waveId: instruction.waveId, deviceId, bundleId, from: [instruction.state], to: evidence.to, at: now,
    // What had ended gave its claim back already: the device may have another instruction by now.
    ends: standing.live && isEnd(evidence.to),
    ...(evidence.reason === undefined ? {} : { reason: evidence.reason }),
    ...(evidence.cannotRunYet === undefined ? {} : { cannotRunYet: evidence.cannotRunYet }),
  };
  await services.instructions.change(change);
}
