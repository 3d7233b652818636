/**
 * Permissions of self-service: `OS Type,Application Name,Version,Type of the target allowed to be distributed (always 0),Name of the
 * target...`, first line a title. A line lets the devices that it names, one or many, install one version of an app.
 */
import type { ImportMode } from '../../core/catalog/self-service.ts';
import type { PermissionRow } from '../../core/catalog/read-permissions.ts';
import { deviceNamePattern } from '../../core/device/device-text.ts';
import { Mistakes, neutralise, readTable, restore, writeLine, type Row } from './table.ts';

const columns = ['OS Type', 'Application Name', 'Version', 'Type of the target allowed to be distributed (always 0)', 'Name of the target...'] as const;
/** As mistakes call them. */
const shortly = ['OS Type', 'Application Name', 'Version', 'Type of the target', 'Name of the target'] as const;
/** Devices that one line may name. */
export const MOST_TARGETS = 1_000;

/**
 * Throws `invalid-input` with every mistake by line and column. In the mode `app` a line may name no device: then the app is
 * named, and nothing is granted. `firstLine`, `mostLines`: as of `decodeDevices`.
 */
export function decodePermissions(text: string, mode: ImportMode, firstLine = 2, mostLines = Infinity): readonly PermissionRow[] {
  const [title, ...rows] = readTable(text, mostLines);
  const mistakes = new Mistakes();
  if (title?.cells[0]?.trim().toLowerCase() !== 'os type') mistakes.add(title?.line ?? 1, shortly[0], `write a title line first: ${columns.join(',')}`);
  const permissions = rows.map((row) => decodeRow({ ...row, line: row.line + firstLine - 2 }, mode, mistakes));
  mistakes.report();
  return permissions;
}

function decodeRow({ line, cells }: Row, mode: ImportMode, mistakes: Mistakes): PermissionRow {
  const cell = (index: number): string => restore((cells[index] ?? '').trim());
  const [osType, application, version, kind] = [cell(0), cell(1), cell(2), cell(3)];
  // Spreadsheets fill up short lines with empty cells.
  const deviceNames = cells.slice(4).map((name) => restore(name.trim())).filter((name) => name !== '');
  const onlyNamesTheApp = mode === 'app' && deviceNames.length === 0;
  if (osType.toLowerCase() !== 'ios') mistakes.add(line, shortly[0], `write "iOS", not ${quote(osType)}`);
  if (application === '') mistakes.add(line, shortly[1], 'name the app: its package name or title');
  if (version === '' && !onlyNamesTheApp) mistakes.add(line, shortly[2], 'write the version that may be installed');
  if (kind !== '0' && !(kind === '' && onlyNamesTheApp)) mistakes.add(line, shortly[3], `write 0: targets are devices, not ${quote(kind)}`);
  if (deviceNames.length === 0 && mode !== 'app') mistakes.add(line, shortly[4], 'name one device, or several');
  if (deviceNames.length > MOST_TARGETS) mistakes.add(line, shortly[4], `there are ${deviceNames.length} devices: write at most ${MOST_TARGETS} on a line`);
  for (const name of deviceNames.filter((each) => !deviceNamePattern.test(each))) mistakes.add(line, shortly[4], `${quote(name)} cannot be a device's name: use 1 to 64 of the characters 0-9 A-Z a-z _ - .`);
  return { line, application, version, deviceNames };
}

/** The first line of an export, which `decodePermissions` reads. */
export const permissionsHeader = writeLine(columns);

export function permissionLine({ bundleId, shortVersion, deviceNames }: { readonly bundleId: string; readonly shortVersion: string; readonly deviceNames: readonly string[] }): string {
  return writeLine(['iOS', bundleId, shortVersion, '0', ...deviceNames].map(neutralise));
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
