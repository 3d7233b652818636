import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, type Column, type ListFilter } from '../../console/list/column.ts';
import { fromStart, readPlace, writePlace, type ListPlace } from '../../console/list/place.ts';

const names = ['status', 'tag'];
const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '');
const place: fc.Arbitrary<ListPlace> = fc.record({
  text: fc.string(), filters: fc.dictionary(fc.constantFrom(...names), text).map((filters) => ({ ...filters })), sort: fc.option(fc.stringMatching(/^[a-z]{1,8}$/), { nil: undefined }), descending: fc.boolean(), page: fc.integer({ min: 1, max: 5_000 }), after: fc.option(text, { nil: undefined }),
}).map((drawn) => ({ ...drawn, descending: drawn.sort !== undefined && drawn.descending, after: drawn.page === 1 ? undefined : drawn.after }));

describe('the place in a list', () => {
  it('is read from an address as it was written there', () => {
    fc.assert(fc.property(place, (wanted) => {
      expect(readPlace(new URLSearchParams(writePlace(new URLSearchParams(), wanted, names).toString()), names)).toEqual(wanted);
    }));
  });

  it('leaves alone what is not its own, and says nothing of what goes without saying', () => {
    const written = writePlace(new URLSearchParams('tab=devices&text=old'), { text: '', filters: {}, sort: undefined, descending: false, page: 1, after: undefined }, names);
    expect(written.toString()).toBe('tab=devices');
  });

  it.each(['page=0', 'page=-3', 'page=x', 'page=1.5', ''])('is the first page where the address says "%s"', (address) => {
    expect(readPlace(new URLSearchParams(address), names).page).toBe(1);
  });

  it('is the first page again where other rows are looked for', () => {
    expect(fromStart({ text: '', filters: {}, sort: 'name', descending: true, page: 7, after: 'cursor' }, { text: 'to' })).toEqual({ text: 'to', filters: {}, sort: 'name', descending: true, page: 1, after: undefined });
  });
});

interface Row { readonly name: string; readonly mbps: number }
const rows: readonly Row[] = [{ name: 'Berlin Mitte', mbps: 100 }, { name: 'Tokyo 10', mbps: 9 }, { name: 'Tokyo 9', mbps: 20 }];
const columns: readonly Column<Row>[] = [{ id: 'name', header: '', cell: ({ name }) => name, value: ({ name }) => name }, { id: 'mbps', header: '', cell: ({ mbps }) => mbps, value: ({ mbps }) => mbps }];
const filters: readonly ListFilter<Row>[] = [{ name: 'fast', label: '', choices: [], fits: ({ mbps }, value) => (mbps >= 20) === (value === 'yes') }];
const arranged = (change: Partial<ListPlace>, size = 50) => arrange(rows, { text: '', filters: {}, sort: undefined, descending: false, page: 1, after: undefined, ...change }, columns, filters, ({ name }) => [name], size);
const namesOf = (change: Partial<ListPlace>, size?: number) => arranged(change, size).rows.map(({ name }) => name);

describe('rows that are all there', () => {
  it.each<[string, Partial<ListPlace>, readonly string[]]>([
    ['in their own order where none is asked for', {}, ['Berlin Mitte', 'Tokyo 10', 'Tokyo 9']],
    ['those in which every word is found, whatever the case', { text: 'TOKYO 9' }, ['Tokyo 9']],
    ['those that fit the filter', { filters: { fast: 'yes' } }, ['Berlin Mitte', 'Tokyo 9']],
    ['by text, numbers in it as numbers', { sort: 'name' }, ['Berlin Mitte', 'Tokyo 9', 'Tokyo 10']],
    ['by number, the largest first', { sort: 'mbps', descending: true }, ['Berlin Mitte', 'Tokyo 9', 'Tokyo 10']],
    ['in their own order where the address names a column that is none', { sort: 'colour' }, ['Berlin Mitte', 'Tokyo 10', 'Tokyo 9']],
  ])('are shown %s', (_, change, expected) => {
    expect(namesOf(change)).toEqual(expected);
  });

  it('are all on some page, once, whatever the size of a page; a page behind the last is the last', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), (size) => {
      const { pages } = arranged({}, size);
      expect(Array.from({ length: pages }, (_, index) => namesOf({ page: index + 1 }, size)).flat()).toEqual(rows.map(({ name }) => name));
      expect(arranged({ page: pages + 3 }, size).page).toBe(pages);
    }));
  });
});
