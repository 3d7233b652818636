import type { Branch } from '../../core/device/branch.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId } from '../../core/ids.ts';
import { checkTimeZone } from '../../core/rollout/window.ts';
import { branchRequest, parseRequest, type BranchAnswer } from '../../protocol/admin/branch.ts';
import { requireRole, type Caller, type Role } from '../../protocol/admin/caller.ts';
import type { AdminCall } from './routes.ts';

export async function getBranches({ services, caller }: AdminCall): Promise<{ readonly branches: readonly BranchAnswer[] }> {
  authorised(caller, 'viewer');
  const branches = await services.branches.branches();
  const counts = await services.branches.deviceCounts(branches.map(({ id }) => id));
  return { branches: branches.map((branch) => ({ ...branch, ...(counts.get(branch.id) ?? { devices: 0, enrolled: 0 }) })) };
}

/** Creates the branch, or changes it. */
export async function putBranch({ services, caller, label, body }: AdminCall): Promise<Branch> {
  const { name, role } = authorised(caller, 'admin');
  const id = parseBranchId(label);
  const request = parseRequest(branchRequest, body);
  checkTimeZone(request.timeZone);
  const before = await services.branches.branch(id);
  const after: Branch = { id, ...request, revision: before === undefined ? 0 : before.revision + 1 };
  await services.audit.record({ at: services.clock.now(), who: name, role, action: 'branch.put', subject: id, ...(before === undefined ? {} : { before }), after });
  await services.branches.putBranch(after);
  return after;
}

/** The caller, if there is one and the role suffices. */
export function authorised(caller: Caller | undefined, needed: Role): Caller {
  if (caller === undefined) throw new WavecastError('unauthenticated', 'This needs a token.', { remedy: 'Sign in first.' });
  requireRole(caller, needed);
  return caller;
}
