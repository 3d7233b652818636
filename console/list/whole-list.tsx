/** A list whose rows the API gives all at once: filtered, sorted and cut into pages here. */
import type { ReactNode } from 'react';
import { useFormats } from '../language/language.tsx';
import { arrange } from './column.ts';
import { ListTable, type ListTableProps } from './list-table.tsx';
import { usePlace } from './use-place.ts';

const PAGE_SIZE = 50;

export interface WholeListProps<T> extends Pick<ListTableProps<T>, 'title' | 'columns' | 'idOf' | 'find' | 'actions' | 'empty'> {
  readonly items: readonly T[];
  readonly filters?: ListTableProps<T>['filters'];
  /** What a text is looked for in. */
  readonly textsOf: (row: T) => readonly string[];
}

export function WholeList<T>({ items, filters = [], textsOf, ...props }: WholeListProps<T>): ReactNode {
  const { number } = useFormats();
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const { rows, matching, pages, page } = arrange(items, place, props.columns, filters, textsOf, PAGE_SIZE);
  return (
    <ListTable
      {...props} filters={filters} rows={rows} matching={matching} count={number(items.length)} place={place} go={go}
      pages={{ currentPageIndex: page, pagesCount: pages, onPage: (next) => { go({ ...place, page: next }); } }}
    />
  );
}
