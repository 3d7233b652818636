/** The distribution status: which device has which version of an app, and where the others are. Read page by page. */
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { DeviceStore } from '../device/store.ts';
import type { BranchId, BundleId, DeviceId } from '../ids.ts';
import type { Instruction, InstructionState } from '../instruction/instruction.ts';
import type { InstructionStore, Standing } from '../instruction/store.ts';
import type { AppFacts, InventoryStore } from '../inventory/inventory.ts';
import { branchesFrom, type BranchPlace } from './branch-place.ts';

/** 0 not instructed, 1 installed, 2 scheduled, 3 instructed and not finished, 4 failed (error, rejected or past the deadline). */
export type StatusCode = 0 | 1 | 2 | 3 | 4;

export interface StatusRow {
  /** The device's. */
  readonly name: string;
  readonly status: StatusCode;
  readonly bundleId: BundleId;
  /** CFBundleShortVersionString; empty for a device that has no version and was instructed none. */
  readonly version: string;
}

/** What is known of a device and an app. */
export interface DeviceStanding {
  readonly facts: AppFacts | undefined;
  /** The last instruction to install or to remove the app. */
  readonly instruction: Instruction | undefined;
  /** Versions that plans under way are going to instruct it. */
  readonly scheduled: readonly WantedVersion[];
}

export type WantedVersion = Pick<AppVersion, 'id' | 'shortVersion' | 'version'>;

const codes: Readonly<Record<InstructionState, StatusCode>> = {
  scheduled: 2,
  issued: 3, delivered: 3, deferred: 3, acknowledged: 3, installing: 3,
  installed: 1, removed: 0,
  rejected: 4, failed: 4, timedOut: 4,
  skipped: 0, cancelled: 0, superseded: 0, collected: 0,
};

/** The status of one version on one device. Who has it now is read from inventory; instructions say the rest. */
export function statusOf(standing: DeviceStanding, wanted: WantedVersion): StatusCode {
  const { facts, instruction, scheduled } = standing;
  if (holds(facts, wanted)) return 1;
  const own = isFor(instruction, wanted) ? instruction : undefined;
  const code = own === undefined ? 0 : codes[own.state];
  // It was installed, and a later inventory says that it is there no more.
  const gone = code === 1 && own !== undefined && isNewsSince(facts, own.finishedAt ?? own.updatedAt);
  const now = gone ? 0 : code;
  return now === 0 && scheduled.some(({ id }) => id === wanted.id) ? 2 : now;
}

/** One row for a version asked for; else one for each version that the device has, was last instructed or will be, or a row without version. */
export function rowsOf(device: Pick<DeviceSummary, 'name'>, bundleId: BundleId, standing: DeviceStanding, wanted: WantedVersion | undefined): readonly StatusRow[] {
  const row = (status: StatusCode, version: string): StatusRow => ({ name: device.name, status, bundleId, version });
  if (wanted !== undefined) return [row(statusOf(standing, wanted), wanted.shortVersion)];
  const { facts, instruction, scheduled } = standing;
  const rows: StatusRow[] = [];
  if (isInstalled(facts) && facts?.installed?.shortVersion !== undefined) rows.push(row(1, facts.installed.shortVersion));
  // An app that is to be removed is there until a report says that it is gone.
  const instructed = instruction === undefined || instruction.kind === 'remove' ? [] : [{ id: instruction.versionId, shortVersion: instruction.shortVersion, version: instruction.version }];
  const others = scheduled.filter((version) => !isFor(instruction, version));
  for (const version of [...instructed, ...others]) {
    const status = statusOf(standing, version);
    // What the device has is in the first row already.
    if (status !== 0 && !holds(facts, version)) rows.push(row(status, version.shortVersion));
  }
  return rows.length > 0 ? rows : [row(0, '')];
}

export function isFor(instruction: Instruction | undefined, { id }: WantedVersion): boolean {
  return instruction?.kind === 'install' && instruction.versionId === id;
}

function isInstalled(facts: AppFacts | undefined): boolean {
  return facts?.installed?.present === true && facts.installed.installing !== true && facts.managed?.status === 'Managed';
}

export function holds(facts: AppFacts | undefined, wanted: WantedVersion): boolean {
  return isInstalled(facts) && facts?.installed?.shortVersion === wanted.shortVersion && facts.installed.version === wanted.version;
}

export function isNewsSince(facts: AppFacts | undefined, since: number): boolean {
  return (facts?.installed !== undefined && facts.installed.reportedAt > since) || (facts?.managed !== undefined && facts.managed.reportedAt > since);
}

export interface StatusServices {
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instructions'>;
  readonly inventory: Pick<InventoryStore, 'facts'>;
}

/** What is exported: the app, one version or all, and the devices. */
export interface StatusScope {
  readonly bundleId: BundleId;
  readonly version: WantedVersion | undefined;
  readonly branchIds: readonly BranchId[];
  /** Pages of a branch's devices; the default is all of the branch. */
  readonly devicesOf?: (branchId: BranchId, after: string | undefined, limit: number) => Promise<readonly DeviceSummary[]>;
  /** Versions that plans under way are going to instruct a device of a branch's pages. */
  readonly scheduledFor: (device: Pick<DeviceSummary, 'id'>, branchId: BranchId) => readonly WantedVersion[];
}

/** Devices whose facts are read together. */
const PAGE = 500;

/** Rows of some devices, and where to go on behind them. */
export interface StatusPage {
  readonly rows: readonly StatusRow[];
  readonly devices: number;
  readonly place: BranchPlace;
}

/** By branch, in the order of the branch's waves, from behind `from` on; one page of devices at a time. */
export async function* statusRows(services: StatusServices, scope: StatusScope, from?: BranchPlace): AsyncGenerator<StatusPage, undefined> {
  const devicesOf = scope.devicesOf ?? ((branchId: BranchId, after: string | undefined, limit: number) => services.devices.devicesOfBranch(branchId, after, limit));
  for (const branchId of branchesFrom(scope.branchIds, from)) {
    let order = branchId === from?.branchId ? from.order : undefined;
    for (;;) {
      const page = await devicesOf(branchId, order, PAGE);
      const last = page.at(-1);
      if (last !== undefined) yield { rows: await rowsOfPage(services, scope, branchId, page), devices: page.length, place: { branchId, order: last.order } };
      order = last?.order;
      if (page.length < PAGE) break;
    }
  }
  return undefined;
}

async function rowsOfPage(services: StatusServices, scope: StatusScope, branchId: BranchId, page: readonly DeviceSummary[]): Promise<readonly StatusRow[]> {
  const standings = await standingsOf(services, scope.bundleId, page, (device) => scope.scheduledFor(device, branchId));
  return standings.flatMap(({ device, standing }) => rowsOf(device, scope.bundleId, standing, scope.version));
}

/** What is known of each device and the app: two calls per 100 devices, and one per 100 that were instructed. */
export async function standingsOf(
  services: Omit<StatusServices, 'devices'>, bundleId: BundleId, page: readonly DeviceSummary[], scheduledFor: (device: DeviceSummary) => readonly WantedVersion[],
): Promise<readonly { readonly device: DeviceSummary; readonly standing: DeviceStanding }[]> {
  const ids = page.map(({ id }) => id);
  const [facts, standings] = await Promise.all([services.inventory.facts(ids, bundleId), services.instructions.standings(ids, bundleId)]);
  const instructions = await lastInstructions(services, [...standings.values()]);
  return page.map((device) => ({ device, standing: { facts: facts.get(device.id), instruction: instructions.get(device.id), scheduled: scheduledFor(device) } }));
}

async function lastInstructions(services: Pick<StatusServices, 'instructions'>, standings: readonly Standing[]): Promise<ReadonlyMap<DeviceId, Instruction>> {
  const found = await services.instructions.instructions(standings.map(({ waveId, deviceId }) => ({ waveId, deviceId })));
  return new Map(found.map((instruction) => [instruction.deviceId, instruction]));
}
