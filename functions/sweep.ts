/** EventBridge Scheduler, every minute: deadlines, polls, repeated pushes, overdue runs. */
import { sweep } from '../core/rollout/sweep.ts';
import { clock, log, sweepServices } from './services.ts';

const services = sweepServices();

export async function handler(): Promise<void> {
  const { handled, failed } = await sweep(services, clock.now());
  if (handled > 0) log.info('swept', { handled, failed });
  // An invocation that failed raises the alarm; what it did is done, the rest is met again.
  if (failed > 0) throw new Error('Some timers failed; see the log.');
}
