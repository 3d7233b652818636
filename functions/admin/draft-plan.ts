/** From the request for a plan to a draft of it, with whom it is for: nothing is stored. */
import type { AppVersion } from '../../core/catalog/app.ts';
import type { Branch } from '../../core/device/branch.ts';
import type { DeviceSummary } from '../../core/device/device.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseBundleId, parseVersionId } from '../../core/ids.ts';
import { countTagged } from '../../core/rollout/count-devices.ts';
import { seedOfEdit } from '../../core/rollout/edit-draft.ts';
import { draftFor, listedDevices, type ListMistake } from '../../core/rollout/listed-devices.ts';
import { draftPlan, type DraftedPlan } from '../../core/rollout/new-plan.ts';
import type { Plan } from '../../core/rollout/plan.ts';
import type { BodyOf } from '../../protocol/admin/operations.ts';
import type { AdminCall } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

/** A plan with what is known of its branches and of its version. */
export interface Drafted extends DraftedPlan {
  readonly known: readonly Branch[];
  readonly version: AppVersion | undefined;
  /** The devices that it lists. */
  readonly targets: readonly DeviceSummary[];
}

const MOST_REPORTED = 20;

/** `former`: the draft that it is to take the place of. */
export async function draft({ services, caller, body, now }: Pick<AdminCall<'createPlan'>, 'services' | 'caller' | 'body' | 'now'>, former?: Plan): Promise<Drafted> {
  const { branches: asked, versionId: _, bundleId: __, devices, ...terms } = body;
  const [version, known] = await Promise.all([versionOf(services, body), services.branches.branches()]);
  const branches = asked.map(({ branchId, ...rest }) => ({ ...rest, branchId: parseBranchId(branchId) }));
  const drafted = draftPlan({ ...terms, ...(former === undefined ? {} : { id: former.id, seed: seedOfEdit(former, terms.seed) }), branches, targets: devices === undefined ? 'branches' : 'list' }, known, version, now, services.ids, caller.name);
  if (devices !== undefined) {
    const listed = await listedDevices(services, devices, branches.map(({ branchId }) => branchId));
    refuse(listed.mistakes);
    return { ...draftFor(drafted, listed.devices), version, known, targets: listed.devices };
  }
  const { tags } = drafted.plan;
  if (tags === undefined) return { ...drafted, version, known, targets: [] };
  const counts = await countTagged(services, tags, branches.map(({ branchId }) => branchId));
  return { plan: drafted.plan, branches: drafted.branches.map((branch) => ({ ...branch, targets: counts.get(branch.branchId) ?? 0 })), version, known, targets: [] };
}

/** What is installed, or the newest of what is removed. */
async function versionOf({ catalogue }: Pick<AdminServices, 'catalogue'>, { operation, versionId, bundleId }: BodyOf<'createPlan'>): Promise<AppVersion | undefined> {
  if (operation === 'install') return catalogue.version(parseVersionId(versionId));
  const [newest] = await catalogue.versionsOf(parseBundleId(bundleId));
  return newest;
}

function refuse(mistakes: readonly ListMistake[]): void {
  if (mistakes.length === 0) return;
  const lines = mistakes.slice(0, MOST_REPORTED).map(({ index, words }) => `Device ${index + 1}: ${words}`);
  throw new WavecastError('invalid-input', mistakes.length === 1 ? 'The list of devices has a mistake; nothing was saved.' : `The list of devices has ${mistakes.length} mistakes; nothing was saved.`, {
    evidence: mistakes.length > MOST_REPORTED ? [...lines, `and ${mistakes.length - MOST_REPORTED} more`] : lines, remedy: 'Correct the list and send it again.',
  });
}
