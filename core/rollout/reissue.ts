/**
 * Re-issue: a new attempt for the devices on which a plan did not succeed, and for no others. They are asked for their
 * inventory first, so that one that has the version by now is not prompted again.
 */
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { Branch } from '../device/branch.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { BranchStore, DeviceStore } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, DeviceId, PlanId, VersionId, WaveId } from '../ids.ts';
import { issueDirect, MAX_DIRECT, type DirectServices } from '../instruction/direct.ts';
import type { Instruction, InstructionState } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import { failures } from '../result/totals.ts';
import { draftPlan, type DraftedPlan } from './new-plan.ts';
import type { Plan, PlanBranch, Run, Window } from './plan.ts';
import type { PlanStore, RunStore } from './store.ts';
import { directWaveId, waveIdOf } from './wave-id.ts';

export interface ReissueServices extends DirectServices {
  readonly instructions: InstructionStore;
  readonly plans: Pick<PlanStore, 'addPlan' | 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'countedWaves'>;
  readonly devices: Pick<DeviceStore, 'devices'>;
  readonly branches: Pick<BranchStore, 'branches'>;
}

export interface ReissueRequest {
  /** Default: by chance. */
  readonly id?: PlanId | undefined;
  /** Default: the former plan's name and the number of the attempt. */
  readonly name?: string | undefined;
  /** For every branch, instead of the former plan's windows. */
  readonly windows?: readonly Window[] | undefined;
  /** Only what ended for one of these reasons, in one of these branches, on one of these devices: all three, where they are given. */
  readonly reasons?: readonly string[] | undefined;
  readonly branches?: readonly BranchId[] | undefined;
  readonly devices?: readonly DeviceId[] | undefined;
  /** Also devices that were prompted twice for this version within a week. */
  readonly force?: boolean | undefined;
  /** How often what fails then is tried again by itself; default: as often as of the former plan. */
  readonly reissueTimes?: number | undefined;
}

export interface Reissue extends DraftedPlan {
  readonly targets: readonly DeviceSummary[];
  /** Devices left out because they were prompted twice within a week. */
  readonly prompted: number;
  /** Devices left out because they are not enrolled. */
  readonly unreachable: number;
}

/** States that a re-issue takes up: what ended without the app. */
const unsuccessful: readonly InstructionState[] = ['failed', 'rejected', 'timedOut'];
/** A device's user is asked for one version at most this often in a week. */
const PROMPTS_PER_WEEK = 2;
/** Instructions of a device that are looked at for prompts. */
const RECENT = 25;
const READS_AT_ONCE = 16;
/** The inventory asked for beforehand need not be waited for longer than this (hours). */
const INVENTORY_DEADLINE = 24;

/** The new plan, a draft, with its targets: nothing is stored or asked yet. Throws `conflict` where nothing is to be taken up. */
export async function prepareReissue(services: ReissueServices, former: Plan, version: AppVersion | undefined, request: ReissueRequest, who: string, now: Instant): Promise<Reissue> {
  if (former.status === 'draft') throw new WavecastError('conflict', 'The plan was never started: there is nothing to re-issue.', { remedy: 'Start it.' });
  const formerBranches = await services.plans.branchesOf(former.id);
  const affected = (await affectedInstructions(services, former, branchesAsked(formerBranches, request))).filter((instruction) => isAsked(instruction, request));
  // Also a first attempt may have been the second prompt: another plan or a test install was the first. A removal prompts nobody.
  const prompted = request.force === true || former.operation === 'remove' ? new Set<DeviceId>() : await promptedTwice(services, affected.map(({ deviceId }) => deviceId), former.versionId, now);
  const asked = affected.flatMap(({ deviceId }) => (prompted.has(deviceId) ? [] : [deviceId]));
  const found = new Map((await services.devices.devices(asked)).map((device) => [device.id, device]));
  const targets = asked.flatMap((id) => found.get(id) ?? []).filter(({ status, enrolmentId }) => status === 'enrolled' && enrolmentId !== undefined);
  const unreachable = asked.length - targets.length;
  if (targets.length === 0) {
    throw new WavecastError('conflict', `No device is to be instructed again: ${affected.length} did not succeed, ${prompted.size} of them were prompted twice this week, ${unreachable} are not enrolled.`, {
      remedy: prompted.size > 0 ? 'Wait, or force it (`--force`).' : 'See what is still open with `wavecast plan instructions`.',
    });
  }
  const drafted = draftReissue(former, formerBranches, await services.branches.branches(), targets, version, request, now, services.ids, who);
  return { ...drafted, targets, prompted: prompted.size, unreachable };
}

/** Throws `not-found` for a branch that is none of the plan's. */
function branchesAsked(branches: readonly PlanBranch[], { branches: asked }: ReissueRequest): readonly PlanBranch[] {
  const strange = asked?.find((id) => !branches.some(({ branchId }) => branchId === id));
  if (strange !== undefined) throw new WavecastError('not-found', `The plan has no branch "${strange}".`, { remedy: 'Name branches that `wavecast plan show` prints.' });
  return asked === undefined ? branches : branches.filter(({ branchId }) => asked.includes(branchId));
}

function isAsked({ reason, deviceId }: Instruction, { reasons, devices }: ReissueRequest): boolean {
  return (reasons === undefined || (reason !== undefined && reasons.includes(reason.code))) && (devices === undefined || devices.includes(deviceId));
}

/** Asks the targets for their inventory, then stores the draft. Repeated for the same plan it asks nobody twice. */
export async function storeReissue(services: ReissueServices, { plan, branches, targets }: Reissue, now: Instant): Promise<void> {
  await askInventory(services, plan, targets, now);
  await services.plans.addPlan(plan, branches, targets);
}

/** The draft of a new attempt: the former plan's terms, for the branches in which the devices are now. Pure. */
export function draftReissue(
  former: Plan, formerBranches: readonly PlanBranch[], branches: readonly Branch[], targets: readonly Pick<DeviceSummary, 'branchId'>[], version: AppVersion | undefined,
  request: ReissueRequest, now: Instant, ids: Pick<Identifiers, 'fresh'>, who: string,
): DraftedPlan {
  const [fallback] = formerBranches;
  if (fallback === undefined) throw new WavecastError('internal', 'The plan has no branches.');
  const terms = new Map<BranchId, PlanBranch>(formerBranches.map((branch) => [branch.branchId, branch]));
  const attempt = former.attempt + 1;
  const { plan, branches: drafted } = draftPlan({
    id: request.id, name: request.name ?? `${former.name.replace(/ \(attempt \d+\)$/, '').slice(0, 80)} (attempt ${attempt})`,
    operation: former.operation, waveSize: former.waveSize, intervalMinutes: former.intervalMinutes, deadlineHours: former.deadlineHours, abortRule: former.abortRule, targets: 'list',
    reissueTimes: request.reissueTimes ?? former.reissueTimes,
    branches: [...new Set(targets.map(({ branchId }) => branchId))].sort().map((branchId) => {
      // A device may have moved to a branch that the plan did not have: the first one's windows are taken there, in its own time.
      const { windows, inventoryWindow, openLimit } = terms.get(branchId) ?? fallback;
      return { branchId, windows: request.windows ?? windows, inventoryWindow, pace: terms.get(branchId)?.pace, openLimit };
    }),
  }, branches, version, now, ids, who);
  const counted = drafted.map((branch) => ({ ...branch, targets: targets.filter(({ branchId }) => branchId === branch.branchId).length }));
  return { plan: { ...plan, attempt, formerPlanId: former.id }, branches: counted };
}

/**
 * The plan's unsuccessful instructions that no later instruction for the app has taken over. Costs a call for 100 branches, a query
 * for each branch and for each wave in which something failed, and a call for 100 failures.
 */
export async function affectedInstructions(services: Pick<ReissueServices, 'instructions' | 'runs'>, plan: Plan, branches: readonly PlanBranch[]): Promise<readonly Instruction[]> {
  const runs = await services.runs.runs(plan.id, branches.map(({ branchId }) => branchId), [plan.operation]);
  const waves = (await atMost(READS_AT_ONCE, runs, (run) => wavesWithFailures(services, run))).flat();
  const ended = (await atMost(READS_AT_ONCE, waves, async (id) => (await services.instructions.instructionsOfWave(id)).filter(({ state }) => unsuccessful.includes(state)))).flat();
  const standings = await services.instructions.standings(ended.map(({ deviceId }) => deviceId), plan.bundleId);
  return ended.filter(({ deviceId, waveId }) => standings.get(deviceId)?.waveId === waveId);
}

/** A wave whose totals are known and hold no failure needs no reading. */
async function wavesWithFailures({ runs }: Pick<ReissueServices, 'runs'>, run: Run): Promise<readonly WaveId[]> {
  const counted = await runs.countedWaves(run);
  return Array.from({ length: run.nextSeq - 1 }, (_, index) => index + 1)
    .filter((seq) => failures(counted.get(seq) ?? { failed: 1 }) > 0)
    .map((seq) => waveIdOf(run, seq));
}

/** Those of the devices whose users were asked for the version as often as a week allows. Costs a query for each. */
export async function promptedTwice({ instructions }: { readonly instructions: Pick<InstructionStore, 'instructionsOfDevice'> }, deviceIds: readonly DeviceId[], versionId: VersionId, now: Instant): Promise<ReadonlySet<DeviceId>> {
  const prompted = await atMost(READS_AT_ONCE, deviceIds, async (deviceId) => {
    const recent = await instructions.instructionsOfDevice(deviceId, RECENT);
    return recent.filter((instruction) => instruction.kind === 'install' && instruction.versionId === versionId && instruction.issuedAt > now - 7 * DAY && wasPrompted(instruction)).length >= PROMPTS_PER_WEEK;
  });
  return new Set(deviceIds.filter((_, index) => prompted[index] === true));
}

/** The device took the instruction, so its user may have seen the prompt. */
function wasPrompted({ history }: Instruction): boolean {
  return history.some(({ state }) => state === 'acknowledged' || state === 'installing' || state === 'rejected');
}

async function askInventory(services: ReissueServices, plan: Plan, targets: readonly DeviceSummary[], now: Instant): Promise<void> {
  const version = { id: plan.versionId, bundleId: plan.bundleId, shortVersion: plan.shortVersion, version: plan.version };
  for (let start = 0; start < targets.length; start += MAX_DIRECT) {
    const waveId = directWaveId(services.ids, `${plan.id}/inventory/${start}`);
    await issueDirect(services, { kind: 'inventory', version, devices: targets.slice(start, start + MAX_DIRECT), deadlineHours: INVENTORY_DEADLINE, waveId }, now);
  }
}
