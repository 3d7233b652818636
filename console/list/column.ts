/** Columns and filters of lists, and what they make of rows that are all there. */
import type { ReactNode } from 'react';
import type { ListPlace } from './place.ts';

export interface Column<T> {
  /** In the address when it is sorted by. */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** Pixels, where what it shows needs more than columns mostly do. */
  readonly narrowest?: number;
  /** By what it is sorted; absent: it is not. */
  readonly value?: (row: T) => string | number;
}

export interface ListFilter<T> {
  /** In the address. */
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** For lists that are all there; the API filters others. */
  readonly fits?: (row: T, value: string) => boolean;
}

export interface Arranged<T> {
  /** Of the page. */
  readonly rows: readonly T[];
  /** That fit the filters, on all pages. */
  readonly matching: number;
  readonly pages: number;
  /** The page shown: the last one where the address names a later. */
  readonly page: number;
}

/** Filters, sorts and cuts rows that are all there. `textsOf`: what a text is looked for in; every word must be found, whatever the case. */
export function arrange<T>(all: readonly T[], place: ListPlace, columns: readonly Column<T>[], filters: readonly ListFilter<T>[], textsOf: (row: T) => readonly string[], pageSize: number): Arranged<T> {
  const wanted = place.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found = all.filter((row) => {
    const text = textsOf(row).join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word)) && filters.every(({ name, fits }) => place.filters[name] === undefined || fits === undefined || fits(row, place.filters[name]));
  });
  const value = columns.find(({ id }) => id === place.sort)?.value;
  const sorted = value === undefined ? found : found.toSorted((one, other) => (place.descending ? compare(value(other), value(one)) : compare(value(one), value(other))));
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize));
  const page = Math.min(place.page, pages);
  return { rows: sorted.slice((page - 1) * pageSize, page * pageSize), matching: sorted.length, pages, page };
}

function compare(one: string | number, other: string | number): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : compareTexts(String(one), String(other));
}

/** As a person orders names: `Site 2` before `Site 10`. */
export function compareTexts(one: string, other: string): number {
  return one.localeCompare(other, undefined, { numeric: true });
}
