import type { Instant } from '../ambient.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import { reason } from '../instruction/reasons.ts';
import type { Wave } from './plan.ts';
import type { TurnServices } from './take-turn.ts';

/** Withdraws what no device has fetched; what a device has taken stays as it is. May repeat. */
export async function withdrawWave(services: Pick<TurnServices, 'instructions' | 'ids'>, wave: Pick<Wave, 'id'>, now: Instant): Promise<void> {
  for (const instruction of await services.instructions.instructionsOfWave(wave.id)) {
    if (instruction.state !== 'issued' && instruction.state !== 'deferred') continue;
    const { waveId, deviceId, bundleId, enrolmentId } = instruction;
    await services.instructions.change(
      { waveId, deviceId, bundleId, from: ['issued', 'deferred'], to: 'cancelled', at: now, ends: instruction.kind === 'install', reason: reason('plan-cancelled') },
      enrolmentId === undefined ? undefined : { enrolmentId, commands: commandsOf(instruction, services.ids) },
    );
  }
}
