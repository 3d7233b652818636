/** Lists that the server answers page by page. */

/** What a page is asked with: where it begins, and how long it may be. */
export interface PageAsked {
  readonly after: string | undefined;
  readonly limit: number;
}

export interface PageAnswer<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** Fits the answer of every list, however large its items are. */
const PAGE = 100;

/** Follows `next` to the end of the list, or until there are `most` items. */
export async function everyItem<T>(page: (asked: PageAsked) => Promise<PageAnswer<T>>, most = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const { items: some, next } = await page({ after, limit: Math.min(PAGE, most - items.length) });
    items.push(...some);
    after = next;
  } while (after !== undefined && items.length < most);
  return items;
}
