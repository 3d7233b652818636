/**
 * Devices that are known before they enrol. Two kinds of file, told apart by the title line:
 * by name (`Name[,Serial number][,Branch][,Display name][,Tags]`; an existing name is overwritten), or
 * by serial number (`Serial number,Branch[,Display name][,Tags]`). Columns may come in any order.
 */
import { Mistakes, neutralise, readTable, restore, writeLine, type Row } from './table.ts';

export interface NamedDevice {
  /** `0-9A-Za-z_-.`, at most 64 characters. */
  readonly name: string;
  readonly serialNumber?: string;
  readonly branchId?: string;
  readonly displayName?: string;
  readonly tags: readonly string[];
}

export interface SerialDevice {
  readonly serialNumber: string;
  readonly branchId: string;
  readonly displayName?: string;
  readonly tags: readonly string[];
}

export type DeviceFile = { readonly by: 'name'; readonly rows: readonly NamedDevice[] } | { readonly by: 'serial'; readonly rows: readonly SerialDevice[] };

const columns = ['Name', 'Serial number', 'Branch', 'Display name', 'Tags'] as const;
type Column = (typeof columns)[number];
type Places = ReadonlyMap<Column, number>;

const formats = {
  Name: { pattern: /^[0-9A-Za-z_.-]{1,64}$/, ask: 'use 1 to 64 of the characters 0-9 A-Z a-z _ - .' },
  'Serial number': { pattern: /^[0-9A-Z]{8,14}$/, ask: 'write the serial number as the device shows it: 8 to 14 capital letters and digits' },
  Branch: { pattern: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, ask: 'write the branch id that `wavecast branch list` shows' },
  'Display name': { pattern: /^[^\p{Cc}]{1,100}$/u, ask: 'use at most 100 characters, no line breaks' },
  Tags: { pattern: /^[^\p{Cc};]{1,40}$/u, ask: 'separate tags by semicolons, each of at most 40 characters' },
} as const satisfies Record<Column, unknown>;

/** Throws `invalid-input` with every mistake by line and column. */
export function decodeDevices(text: string): DeviceFile {
  const [title, ...rows] = readTable(text);
  const mistakes = new Mistakes();
  const places = placeColumns(title, mistakes);
  const by = places.has('Name') ? 'name' : 'serial';
  if (by === 'serial' && !(places.has('Serial number') && places.has('Branch'))) {
    mistakes.add(title?.line ?? 1, 'Name', 'the title line must have a column "Name", or "Serial number" and "Branch"');
    mistakes.report();
  }
  const devices = rows.map((row) => decodeRow(row, places, mistakes));
  reportTwice(rows, devices, by === 'name' ? 'Name' : 'Serial number', mistakes);
  mistakes.report();
  if (by === 'name') return { by, rows: devices.map(({ name = '', ...rest }) => ({ name, ...rest })) };
  return { by, rows: devices.map(({ serialNumber = '', branchId = '', name: _, ...rest }) => ({ serialNumber, branchId, ...rest })) };
}

/** The same file again: UTF-8 text, lines ending in LF, free text neutralised for spreadsheets. */
export function encodeDevices(file: DeviceFile): string {
  const shown = file.by === 'name' ? columns : columns.slice(1);
  const lines = file.rows.map((row: Partial<NamedDevice> & Pick<NamedDevice, 'tags'>) => {
    const cells: Readonly<Record<Column, string>> = {
      Name: row.name ?? '', 'Serial number': row.serialNumber ?? '', Branch: row.branchId ?? '', 'Display name': row.displayName ?? '', Tags: row.tags.join(';'),
    };
    return writeLine(shown.map((column) => neutralise(cells[column])));
  });
  return [writeLine(shown), ...lines].join('');
}

function placeColumns(title: Row | undefined, mistakes: Mistakes): Places {
  const places = new Map<Column, number>();
  for (const [index, cell] of (title?.cells ?? []).entries()) {
    const wanted = cell.trim().toLowerCase();
    const column = columns.find((name) => name.toLowerCase() === wanted);
    if (column === undefined) mistakes.add(title?.line ?? 1, cell.trim(), `there is no such column: use ${columns.map((name) => `"${name}"`).join(', ')}`);
    else if (places.has(column)) mistakes.add(title?.line ?? 1, column, 'the column is there twice: keep one');
    else places.set(column, index);
  }
  return places;
}

type Decoded = Partial<Pick<NamedDevice, 'name'>> & Omit<NamedDevice, 'name'>;

function decodeRow({ line, cells }: Row, places: Places, mistakes: Mistakes): Decoded {
  const required: readonly Column[] = places.has('Name') ? ['Name'] : ['Serial number', 'Branch'];
  const check = (column: Column, value: string): void => {
    if (!formats[column].pattern.test(value)) mistakes.add(line, column, formats[column].ask);
  };
  const read = (column: Column): string | undefined => {
    const index = places.get(column);
    const value = index === undefined ? '' : restore((cells[index] ?? '').trim());
    if (value === '' && !required.includes(column)) return undefined;
    check(column, value);
    return value;
  };
  if (cells.length > places.size) mistakes.add(line, [...places.keys()].at(-1) ?? 'Name', `there are ${cells.length} values for ${places.size} columns: put values that hold commas into double quotes`);
  const [name, serialNumber, branchId, displayName] = [read('Name'), read('Serial number'), read('Branch'), read('Display name')];
  const tagsAt = places.get('Tags');
  const tags = restore(tagsAt === undefined ? '' : (cells[tagsAt] ?? '').trim()).split(';').map((tag) => tag.trim()).filter((tag) => tag !== '');
  for (const tag of tags) check('Tags', tag);
  return { ...(name === undefined ? {} : { name }), ...(serialNumber === undefined ? {} : { serialNumber }), ...(branchId === undefined ? {} : { branchId }), ...(displayName === undefined ? {} : { displayName }), tags };
}

function reportTwice(rows: readonly Row[], devices: readonly Decoded[], column: 'Name' | 'Serial number', mistakes: Mistakes): void {
  for (const unique of new Set<'Name' | 'Serial number'>([column, 'Serial number'])) {
    const first = new Map<string, number>();
    for (const [index, device] of devices.entries()) {
      const value = unique === 'Name' ? device.name : device.serialNumber;
      const line = rows[index]?.line ?? 0;
      if (value === undefined || value === '') continue;
      const before = first.get(value);
      if (before === undefined) first.set(value, line);
      else mistakes.add(line, unique, `${JSON.stringify(value)} is on line ${before} already: keep one of the two`);
    }
  }
}
