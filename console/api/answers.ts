/** The one way to read: `useAnswer` asks an operation, keeps its answer, and asks again while somebody looks. */
import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { AnyAsked, Asked } from '../../protocol/admin/asked.ts';
import type { AnswerOf, OperationName } from '../../protocol/admin/operations.ts';
import { useConsole } from '../console.ts';
import { failureOf, isPassing, type ApiFailure } from './failure.ts';
import { nextAsk, saysTheSame } from './poll.ts';

export interface Reading {
  /** Ask again by itself: at once when the tab is looked at again, never while it is hidden. */
  readonly live?: boolean;
  /** Until a page that was turned, or a filter that was changed, has its rows, those before are shown. For pages of one list alone. */
  readonly turns?: boolean;
  /** Not yet. */
  readonly wait?: boolean;
  /** Milliseconds for which an answer is good without being asked for again. */
  readonly fresh?: number;
}

const RETRIES = 2;

export function keyOf(name: OperationName, asked: AnyAsked): readonly unknown[] {
  return [name, asked.id ?? '', asked.query ?? {}, ...(asked.body === undefined ? [] : [asked.body])];
}

export function useAnswer<N extends OperationName>(name: N, asked: Asked<N>, { live = false, turns = false, wait = false, fresh }: Reading = {}): UseQueryResult<AnswerOf<N>, ApiFailure> {
  const { api, pulse } = useConsole();
  const key = keyOf(name, asked);
  return useQuery<AnswerOf<N>, ApiFailure>({
    queryKey: key, enabled: !wait, queryFn: ({ signal }) => api.call(name, asked, signal),
    ...(turns ? { placeholderData: keepPreviousData } : {}),
    ...(fresh === undefined ? {} : { staleTime: fresh }),
    // Who cannot be reached is asked again wherever that is said, live or not.
    refetchInterval: ({ state }) => (live || isFailedForNow(state.error) ? nextAsk(pulse.quiet(JSON.stringify(key), state.data, state.dataUpdateCount + state.errorUpdateCount, state.error !== null)) : false),
  });
}

function isFailedForNow(error: ApiFailure | null): boolean {
  return error !== null && isPassing(error);
}

/** Counts for each live answer how many times in a row it brought nothing new. */
export interface Pulse {
  quiet(key: string, data: unknown, count: number, failed: boolean): number;
  /** Something was done: what is live is asked for soon again. */
  quicken(): void;
}

export function createPulse(): Pulse {
  const seen = new Map<string, { readonly data: unknown; readonly count: number; readonly same: number }>();
  return {
    quiet: (key, data, count, failed) => {
      const before = seen.get(key);
      // Asked more than once for the same answer.
      if (before?.count === count) return before.same;
      const same = before !== undefined && (failed || saysTheSame(before.data, data)) ? before.same + 1 : 0;
      seen.set(key, { data, count, same });
      return same;
    },
    quicken: () => { seen.clear(); },
  };
}

export function createAnswers(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < RETRIES && isPassing(failureOf(error)),
        refetchIntervalInBackground: false, refetchOnWindowFocus: true, refetchOnReconnect: true, staleTime: 2_000,
        // A laptop's own cloud is there without a network.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
