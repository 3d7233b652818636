import { overview } from '../../core/result/overview.ts';
import type { Handler } from './admin-call.ts';

export const getOverview: Handler<'getOverview'> = async ({ services, now }) => {
  const { rollouts, ...rest } = await overview(services, now);
  return {
    ...rest, asOf: now,
    rollouts: rollouts.map(({ plan: { id, name, operation, bundleId, shortVersion, version, pausedBecause, startedAt }, ...progress }) => ({ planId: id, name, operation, bundleId, shortVersion, version, pausedBecause, startedAt, ...progress })),
  };
};
