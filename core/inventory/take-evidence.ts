/** What a device's lists mean for its instructions: facts are kept, and the last one to install or remove is moved if they prove something. */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BundleId, DeviceId } from '../ids.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { InstructionChange, InstructionStore, Standing } from '../instruction/store.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import type { AppFacts, InstalledFacts, InventoryStore, ManagedFacts } from './inventory.ts';
import { evidenceOf, mayProve, removalEvidenceOf } from './proof.ts';

export interface EvidenceServices {
  readonly inventory: Pick<InventoryStore, 'report'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instruction' | 'change'>;
}

export interface ReportedApp {
  readonly bundleId: BundleId;
  readonly managed?: ManagedFacts;
  readonly installed?: InstalledFacts;
}

/** How often an instruction that moves on is looked at again. */
const ATTEMPTS = 5;

/** Records one app's facts and applies what they prove. Repeating a report changes nothing more. */
export async function takeEvidence(services: EvidenceServices, deviceId: DeviceId, reported: ReportedApp, now: Instant): Promise<void> {
  const { bundleId, ...lists } = reported;
  const facts = await services.inventory.report(deviceId, bundleId, lists);
  if (!mayProve(facts)) return;
  // Some things a device says only once: where its instruction moves on meanwhile they are applied to where it is then.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) if (await applied(services, deviceId, facts, now)) return;
  throw new WavecastError('throttled', 'The instruction changed while its evidence was taken.', { remedy: 'The device will report again.' });
}

/** False when the instruction moved on while it was changed. */
async function applied(services: EvidenceServices, deviceId: DeviceId, facts: AppFacts, now: Instant): Promise<boolean> {
  const standing = (await services.instructions.standings([deviceId], facts.bundleId)).get(deviceId);
  const instruction = standing === undefined ? undefined : await services.instructions.instruction(standing.waveId, deviceId);
  const change = provenChange(standing, instruction, facts, now);
  return change === undefined || (await services.instructions.change(change)) === 'changed';
}

/** The change of a device's last instruction for the app that the facts bring about; undefined where they prove nothing new. */
export function provenChange(standing: Standing | undefined, instruction: Instruction | undefined, facts: AppFacts, now: Instant): InstructionChange | undefined {
  if (standing === undefined || instruction === undefined) return undefined;
  const evidence = instruction.kind === 'remove' ? removalEvidenceOf(instruction, facts) : evidenceOf(instruction, facts);
  if (evidence === undefined || evidence.to === instruction.state || !statesBefore(evidence.to).includes(instruction.state)) return undefined;
  return {
    waveId: instruction.waveId, deviceId: instruction.deviceId, bundleId: instruction.bundleId, from: [instruction.state], to: evidence.to, at: now,
    // What had ended gave its claim back already: the device may have another instruction by now.
    ends: standing.live && isEnd(evidence.to),
    ...(evidence.reason === undefined ? {} : { reason: evidence.reason }),
    ...(evidence.cannotRunYet === undefined ? {} : { cannotRunYet: evidence.cannotRunYet }),
  };
}
