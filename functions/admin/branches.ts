import { HOUR } from '../../core/ambient.ts';
import { readLoad } from '../../core/catalog/package-load.ts';
import { applyBrake } from '../../core/device/brake.ts';
import type { Branch } from '../../core/device/branch.ts';
import { noDevices } from '../../core/device/device-counts.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId } from '../../core/ids.ts';
import { checkAcceptance } from '../../core/rollout/acceptance.ts';
import { checkTimeZone } from '../../core/rollout/window.ts';
import { audit, type Handler } from './admin-call.ts';

export const listBranches: Handler<'listBranches'> = async ({ services }) => {
  const branches = await services.branches.branches();
  const counts = await services.branches.deviceCounts(branches.map(({ id }) => id));
  return { items: branches.map((branch) => ({ ...branch, ...(counts.get(branch.id) ?? noDevices) })) };
};

export const getBranch: Handler<'getBranch'> = async ({ services, id: asked }) => {
  const id = parseBranchId(asked);
  const [branch, counts] = await Promise.all([services.branches.branch(id), services.branches.deviceCounts([id])]);
  if (branch === undefined) throw noSuchBranch();
  return { ...branch, ...(counts.get(id) ?? noDevices) };
};

export const putBranch: Handler<'putBranch'> = async (call) => {
  const { services, body } = call;
  const id = parseBranchId(call.id);
  checkTimeZone(body.timeZone);
  if (body.acceptance !== undefined) checkAcceptance(body.acceptance);
  const before = await services.branches.branch(id);
  const after: Branch = { id, ...body, revision: before === undefined ? 0 : before.revision + 1 };
  await audit(call, { action: 'branch.put', subject: id, before, after });
  await services.branches.putBranch(after);
  await applyBrake(services, id);
  return { ...after, ...((await services.branches.deviceCounts([id])).get(id) ?? noDevices) };
};

export const getBranchLoad: Handler<'getBranchLoad'> = async ({ services, id, query, now }) => {
  const branch = await services.branches.branch(parseBranchId(id));
  if (branch === undefined) throw noSuchBranch();
  return { branchId: branch.id, name: branch.name, timeZone: branch.timeZone, linkMbps: branch.linkMbps, ...(await readLoad(services.loads, branch, { ...query, from: query.hours === undefined ? query.from : (query.to ?? now) - query.hours * HOUR }, now)) };
};

function noSuchBranch(): WavecastError {
  return new WavecastError('not-found', 'There is no such branch.', { remedy: 'Name one that the list of branches shows.' });
}
