/** Totals after changes: counted again from the instructions, never added up from events. */
import type { WaveId } from '../ids.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import type { RunStore } from '../rollout/store.ts';
import { placeOfWave } from '../rollout/wave-id.ts';
import { isNothing, subtractTallies, tallyOf } from './totals.ts';

export interface SettleServices {
  readonly instructions: Pick<InstructionStore, 'instructionsOfWave'>;
  readonly runs: Pick<RunStore, 'waveTotals' | 'setWaveTotals'>;
}

/** Attempts before a wave's record is left to be delivered again. */
const ATTEMPTS = 5;

/** Recounts one wave; the instructions that were counted, of a plan's wave. Harmless when repeated or out of order. Throws when others kept changing the totals meanwhile. */
export async function settleWave(services: SettleServices, waveId: WaveId): Promise<readonly Instruction[]> {
  const place = placeOfWave(waveId);
  if (place === undefined) return [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // The version first: a count made after it can only be newer than what it guards.
    const before = await services.runs.waveTotals(place.key, place.seq);
    const instructions = await services.instructions.instructionsOfWave(waveId);
    const counted = tallyOf(instructions);
    const difference = subtractTallies(counted, before);
    if (isNothing(difference)) return instructions;
    if (await services.runs.setWaveTotals(place.key, place.seq, before.version, counted, difference)) return instructions;
  }
  throw new Error('The totals of a wave changed while they were counted.');
}
