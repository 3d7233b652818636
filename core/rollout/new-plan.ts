/** A plan from what an administrator asks for. Everything is checked here, before anything is stored or scheduled. */
import type { Identifiers, Instant } from '../ambient.ts';
import { isGood, type AppVersion } from '../catalog/app.ts';
import type { Branch } from '../device/branch.ts';
import { WavecastError } from '../errors.ts';
import { parsePlanId, type BranchId, type PlanId } from '../ids.ts';
import type { Canary } from './canary.ts';
import { checkOpenLimit } from './open-limit.ts';
import type { Pace } from './pace.ts';
import type { AbortRule, Plan, PlanBranch, PlanOperation, Window } from './plan.ts';
import { checkTimeZone, checkWindow, nextWindow } from './window.ts';

export interface PlanRequest {
  /** Default: by chance. */
  readonly id?: PlanId | undefined;
  readonly name: string;
  /** Default: install. */
  readonly operation?: PlanOperation | undefined;
  readonly branches: readonly PlanBranchRequest[];
  /** Default 50. */
  readonly waveSize?: number | undefined;
  /** Minutes; default 5. */
  readonly intervalMinutes?: number | undefined;
  /** Hours; default 24. */
  readonly deadlineHours?: number | undefined;
  readonly abortRule?: AbortRule | undefined;
  readonly canary?: Canary | undefined;
  /** How often what failed is tried again by itself; default 0. */
  readonly reissueTimes?: number | undefined;
  /** Installations that may be open at once in a branch; default: each branch's own; null: no limit. */
  readonly openLimit?: number | null | undefined;
  /** `list` where the plan is for certain devices only; the default is all devices of the branches. */
  readonly targets?: Plan['targets'] | undefined;
  /** Hexadecimal digits; default: by chance. */
  readonly seed?: string | undefined;
  /** Only devices that carry one of them. */
  readonly tags?: readonly string[] | undefined;
}

export interface PlanBranchRequest {
  readonly branchId: BranchId;
  readonly windows: readonly Window[];
  /** Default 22:00-24:00. */
  readonly inventoryWindow?: Window | undefined;
  /** Its own; default: the plan's. */
  readonly pace?: Pace | undefined;
  /** Its own; default: the plan's, or the branch's; null: no limit. */
  readonly openLimit?: number | null | undefined;
}

/** Smallest and largest values that a plan may have. */
export const planLimits = {
  waveSize: { min: 1, max: 500 },
  intervalMinutes: { min: 1, max: 60 },
  deadlineHours: { min: 1, max: 168 },
  abortMinimum: { min: 1, max: 100_000 },
  canaryDevices: { min: 1, max: 10_000 },
  soakHours: { min: 1, max: 336 },
  reissueTimes: { min: 0, max: 10 },
  windows: { min: 1, max: 12 },
  branches: { min: 1, max: 2_500 },
  name: { min: 1, max: 100 },
} as const;

export const planDefaults = { waveSize: 50, intervalMinutes: 5, deadlineHours: 24, inventoryWindow: { from: '22:00', to: '24:00' } } as const;

export interface DraftedPlan {
  readonly plan: Plan;
  readonly branches: readonly PlanBranch[];
}

/**
 * A draft: nothing is stored. `branches` are those that exist among the ones asked for; `version` is what is installed, or of
 * a removal the app's newest. Throws `not-found` for a version or branch that does not exist; of an installation `placement-missing` where the version has no verified file, `package-refused` where its
 * profile has expired, else `invalid-input`.
 */
export function draftPlan(request: PlanRequest, branches: readonly Branch[], version: AppVersion | undefined, now: Instant, ids: Pick<Identifiers, 'fresh'>, who: string): DraftedPlan {
  const { operation = 'install' } = request;
  const { bundleId, id: versionId, shortVersion, version: build } = operation === 'install' ? checkVersion(version, now) : checkKnown(version);
  const { waveSize = planDefaults.waveSize, intervalMinutes = planDefaults.intervalMinutes, deadlineHours = planDefaults.deadlineHours, abortRule, canary, reissueTimes = 0 } = request;
  checkPace({ waveSize, intervalMinutes });
  checkRange('deadline', deadlineHours, planLimits.deadlineHours, 'hours');
  checkAbortRule(abortRule);
  checkCanary(canary);
  checkRange('number of re-issues', reissueTimes, planLimits.reissueTimes, 'times');
  const name = request.name.trim();
  checkRange('length of the plan\'s name', name.length, planLimits.name, 'characters');
  const id = request.id ?? parsePlanId(ids.fresh());
  const plan: Plan = {
    id, name, operation, bundleId, versionId, shortVersion, version: build,
    waveSize, intervalMinutes, deadlineHours, targets: request.targets ?? 'branches', seed: request.seed ?? ids.fresh(), attempt: 1, status: 'draft', createdBy: who, createdAt: now, revision: 1,
    ...(abortRule === undefined ? {} : { abortRule: { share: abortRule.share, minimum: abortRule.minimum } }),
    ...(reissueTimes === 0 ? {} : { reissueTimes }),
    ...(canary === undefined ? {} : { canary }), ...(request.tags === undefined ? {} : { tags: [...new Set(request.tags)].sort() }),
  };
  return { plan, branches: draftBranches(request.branches, branches, plan, request.openLimit) };
}

/** An app is removed whatever has become of its file and profile. Throws `not-found`. */
function checkKnown(version: AppVersion | undefined): AppVersion {
  if (version === undefined) throw new WavecastError('not-found', 'No version of this app is registered.', { remedy: 'Name an app that `wavecast app list` shows.' });
  return version;
}

/** Throws unless the version can be distributed now. */
export function checkVersion(version: AppVersion | undefined, now: Instant): AppVersion {
  if (version === undefined) throw unknownVersion();
  const obstacle = obstacleTo(version, now);
  if (obstacle !== undefined) throw obstacle;
  return version;
}

/** Why a version that was planned cannot be distributed now, for a plan that has to wait for it: whole sentences. */
export function whyNotNow(version: AppVersion | undefined, now: Instant): string | undefined {
  const obstacle = version === undefined ? unknownVersion() : obstacleTo(version, now);
  return obstacle === undefined ? undefined : `${obstacle.message.replace(/[^.]$/, '$&.')} ${obstacle.remedy ?? ''}`.trim();
}

function unknownVersion(): WavecastError {
  return new WavecastError('not-found', 'No version has this id.', { remedy: 'Use an id that `wavecast app show` prints.' });
}

function obstacleTo(version: AppVersion, now: Instant): WavecastError | undefined {
  if (version.withdrawn !== undefined) {
    return new WavecastError('conflict', `Version ${version.shortVersion} (${version.version}) was withdrawn on ${new Date(version.withdrawn.at).toISOString().slice(0, 10)}: ${version.withdrawn.reason}`, {
      remedy: 'Plan another version, or register its file again to take the withdrawal back.',
    });
  }
  if (!isGood(version.placement)) {
    return new WavecastError('placement-missing', `The file of version ${version.shortVersion} (${version.version}) is not verified on the communication server: it is ${version.placement}.`, {
      remedy: `See what is wrong with \`wavecast app verify ${version.id}\`, and do what it says.`,
    });
  }
  if (version.profileExpiresAt <= now) {
    return new WavecastError('package-refused', 'The provisioning profile of this version has expired: devices would not run it.', {
      remedy: 'Renew the profile with `wavecast app renew-profile`, or build it with a valid one and register that.', evidence: [`expired at ${new Date(version.profileExpiresAt).toISOString()}`],
    });
  }
  return undefined;
}

/** Throws unless a test device has the version, or whoever starts says that none needs to. True where that was needed. */
export function checkProven(version: AppVersion, unproven: boolean): boolean {
  if (version.placement === 'proven') return false;
  if (unproven) return true;
  throw new WavecastError('placement-unproven', `No test device has version ${version.shortVersion} (${version.version}) yet: its placement is ${version.placement}, not proven.`, {
    remedy: `Install it on a test device first with \`wavecast app test-install ${version.id}\`, or start with --unproven, which the audit log keeps.`,
  });
}

function draftBranches(requested: readonly PlanBranchRequest[], known: readonly Branch[], plan: Plan, planLimit: number | null | undefined): readonly PlanBranch[] {
  checkRange('number of branches', requested.length, planLimits.branches, 'branches');
  const byId = new Map(known.map((branch) => [branch.id, branch]));
  const seen = new Set<BranchId>();
  return requested.map(({ branchId, windows, inventoryWindow = planDefaults.inventoryWindow, pace, openLimit: own }) => {
    const branch = byId.get(branchId);
    if (branch === undefined) throw new WavecastError('not-found', `There is no branch "${branchId}".`, { remedy: 'Create it first, or name one that `wavecast branch list` shows.' });
    if (seen.has(branchId)) throw new WavecastError('invalid-input', `The branch "${branchId}" is named twice.`, { remedy: 'Name each branch once, with all its windows.' });
    seen.add(branchId);
    checkTimeZone(branch.timeZone);
    checkWindows(branch, windows, plan.createdAt);
    checkInventoryWindow(inventoryWindow);
    if (pace !== undefined) checkPace(pace);
    const openLimit = openLimitFor(plan.operation, own === undefined ? planLimit : own, branch);
    return { planId: plan.id, branchId, timeZone: branch.timeZone, windows, inventoryWindow, ...(pace === undefined ? {} : { pace }), ...(openLimit === undefined ? {} : { openLimit }) };
  });
}

/** A removal downloads nothing: it has no limit, and none may be asked for. */
function openLimitFor(operation: PlanOperation, asked: number | null | undefined, branch: Branch): number | undefined {
  if (operation !== 'install') {
    if (asked !== undefined && asked !== null) throw noLimitOf(operation);
    return undefined;
  }
  if (asked === null) return undefined;
  if (asked !== undefined) checkOpenLimit(asked);
  return asked ?? branch.openLimit;
}

export function noLimitOf(operation: PlanOperation): WavecastError {
  return new WavecastError('invalid-input', `A plan to ${operation} has no open limit: nothing is downloaded.`, { remedy: 'Leave the open limit out.' });
}

/** Throws `invalid-input` unless a plan may open its waves in them in this branch, and can from now on. */
export function checkWindows({ id, timeZone }: { readonly id: BranchId; readonly timeZone: string }, windows: readonly Window[], now: Instant): void {
  checkRange(`number of windows of branch "${id}"`, windows.length, planLimits.windows, 'windows');
  for (const window of windows) checkWindow(window);
  if (nextWindow(timeZone, windows, now) === undefined) throw new WavecastError('invalid-input', `No window of branch "${id}" opens from now on.`, { remedy: 'Choose a later last day, or none.' });
}

/** Throws `invalid-input` for a malformed one, and for one that is over some day: inventory is collected as long as there is something to collect. */
function checkInventoryWindow(window: Window): void {
  checkWindow(window);
  if (window.firstDay !== undefined || window.lastDay !== undefined) throw new WavecastError('invalid-input', 'The window for inventory has a first or a last day.', { remedy: 'Leave them out: inventory is collected as long as there is something to collect.' });
}

/** Throws `invalid-input` for one that no plan may have. */
export function checkPace({ waveSize, intervalMinutes }: Pace): void {
  checkRange('wave size', waveSize, planLimits.waveSize, 'devices');
  checkRange('interval', intervalMinutes, planLimits.intervalMinutes, 'minutes');
}

function checkAbortRule(rule: AbortRule | undefined): void {
  if (rule === undefined) return;
  if (!(rule.share >= 0 && rule.share <= 1)) throw new WavecastError('invalid-input', 'The share of the abort rule is not from 0 to 1.', { remedy: 'Use 0.1 for ten per cent.' });
  checkRange('minimum of the abort rule', rule.minimum, planLimits.abortMinimum, 'settled instructions');
}

function checkCanary(canary: Canary | undefined): void {
  if (canary === undefined) return;
  const { of, soakHours, abortRule } = canary;
  checkRange('soak of the canary', soakHours, planLimits.soakHours, 'hours');
  checkAbortRule(abortRule);
  if (of.kind === 'count') checkRange('number of devices of the canary', of.devices, planLimits.canaryDevices, 'devices');
  if (of.kind === 'share' && !(of.share > 0 && of.share < 1)) throw new WavecastError('invalid-input', 'The share of the canary is not above 0 and below 1.', { remedy: 'Use 0.1 for ten per cent.' });
}

function checkRange(what: string, value: number, { min, max }: { readonly min: number; readonly max: number }, unit: string): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new WavecastError('invalid-input', `The ${what} is out of range: ${value}.`, { remedy: `Use a whole number from ${min} to ${max} (${unit}).` });
}
