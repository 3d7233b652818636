import { parseBranchId, parseVersionId } from '../../core/ids.ts';
import { instructionsOfVersion, pageOfOutcomes } from '../../core/result/version-devices.ts';
import type { Handler } from './admin-call.ts';
import { versionOf } from './records.ts';

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
