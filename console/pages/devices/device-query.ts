/** What the API is asked for, from where somebody is in the list of devices. */
import type { QueryInputOf } from '../../../protocol/admin/asked.ts';
import type { ListPlace } from '../../list/place.ts';

export const statuses = ['expected', 'authenticated', 'enrolled', 'left'] as const;

const PAGE_SIZE = 50;
/** As the API has it: fewer characters begin too many texts. */
const SHORTEST = 2;

/** One character is not looked for yet: somebody is typing. */
export function isTooShort(text: string): boolean {
  const { length } = Array.from(text.trim());
  return length > 0 && length < SHORTEST;
}

export function deviceQueryOf({ text, filters, after }: Pick<ListPlace, 'text' | 'filters' | 'after'>): QueryInputOf<'listDevices'> {
  const { branch: branchId, tag, use } = filters;
  const search = text.trim();
  const status = statuses.find((each) => each === filters['status']);
  return {
    limit: PAGE_SIZE, ...(search === '' || isTooShort(search) ? {} : { search }), ...(branchId === undefined ? {} : { branchId }), ...(status === undefined ? {} : { status }), ...(tag === undefined ? {} : { tag }),
    ...(use === undefined ? {} : { testDevice: use === 'test' ? 'true' : 'false' }), ...(after === undefined ? {} : { after }),
  };
}
