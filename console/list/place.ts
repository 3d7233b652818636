/** Where somebody is in a list: filter, order and page, as the address holds them. A link leads to the same rows, and the back button to those before. */

export interface ListPlace {
  /** What is looked for, as it was typed. */
  readonly text: string;
  /** By name; those that are not set are absent. */
  readonly filters: Readonly<Record<string, string>>;
  /** The column's id; undefined: the list's own order. */
  readonly sort: string | undefined;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
  /** Of a list that the API gives page by page: the `next` of the page before. */
  readonly after: string | undefined;
}

/** `filterNames`: of this list. What else the address holds is somebody else's. */
export function readPlace(parameters: URLSearchParams, filterNames: readonly string[]): ListPlace {
  const sort = parameters.get('sort') ?? '';
  const page = Number(parameters.get('page') ?? 1);
  return {
    text: parameters.get('text') ?? '',
    filters: Object.fromEntries(filterNames.flatMap((name) => {
      const value = parameters.get(name) ?? '';
      return value === '' ? [] : [[name, value]];
    })),
    sort: sort.replace(/^-/, '') || undefined, descending: sort.startsWith('-'),
    page: Number.isSafeInteger(page) && page >= 1 ? page : 1,
    after: parameters.get('after') ?? undefined,
  };
}

/** The address's parameters with the place in them. What is as it is without saying so is left out; what is somebody else's stays. */
export function writePlace(parameters: URLSearchParams, place: ListPlace, filterNames: readonly string[]): URLSearchParams {
  const written = new URLSearchParams(parameters);
  const set = (name: string, value: string): void => {
    if (value === '') written.delete(name);
    else written.set(name, value);
  };
  set('text', place.text);
  for (const name of filterNames) set(name, place.filters[name] ?? '');
  set('sort', place.sort === undefined ? '' : `${place.descending ? '-' : ''}${place.sort}`);
  set('page', place.page === 1 ? '' : String(place.page));
  set('after', place.page === 1 ? '' : (place.after ?? ''));
  return written;
}

/** Other rows are looked for: they begin on their first page. */
export function fromStart(place: ListPlace, change: Partial<Pick<ListPlace, 'text' | 'filters' | 'sort' | 'descending'>>): ListPlace {
  return { ...place, ...change, page: 1, after: undefined };
}
