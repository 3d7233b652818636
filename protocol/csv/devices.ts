/**
 * Devices that are known before they enrol. Two kinds of file, told apart by the title line:
 * by name (`Name[,Serial number][,Branch][,Display name][,Tags][,Test]`; an existing name is overwritten), or
 * by serial number (`Serial number,Branch[,Display name][,Tags][,Test]`). Columns may come in any order; what has no column stays
 * as it is.
 */
import type { Device } from '../../core/device/device.ts';
import { placeColumns, readCells, reportTwice, type Column, type DeviceCells } from './device-columns.ts';
import { Mistakes, neutralise, readTable, writeLine } from './table.ts';

export type DeviceRow = Omit<DeviceCells, 'uses' | 'days'>;
export interface DeviceFile {
  readonly by: 'name' | 'serial';
  readonly rows: readonly DeviceRow[];
}

const allowed = ['Name', 'Serial number', 'Branch', 'Display name', 'Tags', 'Test'] as const satisfies readonly Column[];

/**
 * Throws `invalid-input` with every mistake by line and column. `firstLine`: the line of the first row behind the title, where
 * the text is a part of a longer file under the same title. `mostLines`: as of `readTable`.
 */
export function decodeDevices(text: string, firstLine = 2, mostLines = Infinity): DeviceFile {
  const [title, ...rows] = readTable(text, mostLines);
  const mistakes = new Mistakes();
  const places = placeColumns(title, allowed, mistakes);
  const by = places.has('Name') ? 'name' : 'serial';
  if (by === 'serial' && !(places.has('Serial number') && places.has('Branch'))) {
    mistakes.add(title?.line ?? 1, 'Name', 'the title line must have a column "Name", or "Serial number" and "Branch"');
    mistakes.report();
  }
  const required: readonly Column[] = by === 'name' ? ['Name'] : ['Serial number', 'Branch'];
  const devices = rows.map((row) => readCells({ ...row, line: row.line + firstLine - 2 }, places, required, mistakes));
  reportTwice(devices, mistakes);
  mistakes.report();
  return { by, rows: devices };
}

/** The first line of an export by name, which `decodeDevices` reads. */
export const devicesHeader = writeLine(allowed);

/** The line of one device: free text neutralised for spreadsheets, ending in LF. */
export function deviceLine({ name, serialNumber = '', branchId, displayName = '', tags, testDevice }: Pick<Device, 'name' | 'serialNumber' | 'branchId' | 'displayName' | 'tags' | 'testDevice'>): string {
  return writeLine([name, serialNumber, branchId, displayName, tags.join(';'), testDevice ? 'yes' : 'no'].map(neutralise));
}
