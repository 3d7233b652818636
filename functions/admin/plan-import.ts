import { parseBranchId } from '../../core/ids.ts';
import { refuseMistakes } from '../../core/device/file-mistakes.ts';
import { draftFor, MOST_LISTED } from '../../core/rollout/listed-devices.ts';
import { draftPlan } from '../../core/rollout/new-plan.ts';
import { readInstructions } from '../../core/rollout/read-instructions.ts';
import { decodeBulkInstructions } from '../../protocol/csv/bulk-instructions.ts';
import { audit, type Handler } from './admin-call.ts';
import { audited, versionWarning } from './plans.ts';

/** All is looked at before anything is stored. Cut off between two plans, drafts are left that instruct nobody. */
export const importPlans: Handler<'importPlans'> = async (call) => {
  const { services, caller, now, body: { csv, check, branches: asked, ...terms } } = call;
  const rows = decodeBulkInstructions(csv, MOST_LISTED + 1);
  const branches = asked.map(({ branchId, ...rest }) => ({ ...rest, branchId: parseBranchId(branchId) }));
  const [read, known] = await Promise.all([readInstructions(services, rows, branches.map(({ branchId }) => branchId)), services.branches.branches()]);
  refuseMistakes(read.mistakes);
  const drafts = read.plans.map(({ app, version, devices }) => ({
    ...draftFor(draftPlan({ ...terms, name: `${app.title} ${version.shortVersion}`.slice(0, 100), branches, targets: 'list' }, known, version, now, services.ids, caller.name), devices), version, devices,
  }));
  const plans = drafts.map(({ plan, version, devices }) => ({ ...plan, devices: devices.length, ...versionWarning(version, now) }));
  if (check) return { plans };
  for (const { plan, branches: own, devices } of drafts) {
    await audit(call, { action: 'plan.import', subject: plan.id, after: { ...audited(plan, own), devices: devices.length } });
    await services.plans.addPlan(plan, own, devices);
  }
  return { plans };
};
