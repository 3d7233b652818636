import type { AppVersion } from '../../core/catalog/app.ts';
import { atMost } from '../../core/at-once.ts';
import { highestOf } from '../../core/catalog/supersede.ts';
import { parseBranchId, parseBundleId, parseVersionId } from '../../core/ids.ts';
import { instructionsOfVersion, pageOfOutcomes } from '../../core/result/version-devices.ts';
import type { AdminServices } from './admin-services.ts';
import type { Handler } from './admin-call.ts';
import { versionOf } from './records.ts';

/** Versions whose plans are read at once. */
const AT_ONCE = 8;

export const listAdoption: Handler<'listAdoption'> = async ({ services, query: { bundleId } }) => {
  const versions = bundleId === undefined ? await newestOfEach(services) : await services.catalogue.versionsOf(parseBundleId(bundleId));
  return { items: await atMost(AT_ONCE, versions, async (version) => ({ bundleId: version.bundleId, versionId: version.id, instructions: await instructionsOfVersion(services, version, undefined) })) };
};

async function newestOfEach({ catalogue }: Pick<AdminServices, 'catalogue'>): Promise<readonly AppVersion[]> {
  const newest = await atMost(AT_ONCE, await catalogue.apps(), async (app) => highestOf((await catalogue.versionsOf(app.bundleId)).filter(({ withdrawn }) => withdrawn === undefined)));
  return newest.filter((version) => version !== undefined);
}

export const getVersionTotals: Handler<'getVersionTotals'> = async ({ services, id }) => (
  { instructions: await instructionsOfVersion(services, await versionOf(services, parseVersionId(id)), undefined) }
);

export const listVersionDevices: Handler<'listVersionDevices'> = async ({ services, id, query: { after, limit, branchId: asked, state, reason } }) => {
  const version = await versionOf(services, parseVersionId(id));
  const branchId = asked === undefined ? undefined : parseBranchId(asked);
  const [page, instructions] = await Promise.all([
    pageOfOutcomes(services, version, { branchId, state, reason }, after, limit),
    after === undefined ? instructionsOfVersion(services, version, branchId) : undefined,
  ]);
  return { ...page, ...(instructions === undefined ? {} : { instructions }) };
};
