import type { Instant } from '../ambient.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import { takesClaim } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import { neverIssued } from './carry-out-wave.ts';
import type { Plan, Wave } from './plan.ts';
import type { TurnServices } from './take-turn.ts';

/** What becomes of instructions that are withdrawn: of a plan that was cancelled, or of one to which a later plan has come. */
export type Withdrawn = 'cancelled' | 'superseded';

/** Withdraws what no device has fetched; what a device has taken stays as it is. May repeat. */
export async function withdrawWave(services: Pick<TurnServices, 'instructions' | 'ids'>, wave: Wave, plan: Plan, to: Withdrawn, now: Instant): Promise<void> {
  const why = reason(to === 'cancelled' ? 'plan-cancelled' : 'plan-superseded');
  // A turn may be issuing it right now, or again after an interruption: it passes over what is there already.
  if (wave.state === 'opening') await services.instructions.record(wave.targets.map((target) => neverIssued(services, wave, plan, target, to, why, now)));
  for (const instruction of await services.instructions.instructionsOfWave(wave.id)) {
    if (instruction.state !== 'issued' && instruction.state !== 'deferred') continue;
    const { waveId, deviceId, bundleId, enrolmentId } = instruction;
    await services.instructions.change(
      { waveId, deviceId, bundleId, from: ['issued', 'deferred'], to, at: now, ends: takesClaim(instruction), reason: why },
      enrolmentId === undefined ? undefined : { enrolmentId, commands: commandsOf(instruction, services.ids) },
    );
  }
}
