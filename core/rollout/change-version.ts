/** A plan gets another version of its app: while it is a draft, and nobody was instructed by it. */
import type { Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import { WavecastError } from '../errors.ts';
import { checkVersion } from './new-plan.ts';
import type { Plan } from './plan.ts';

/** The plan for `version`; the very same object where it is for it already. Throws `conflict`, `invalid-input`, or as `checkVersion` does. */
export function changeVersion(plan: Plan, version: AppVersion | undefined, now: Instant): Plan {
  if (plan.operation === 'remove') throw new WavecastError('conflict', 'The plan removes the app, whatever version a device has.', { remedy: 'Make a plan that installs the version.' });
  const { id: versionId, bundleId, shortVersion, version: build } = checkVersion(version, now);
  if (plan.versionId === versionId) return plan;
  if (plan.bundleId !== bundleId) throw new WavecastError('invalid-input', `The plan is for ${plan.bundleId}, the version is one of ${bundleId}.`, { remedy: 'Name a version of the same app, or make a plan for the other.' });
  if (plan.status !== 'draft') throw new WavecastError('conflict', `The plan is ${plan.status}: only a draft can be given another version.`, { remedy: 'Cancel it, and make a plan for the other version.' });
  return { ...plan, versionId, shortVersion, version: build, revision: plan.revision + 1 };
}
