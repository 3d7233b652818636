/** EventBridge Scheduler, every minute: deadlines, polls, repeated pushes, overdue runs. */
import type { Context } from 'aws-lambda';
import { SECOND } from '../core/ambient.ts';
import { sweep } from '../core/rollout/sweep.ts';
import { clock, log, sweepServices } from './services.ts';

const services = sweepServices();
/** Nothing new is begun so shortly before the function's end: what is under way needs this long at most. */
const SLACK = 10 * SECOND;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const { handled, failed } = await sweep(services, clock.now(), () => context.getRemainingTimeInMillis() > SLACK);
  if (handled > 0) log.info('swept', { handled, failed });
  // An invocation that failed raises the alarm; what it did is done, the rest is met again.
  if (failed > 0) throw new Error('Some timers failed; see the log.');
}
