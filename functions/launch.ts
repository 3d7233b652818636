/** Asynchronous invocation, by `admin`: makes a plan's new status true in its branches; by `sweep`: makes the next attempt of one that is over. */
import { parsePlanId } from '../core/ids.ts';
import { launchPlan } from '../core/rollout/launch.ts';
import { reissueItself } from '../core/rollout/reissue-itself.ts';
import { clock, launchServices } from './services.ts';

const services = launchServices();

export function handler({ planId, reissue }: { readonly planId: unknown; readonly reissue?: unknown }): Promise<void> {
  return (reissue === true ? reissueItself : launchPlan)(services, parsePlanId(planId), clock.now());
}
