/** Devices from a file: what each row would do is decided for all of them before anything is written. */
import { atMost } from '../at-once.ts';
import type { Identifiers, Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseBranchId, parseDeviceId, type BranchId } from '../ids.ts';
import { changeDevice } from './change-device.ts';
import type { Device } from './device.ts';
import { orderOf } from './order.ts';
import { changeEvents } from './record-events.ts';
import type { BranchStore, DeviceStore } from './store.ts';
import { namedEvent, type DeviceEventKind } from './timeline.ts';

/** What is absent stays as it is; an empty display name or no tags take away what there is. */
export interface ImportRow {
  /** Of the file. */
  readonly line: number;
  readonly name?: string;
  readonly serialNumber?: string;
  readonly branchId?: string;
  readonly displayName?: string;
  readonly tags?: readonly string[];
  readonly testDevice?: boolean;
}

export interface RowMistake {
  readonly line: number;
  readonly column: string;
  readonly words: string;
}

export interface PlannedRow {
  readonly line: number;
  readonly outcome: 'created' | 'changed' | 'left';
  /** Absent where it is made. */
  readonly before?: Device;
  readonly after: Device;
}

export interface ImportServices {
  readonly devices: Pick<DeviceStore, 'devicesCalled' | 'addDevice' | 'replaceDevice'>;
  readonly branches: Pick<BranchStore, 'branches'>;
  readonly ids: Pick<Identifiers, 'named' | 'fresh'>;
}

/** More branches than this are not written to at once. */
const BRANCHES_AT_ONCE = 8;

/** Reads what is known of the rows' devices, and the branches. At most some hundreds of rows. */
export async function planImport(services: ImportServices, rows: readonly ImportRow[], now: Instant): Promise<{ readonly planned: readonly PlannedRow[]; readonly mistakes: readonly RowMistake[] }> {
  const [found, branches] = await Promise.all([
    // A file by serial number calls what it makes after that.
    services.devices.devicesCalled(rows.flatMap(({ name, serialNumber }) => name ?? serialNumber ?? []), rows.flatMap(({ serialNumber }) => serialNumber ?? [])),
    services.branches.branches(),
  ]);
  const known: Known = {
    byName: new Map(found.map((device) => [device.name, device])),
    bySerial: new Map(found.flatMap((device) => (device.serialNumber === undefined ? [] : [[device.serialNumber, device]]))),
    branches: new Set<string>(branches.map(({ id }) => id)),
  };
  const decided = rows.map((row) => planRow(row, known, services.ids, now));
  return { planned: decided.flatMap((each) => ('outcome' in each ? [each] : [])), mistakes: decided.flatMap((each) => ('outcome' in each ? [] : [each])) };
}

export interface Known {
  readonly byName: ReadonlyMap<string, Device>;
  readonly bySerial: ReadonlyMap<string, Device>;
  readonly branches: ReadonlySet<string>;
}

/**
 * A row finds its device by name, else by serial number: then a new name renames it. A device that has told its own serial
 * number keeps that; one that is expected takes the row's.
 */
export function planRow(row: ImportRow, { byName, bySerial, branches }: Known, ids: Pick<Identifiers, 'named' | 'fresh'>, now: Instant): PlannedRow | RowMistake {
  const { line, name, serialNumber, displayName, tags, testDevice } = row;
  const mistake = (column: string, words: string): RowMistake => ({ line, column, words });
  if (row.branchId !== undefined && !branches.has(row.branchId)) return mistake('Branch', `there is no branch "${row.branchId}": create it first, or name one that \`wavecast branch list\` shows`);
  const branchId = row.branchId === undefined ? undefined : parseBranchId(row.branchId);
  const ofSerial = serialNumber === undefined ? undefined : bySerial.get(serialNumber);
  const ofName = name === undefined ? undefined : byName.get(name);
  if (ofName !== undefined && ofSerial !== undefined && ofName.id !== ofSerial.id) return mistake('Serial number', `the device "${ofSerial.name}" has this serial number: write its name, or delete it first`);
  const before = ofName ?? ofSerial;
  if (before === undefined) {
    const called = name ?? serialNumber ?? '';
    if (byName.has(called)) return mistake('Serial number', `another device is called "${called}": give this one a name`);
    if (branchId === undefined) return mistake('Branch', 'the device is new: say in which branch it is');
    return { line, outcome: 'created', after: newDevice(ids, { name: called, branchId, serialNumber, displayName, tags, testDevice }, now) };
  }
  const serialIsNew = serialNumber !== undefined && serialNumber !== before.serialNumber;
  if (serialIsNew && before.serialNumber !== undefined && before.status !== 'expected') return mistake('Serial number', `the device "${before.name}" says that its serial number is ${before.serialNumber}: correct the number, or the name`);
  const changed = changeDevice(before, { name, branchId, displayName, tags, testDevice }, ids);
  const after: Device = serialIsNew ? { ...changed, serialNumber, revision: before.revision + 1 } : changed;
  return { line, outcome: after === before ? 'left' : 'changed', before, after };
}

/** What is known of a device before it enrols. */
export interface ExpectedDevice {
  readonly name: string;
  readonly branchId: BranchId;
  readonly serialNumber?: string | undefined;
  readonly displayName?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly testDevice?: boolean | undefined;
}

export function newDevice(ids: Pick<Identifiers, 'named' | 'fresh'>, { name, branchId, serialNumber, displayName = '', tags = [], testDevice = false }: ExpectedDevice, now: Instant): Device {
  const id = parseDeviceId(ids.fresh());
  return {
    id, name, branchId, testDevice, tags: [...new Set(tags)].sort(), order: orderOf(id, testDevice, ids), status: 'expected', createdAt: now, revision: 1,
    ...(displayName === '' ? {} : { displayName }), ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

/**
 * Makes it so; one after the other in each branch, whose counters they share. What has changed since it was planned, or has
 * been made by another import meanwhile, is answered by its line: to import the file again is safe and does the rest.
 */
export async function applyImport(services: ImportServices, planned: readonly PlannedRow[], by: string, kind: Extract<DeviceEventKind, 'imported' | 'invited'>, now: Instant): Promise<readonly { readonly line: number; readonly words: string }[]> {
  const groups = Map.groupBy(planned.filter(({ outcome }) => outcome !== 'left'), ({ after }) => after.branchId);
  const failed = await atMost(BRANCHES_AT_ONCE, [...groups.values()], async (rows) => {
    const lost: { line: number; words: string }[] = [];
    for (const row of rows) {
      try {
        await applyRow(services, row, by, kind, now);
      } catch (error) {
        if (!(error instanceof WavecastError && error.code === 'conflict')) throw error;
        lost.push({ line: row.line, words: error.message });
      }
    }
    return lost;
  });
  return failed.flat().sort((a, b) => a.line - b.line);
}

async function applyRow({ devices, ids }: ImportServices, { before, after }: PlannedRow, by: string, kind: DeviceEventKind, now: Instant): Promise<void> {
  if (before === undefined) {
    const words = kind === 'invited' ? 'Made known by an invitation, before it enrols.' : 'Made known by a file, before it enrols.';
    return devices.addDevice(after, [namedEvent(ids, `${after.id}/${kind}`, { kind, at: now, by, words })]);
  }
  return devices.replaceDevice(before, after, changeEvents(ids, before, after, by, now));
}
