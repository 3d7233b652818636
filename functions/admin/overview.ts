import { overview, type Rollout } from '../../core/result/overview.ts';
import type { Handler } from './admin-call.ts';

export const getOverview: Handler<'getOverview'> = async ({ services, now }) => {
  const { rollouts, lately, ...rest } = await overview(services, now);
  return { ...rest, asOf: now, rollouts: rollouts.map(told), lately: lately.map(told) };
};

function told({ plan: { id, name, operation, bundleId, shortVersion, version, pausedBecause, startedAt }, ...progress }: Rollout) {
  return { planId: id, name, operation, bundleId, shortVersion, version, pausedBecause, startedAt, ...progress };
}
