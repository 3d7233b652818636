import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { keyOf } from '../../api/answers.ts';
import type { ApiFailure } from '../../api/failure.ts';
import { useConsole } from '../../console.ts';

const PAGE_SIZE = 200;

/** Names of the devices that a plan lists, all pages of them: ten thousand at most. `wait`: it lists none. */
export function useListedDevices(planId: string, wait: boolean): UseQueryResult<readonly string[], ApiFailure> {
  const { api } = useConsole();
  return useQuery<readonly string[], ApiFailure>({
    queryKey: [...keyOf('listTargets', { id: planId }), 'all'], enabled: !wait,
    queryFn: async ({ signal }) => {
      const names: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await api.call('listTargets', { id: planId, query: { limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) } }, signal);
        names.push(...page.items.map(({ name }) => name));
        after = page.next;
        if (after === undefined) return names;
      }
    },
  });
}
