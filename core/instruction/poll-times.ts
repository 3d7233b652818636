/**
 * When a device that has taken an install instruction is asked how far it is: counted from its own acknowledgement, which
 * may come hours after its wave. Instants are gathered into slots of the clock, so that the devices of a wave that answered
 * at about the same time are asked by one timer, and a wave costs no more timers than there are slots. Pure.
 */
import { HOUR, MINUTE, type Instant } from '../ambient.ts';
import type { WaveId } from '../ids.ts';
import { LAST_ASKED } from './deadline.ts';
import type { Instruction } from './instruction.ts';
import type { Due, ExchangeCommit } from './store.ts';

const AFTER: readonly number[] = [10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];
/** So much later than counted a device is asked at most. */
export const SLOT = 5 * MINUTE;

type Taken = Pick<Instruction, 'kind' | 'state' | 'history' | 'deadline'>;

/** The timer by which who takes an instruction in this exchange is asked the first time. */
export function firstPoll({ settled, changes, now }: Pick<ExchangeCommit, 'settled' | 'changes' | 'now'>): Due | undefined {
  if (settled?.waveId === undefined || settled.command.type !== 'install-application') return undefined;
  return changes.some(({ waveId, to }) => waveId === settled.waveId && isTaken(to)) ? pollTimer(settled.waveId, slotFrom(now + Math.min(...AFTER))) : undefined;
}

export function pollTimer(waveId: WaveId, slot: number): Due {
  return { at: slot * SLOT, kind: 'progress', subject: waveId, step: slot };
}

/** The last slot that has begun. */
export function slotAt(now: Instant): number {
  return Math.floor(now / SLOT);
}

/** The latest of a device's slots from `from` to `to`: what has become due together is asked once. */
export function pollWithin(instruction: Taken, from: number, to: number): number | undefined {
  return slotsOf(instruction).findLast((slot) => slot >= from && slot <= to);
}

/** The earliest slot after `slot` at which any of them is asked. */
export function nextPoll(instructions: readonly Taken[], slot: number): number | undefined {
  const later = instructions.flatMap((instruction) => slotsOf(instruction).filter((candidate) => candidate > slot));
  return later.length === 0 ? undefined : Math.min(...later);
}

/** In order. None near the deadline: there the wave's own steps ask (deadline.ts). */
function slotsOf({ kind, state, history, deadline }: Taken): readonly number[] {
  const takenAt = (history.findLast((entry) => entry.state === 'acknowledged') ?? history.find((entry) => entry.state === 'installing'))?.at;
  if (kind !== 'install' || !isTaken(state) || takenAt === undefined) return [];
  return AFTER.map((after) => slotFrom(takenAt + after)).filter((slot) => slot * SLOT < deadline - LAST_ASKED);
}

function isTaken(state: Instruction['state']): boolean {
  return state === 'acknowledged' || state === 'installing';
}

function slotFrom(instant: Instant): number {
  return Math.ceil(instant / SLOT);
}
