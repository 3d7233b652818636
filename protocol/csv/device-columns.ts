/** The columns of files that are about devices: how each is read, in whatever order they come. */
import { deviceNamePattern, displayNamePattern, MOST_TAGS, serialNumberPattern, tagPattern } from '../../core/device/device-text.ts';
import type { ImportRow } from '../../core/device/import-devices.ts';
import { restore, type Mistakes, type Row } from './table.ts';

export const columns = ['Name', 'Serial number', 'Branch', 'Display name', 'Tags', 'Test', 'Uses', 'Days'] as const;
export type Column = (typeof columns)[number];
export type Places = ReadonlyMap<Column, number>;

/** A cell that is empty is absent; `displayName` and `tags` are empty where their column is there, and absent where it is not. */
export interface DeviceCells extends ImportRow {
  readonly uses?: number;
  readonly days?: number;
}

const formats: Readonly<Record<Column, { readonly pattern: RegExp; readonly ask: string }>> = {
  Name: { pattern: deviceNamePattern, ask: 'use 1 to 64 of the characters 0-9 A-Z a-z _ - .' },
  'Serial number': { pattern: serialNumberPattern, ask: 'write the serial number as the device shows it: capital letters and digits' },
  Branch: { pattern: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, ask: 'write the branch id that `wavecast branch list` shows' },
  'Display name': { pattern: displayNamePattern, ask: 'use at most 100 characters, no line breaks' },
  Tags: { pattern: tagPattern, ask: `separate tags by semicolons, at most ${MOST_TAGS}, each of at most 40 characters` },
  Test: { pattern: /^(yes|no)$/i, ask: 'write yes or no' },
  Uses: { pattern: /^([1-9]\d{0,3}|10000)$/, ask: 'write how many devices may use the link: 1 to 10000' },
  Days: { pattern: /^([1-9]\d?|[12]\d\d|3[0-5]\d|36[0-5])$/, ask: 'write for how many days the link is good: 1 to 365' },
};

/** To name each of thousands that there are not would take long, and help nobody. */
const MOST_COLUMNS = 50;

/** Where each column is; `allowed` in the order in which a mistake names them. */
export function placeColumns(title: Row | undefined, allowed: readonly Column[], mistakes: Mistakes): Places {
  const places = new Map<Column, number>();
  const names = allowed.map((name) => `"${name}"`).join(', ');
  const cells = title?.cells ?? [];
  if (cells.length > MOST_COLUMNS) {
    mistakes.add(title?.line ?? 1, allowed[0] ?? '', `the title line has ${cells.length} columns: use ${names}`);
    return places;
  }
  for (const [index, cell] of cells.entries()) {
    const wanted = cell.trim().toLowerCase();
    const column = allowed.find((name) => name.toLowerCase() === wanted);
    if (column === undefined) mistakes.add(title?.line ?? 1, cell.trim(), `there is no such column: use ${names}`);
    else if (places.has(column)) mistakes.add(title?.line ?? 1, column, 'the column is there twice: keep one');
    else places.set(column, index);
  }
  return places;
}

/** `required`: columns that may not be empty. */
export function readCells({ line, cells }: Row, places: Places, required: readonly Column[], mistakes: Mistakes): DeviceCells {
  const raw = (column: Column): string => restore((cells[places.get(column) ?? -1] ?? '').trim());
  const check = (column: Column, value: string): void => {
    if (!formats[column].pattern.test(value)) mistakes.add(line, column, formats[column].ask);
  };
  const read = <K extends keyof DeviceCells>(column: Column, key: K, parse: (value: string) => DeviceCells[K]): Pick<DeviceCells, K> | object => {
    const value = raw(column);
    if (value === '' && !required.includes(column)) return {};
    check(column, value);
    return { [key]: parse(value) };
  };
  if (cells.length > places.size) mistakes.add(line, [...places.keys()].at(-1) ?? 'Name', `there are ${cells.length} values for ${places.size} columns: put values that hold commas into double quotes`);
  const tags = raw('Tags').split(';').map((tag) => tag.trim()).filter((tag) => tag !== '');
  for (const tag of tags) check('Tags', tag);
  if (tags.length > MOST_TAGS) mistakes.add(line, 'Tags', formats.Tags.ask);
  if (raw('Display name') !== '') check('Display name', raw('Display name'));
  return {
    line,
    ...read('Name', 'name', String), ...read('Serial number', 'serialNumber', String), ...read('Branch', 'branchId', String),
    ...(places.has('Display name') ? { displayName: raw('Display name') } : {}), ...(places.has('Tags') ? { tags } : {}),
    ...read('Test', 'testDevice', (value) => value.toLowerCase() === 'yes'), ...read('Uses', 'uses', Number), ...read('Days', 'days', Number),
  };
}

/** What may be in a file once. */
export function reportTwice(rows: readonly DeviceCells[], mistakes: Mistakes): void {
  for (const [column, key] of [['Name', 'name'], ['Serial number', 'serialNumber']] as const) {
    const first = new Map<string, number>();
    for (const row of rows) {
      const value = row[key];
      if (value === undefined || value === '') continue;
      const before = first.get(value);
      if (before === undefined) first.set(value, row.line);
      else mistakes.add(row.line, column, `${JSON.stringify(value)} is on line ${before} already: keep one of the two`);
    }
  }
}
