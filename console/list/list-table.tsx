/** The table that all lists are shown in: header, filters, rows, pages. What it shows and where it is, whole-list and paged-list say. */
import type { ReactNode } from 'react';
import Header from '@cloudscape-design/components/header';
import Pagination, { type PaginationProps } from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { Empty } from '../parts/answered.tsx';
import { useFormats, useWords } from '../language/language.tsx';
import type { Column, ListFilter } from './column.ts';
import { listWords } from './list-words.ts';
import { fromStart, type ListPlace } from './place.ts';

/** Pixels of a column: on a telephone the table is pushed sideways instead of breaking its words. */
const NARROWEST = 120;
/** Among more choices one can be looked for. */
const MOST_UNSOUGHT = 15;

export interface ListTableProps<T> {
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly filters: readonly ListFilter<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  /** Beside the title: how many there are. */
  readonly count?: string;
  /** How many fit the filter, where that is known. */
  readonly matching?: number;
  /** What is looked for in, in a word or two; absent: there is no text to type. */
  readonly find?: string;
  readonly actions?: ReactNode;
  /** Rows that are chosen, for something to be done with them; absent: none can be. */
  readonly selection?: { readonly chosen: readonly T[]; readonly choose: (rows: readonly T[]) => void; readonly nameOf: (row: T) => string };
  /** Without any filter there is nothing: why, and what fills it. */
  readonly empty: ReactNode;
  readonly loading?: boolean;
  readonly place: ListPlace;
  readonly go: (place: ListPlace, how?: 'replace') => void;
  readonly pages: Pick<PaginationProps, 'currentPageIndex' | 'pagesCount' | 'openEnd'> & { readonly onPage: (page: number) => void };
}

export function ListTable<T>({ title, columns, filters, rows, idOf, count, matching, find, actions, selection, empty, loading = false, place, go, pages }: ListTableProps<T>): ReactNode {
  const say = useWords(listWords);
  const { number } = useFormats();
  const { onPage, ...pagination } = pages;
  const filtered = place.text !== '' || Object.keys(place.filters).length > 0;
  const sorting = columns.find(({ id }) => id === place.sort);
  return (
    <Table<T>
      variant="container" items={rows} trackBy={idOf} loading={loading} loadingText={say.loading} wrapLines resizableColumns={false}
      header={<Header variant="h2" {...(count === undefined ? {} : { counter: `(${count})` })} actions={actions}>{title}</Header>}
      ariaLabels={{ tableLabel: title, ...(selection === undefined ? {} : { selectionGroupLabel: say.chosen, allItemsSelectionLabel: () => say.chooseAll, itemSelectionLabel: (_, row) => say.choose(selection.nameOf(row)) }) }}
      {...(selection === undefined ? {} : { selectionType: 'multi', selectedItems: [...selection.chosen], onSelectionChange: ({ detail }) => { selection.choose(detail.selectedItems); } })}
      columnDefinitions={columns.map(({ id, header, cell, value, narrowest = NARROWEST }) => ({ id, header, cell, minWidth: narrowest, isRowHeader: id === columns[0]?.id, ...(value === undefined ? {} : { sortingField: id }) }))}
      {...(sorting === undefined ? {} : { sortingColumn: { sortingField: sorting.id } })} sortingDescending={place.descending}
      onSortingChange={({ detail }) => { go(fromStart(place, { sort: detail.sortingColumn.sortingField, descending: detail.isDescending ?? false })); }}
      filter={find === undefined && filters.length === 0 ? undefined : (
        <SpaceBetween size="xs" direction="horizontal">
          {find === undefined ? null : (
            <TextFilter
              filteringText={place.text} filteringPlaceholder={`${say.find}: ${find}`} filteringAriaLabel={`${say.find}: ${find}`} countText={place.text === '' || matching === undefined ? '' : say.matches(number(matching))}
              onChange={({ detail }) => { go(fromStart(place, { text: detail.filteringText }), 'replace'); }}
            />
          )}
          {filters.map((filter) => <FilterChoice key={filter.name} filter={filter} place={place} go={go} />)}
        </SpaceBetween>
      )}
      pagination={pagination.pagesCount <= 1 && pagination.openEnd !== true ? undefined : (
        <Pagination {...pagination} onChange={({ detail }) => { onPage(detail.currentPageIndex); }} ariaLabels={{ nextPageLabel: say.next, previousPageLabel: say.previous, pageLabel: say.page }} />
      )}
      empty={filtered ? <Empty title={say.noMatch}>{say.noMatchText}</Empty> : empty}
    />
  );
}

function FilterChoice<T>({ filter: { name, label, choices }, place, go }: { readonly filter: ListFilter<T> } & Pick<ListTableProps<T>, 'place' | 'go'>): ReactNode {
  const say = useWords(listWords);
  const any = { value: '', label: say.any(label) };
  return (
    <Select
      ariaLabel={label} {...(choices.length > MOST_UNSOUGHT ? { filteringType: 'auto', filteringPlaceholder: say.find, virtualScroll: true } : {})} options={[any, ...choices]} selectedOption={choices.find(({ value }) => value === place.filters[name]) ?? any}
      onChange={({ detail }) => {
        const { [name]: _, ...others } = place.filters;
        const value = detail.selectedOption.value ?? '';
        go(fromStart(place, { filters: value === '' ? others : { ...others, [name]: value } }));
      }}
    />
  );
}
