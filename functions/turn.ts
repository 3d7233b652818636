/** Step Functions task: one turn of a branch's run. Throws where it must be tried again; the state machine retries. */
import { takeTurn } from '../core/rollout/take-turn.ts';
import type { TurnResult } from '../core/rollout/store.ts';
import { parseTurnInput } from '../protocol/turn-input.ts';
import { clock, turnServices } from './services.ts';

const services = turnServices();

export function handler(event: unknown): Promise<TurnResult> {
  return takeTurn(services, parseTurnInput(event), clock.now());
}
