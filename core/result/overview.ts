/** What there is to see at a glance: the fleet, the rollouts under way, why devices failed, and what waits for a person. */
import { DAY, dayOf, type Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import type { App, AppVersion } from '../catalog/app.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import type { Branch } from '../device/branch.ts';
import { addDeviceCounts, type DeviceCounts } from '../device/device-counts.ts';
import type { PushFacts, PushFactsStore } from '../device/push-certificate.ts';
import type { BranchStore } from '../device/store.ts';
import { endsSoon } from '../expiry.ts';
import type { BranchId, BundleId, PlanId, VersionId } from '../ids.ts';
import type { Plan } from '../rollout/plan.ts';
import type { PlanState } from '../rollout/plan-state.ts';
import type { RunStore } from '../rollout/store.ts';
import { pauseFor, type PushFault, type PushFaultStore } from '../rollout/push-fault.ts';
import { planProgress, type PlanProgress, type ProgressServices } from './plan-progress.ts';
import { addReasons, failures, type ReasonTotals, type Totals } from './totals.ts';

/** Plans among which those under way are looked for, newest first. */
const LOOKED_AT = 100;
/** Rollouts that are told with their numbers. */
export const MOST_ROLLOUTS = 10;
/** Of those that are over. */
export const LATELY = 3;
const AT_ONCE = 8;
/** Days that are looked back on, today among them. */
export const DAYS = 14;

export interface OverviewServices extends ProgressServices {
  readonly runs: ProgressServices['runs'] & Pick<RunStore, 'installsOn'>;
  readonly plans: ProgressServices['plans'] & { plans(after: string | undefined, limit: number): Promise<{ readonly items: readonly Plan[] }> };
  readonly branches: Pick<BranchStore, 'branches' | 'deviceCounts'>;
  readonly catalogue: Pick<CatalogueStore, 'apps' | 'versionsOf'>;
  readonly pushFacts: Pick<PushFactsStore, 'facts'>;
  readonly pushFaults: Pick<PushFaultStore, 'fault'>;
}

/** Where a rollout stands. */
export interface Rollout {
  readonly plan: Plan;
  readonly state: PlanState;
  readonly devices: number;
  readonly branches: number;
  readonly totals: Totals;
}

/** Something that goes no further, or will not for long, unless a person does something. */
export type Attention =
  | { readonly kind: 'push-certificate-missing' }
  | { readonly kind: 'push-certificate-ends'; readonly at: Instant }
  | { readonly kind: 'push-refused'; readonly reason: string }
  | { readonly kind: 'plan-paused'; readonly planId: PlanId; readonly name: string; readonly because: string | undefined }
  | { readonly kind: 'version-ends'; readonly versionId: VersionId; readonly bundleId: BundleId; readonly title: string; readonly shortVersion: string; readonly at: Instant }
  | { readonly kind: 'placement-broken' | 'placement-unproven'; readonly versionId: VersionId; readonly bundleId: BundleId; readonly title: string; readonly shortVersion: string }
  | { readonly kind: 'brake'; readonly branchId: BranchId; readonly name: string }
  | { readonly kind: 'devices-unreachable'; readonly devices: number };

/** How many installations of all plans were proven on a day in UTC. */
export interface InstallsOfDay {
  readonly day: string;
  readonly installed: number;
}

export interface Overview extends DeviceCounts {
  readonly branches: number;
  /** The last days, oldest first, today last. */
  readonly installs: readonly InstallsOfDay[];
  /** Live and paused ones, newest first. */
  readonly rollouts: readonly Rollout[];
  /** Those that ended last, newest first, at most LATELY. */
  readonly lately: readonly Rollout[];
  /** Of those under way and those that ended lately: failures by reason code. */
  readonly reasons: ReasonTotals;
  readonly attention: readonly Attention[];
}

/** Costs a read or two for each app and each rollout under way, and the branches' partition. */
export async function overview(services: OverviewServices, now: Instant): Promise<Overview> {
  const days = lastDays(now);
  const [branches, plans, apps, push, fault, installs] = await Promise.all([
    services.branches.branches(), services.plans.plans(undefined, LOOKED_AT), services.catalogue.apps(), services.pushFacts.facts(), services.pushFaults.fault(), services.runs.installsOn(days),
  ]);
  const going = plans.items.filter(({ status }) => status === 'live' || status === 'paused');
  const [counts, versions, found] = await Promise.all([
    services.branches.deviceCounts(branches.map(({ id }) => id)),
    atMost(AT_ONCE, apps, async (app) => ({ app, versions: await services.catalogue.versionsOf(app.bundleId) })),
    atMost(AT_ONCE, going.slice(0, MOST_ROLLOUTS), async (plan) => ({ plan, progress: await planProgress(services, plan) })),
  ]);
  const fleet = addDeviceCounts(counts.values());
  const isOver = ({ progress }: (typeof found)[number]): boolean => progress.state === 'finished';
  const [rollouts, lately] = [found.filter((each) => !isOver(each)), found.filter(isOver).slice(0, LATELY)];
  return {
    ...fleet, branches: branches.length, installs: days.map((day) => ({ day, installed: installs[day] ?? 0 })),
    rollouts: rollouts.map(rolloutOf), lately: lately.map(rolloutOf), reasons: failureReasons([...rollouts, ...lately].map(({ progress }) => progress.reasons)),
    attention: attention({ branches, plans: going, apps: versions, push, fault, unreachable: fleet.unreachable }, now),
  };
}

function rolloutOf({ plan, progress }: { readonly plan: Plan; readonly progress: PlanProgress }): Rollout {
  return { plan, state: progress.state, devices: progress.branches.reduce((total, { devices }) => total + devices, 0), branches: progress.branches.length, totals: progress.totals };
}

/** UTC days, oldest first, the present one last. */
export function lastDays(now: Instant): readonly string[] {
  return Array.from({ length: DAYS }, (_, index) => dayOf(now - (DAYS - 1 - index) * DAY));
}

/** By code alone: `failed/not-finished` and `timedOut/not-finished` are one thing to whoever has to chase them. */
export function failureReasons(parts: readonly ReasonTotals[]): ReasonTotals {
  return addReasons(parts.flatMap((part) => Object.entries(part).flatMap(([key, count]) => {
    const [state = '', code = ''] = key.split(/\/(.*)/s);
    return failures({ [state]: 1 }) === 1 ? [{ [code]: count }] : [];
  })));
}

export interface AttentionFacts {
  readonly branches: readonly Pick<Branch, 'id' | 'name' | 'brake'>[];
  /** Live and paused. */
  readonly plans: readonly Pick<Plan, 'id' | 'name' | 'status' | 'pausedBecause'>[];
  readonly apps: readonly { readonly app: Pick<App, 'title'>; readonly versions: readonly AttentionVersion[] }[];
  readonly push: PushFacts | undefined;
  readonly fault: PushFault | undefined;
  /** Enrolled devices that cannot be woken. */
  readonly unreachable: number;
}

type AttentionVersion = Pick<AppVersion, 'id' | 'bundleId' | 'title' | 'shortVersion' | 'placement' | 'profileExpiresAt' | 'withdrawn' | 'createdAt'>;

/** What waits for a person, what stops most first. Of an app's versions only the newest is worth a test install; one that was replaced may end. */
export function attention({ branches, plans, apps, push, fault, unreachable }: AttentionFacts, now: Instant): readonly Attention[] {
  const newest = apps.flatMap(({ versions }) => versions.filter(({ withdrawn }) => withdrawn === undefined).toSorted((a, b) => b.createdAt - a.createdAt).slice(0, 1));
  const refused = pauseFor(fault, now);
  return [
    ...(push === undefined ? [{ kind: 'push-certificate-missing' as const }] : endsSoon(push.expiresAt, now) ? [{ kind: 'push-certificate-ends' as const, at: push.expiresAt }] : []),
    ...(fault === undefined || refused === undefined ? [] : [{ kind: 'push-refused' as const, reason: fault.reason }]),
    ...plans.filter(({ status }) => status === 'paused').map(({ id, name, pausedBecause }) => ({ kind: 'plan-paused' as const, planId: id, name, because: pausedBecause })),
    ...branches.filter(({ brake }) => brake).map(({ id, name }) => ({ kind: 'brake' as const, branchId: id, name })),
    ...newest.filter(({ placement }) => placement === 'missing' || placement === 'mismatched').map((version) => ({ kind: 'placement-broken' as const, ...named(version) })),
    ...newest.filter(({ profileExpiresAt }) => endsSoon(profileExpiresAt, now)).map((version) => ({ kind: 'version-ends' as const, ...named(version), at: version.profileExpiresAt })),
    ...(unreachable === 0 ? [] : [{ kind: 'devices-unreachable' as const, devices: unreachable }]),
    ...newest.filter(({ placement }) => placement === 'verified').map((version) => ({ kind: 'placement-unproven' as const, ...named(version) })),
  ];
}

function named({ id, bundleId, title, shortVersion }: AttentionVersion): { readonly versionId: VersionId; readonly bundleId: BundleId; readonly title: string; readonly shortVersion: string } {
  return { versionId: id, bundleId, title, shortVersion };
}
