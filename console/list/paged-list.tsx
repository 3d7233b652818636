/** A list that the API gives page by page, however long it is: the address holds the page's cursor, so that a link leads to the same rows. */
import { useRef, type ReactNode } from 'react';
import { ListTable, type ListTableProps } from './list-table.tsx';
import { fromStart, type ListPlace } from './place.ts';

export interface PagedListProps<T> extends Omit<ListTableProps<T>, 'rows' | 'pages' | 'filters'> {
  readonly filters?: ListTableProps<T>['filters'];
  /** Undefined while it is on its way. */
  readonly answer: { readonly items: readonly T[]; readonly next?: string | undefined } | undefined;
}

export function PagedList<T>({ answer, filters = [], place, go, ...props }: PagedListProps<T>): ReactNode {
  const cursors = useCursors(place, answer?.next);
  return (
    <ListTable
      {...props} filters={filters} place={place} go={go} rows={answer?.items ?? []} loading={answer === undefined}
      pages={{
        currentPageIndex: place.page, pagesCount: Math.max(place.page, cursors.length), openEnd: answer?.next !== undefined,
        onPage: (page) => {
          const after = page === place.page + 1 ? answer?.next : cursors[page - 1];
          // Who came by a link has not seen the pages before: the first one is there always.
          go(page === 1 || after === undefined ? fromStart(place, {}) : { ...place, page, after });
        },
      }}
    />
  );
}

/** Cursors of the pages that were seen, by page; those of other filters are forgotten. */
function useCursors(place: ListPlace, next: string | undefined): readonly (string | undefined)[] {
  const list = JSON.stringify([place.text, place.filters, place.sort, place.descending]);
  const seen = useRef<{ readonly list: string; readonly cursors: (string | undefined)[] }>({ list, cursors: [undefined] });
  if (seen.current.list !== list) seen.current = { list, cursors: [undefined] };
  seen.current.cursors[place.page - 1] = place.page === 1 ? undefined : place.after;
  if (next !== undefined) seen.current.cursors[place.page] = next;
  return seen.current.cursors;
}
