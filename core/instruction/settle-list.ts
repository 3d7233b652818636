/**
 * The common case of a report: a list of one app, asked for and in time. What it says, what it proves, the command that it
 * settles and the next one handed out are one transaction, after one read. Where anything else comes between, nothing was
 * written, and the report is taken step by step (serve-device.ts): this is an economy, and no second set of rules.
 */
import type { Instant } from '../ambient.ts';
import type { DeviceId, WaveId } from '../ids.ts';
import type { AppFacts, EvidenceReads, EvidenceView, ReportedFacts } from '../inventory/inventory.ts';
import { provenChange } from '../inventory/take-evidence.ts';
import type { Instruction } from './instruction.ts';
import type { CommandQueue, ExchangeCommit, InstructionChange, InstructionStore } from './store.ts';

export interface SettleListServices {
  readonly evidence: EvidenceReads;
  readonly instructions: Pick<InstructionStore, 'instruction'>;
  readonly queue: Pick<CommandQueue, 'commit'>;
}

/** True when all of it is done; false when nothing is. */
export async function settleList(services: SettleListServices, commit: ExchangeCommit, reported: ReportedFacts, asked: WaveId | undefined, now: Instant): Promise<boolean> {
  const view = await services.evidence.view(reported.deviceId, reported.bundleId, asked);
  const facts = merged(view.facts, reported);
  if (facts === undefined) return false;
  const change = provenChange(view.standing, await instructionOf(services, view, reported.deviceId), facts, now);
  // A transaction may name an item once.
  if (change !== undefined && commit.changes.some((other) => isSameInstruction(other, change))) return false;
  return (await services.queue.commit({ ...commit, facts: reported, changes: [...commit.changes, ...(change === undefined ? [] : [change])] })) === 'done';
}

/** The one that has the claim: a plan's inventory asks in a wave of its own. */
async function instructionOf({ instructions }: SettleListServices, { standing, instruction }: EvidenceView, deviceId: DeviceId): Promise<Instruction | undefined> {
  if (standing === undefined || standing.waveId === instruction?.waveId) return instruction;
  return instructions.instruction(standing.waveId, deviceId);
}

/** Undefined where newer is known. */
function merged(known: AppFacts | undefined, { deviceId, bundleId, managed, installed }: ReportedFacts): AppFacts | undefined {
  if (isOlder(managed, known?.managed) || isOlder(installed, known?.installed)) return undefined;
  return { ...known, deviceId, bundleId, ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }) };
}

function isOlder(reported: { readonly reportedAt: Instant } | undefined, known: { readonly reportedAt: Instant } | undefined): boolean {
  return reported !== undefined && known !== undefined && known.reportedAt > reported.reportedAt;
}

function isSameInstruction(a: InstructionChange, b: InstructionChange): boolean {
  return a.waveId === b.waveId && a.deviceId === b.deviceId;
}
