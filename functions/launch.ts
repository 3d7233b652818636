/** Asynchronous invocation by `admin`: makes a plan's new status true in its branches. */
import { parsePlanId } from '../core/ids.ts';
import { launchPlan } from '../core/rollout/launch.ts';
import { clock, launchServices } from './services.ts';

const services = launchServices();

export function handler(event: { readonly planId: unknown }): Promise<void> {
  return launchPlan(services, parsePlanId(event.planId), clock.now());
}
