/** The one way to change something: `useDeed` carries out an operation, shows what it will bring at once, and takes that back where the API refuses. */
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { Asked } from '../../protocol/admin/asked.ts';
import type { AnswerOf, OperationName } from '../../protocol/admin/operations.ts';
import { useConsole } from '../console.ts';
import { useNotices } from '../shell/notices.tsx';
import { failureOf, type ApiFailure } from './failure.ts';

export interface Deed<N extends OperationName> {
  /** Said when the API has confirmed it. */
  readonly done: (answer: AnswerOf<N>, asked: Asked<N>) => string;
  /** Answers that it makes old: they are asked for again. */
  readonly changes: readonly OperationName[];
  /** What an answer will be, as long as the API has not said it. */
  readonly foresee?: readonly Foresight<N>[];
  /** Whoever asks shows its failure where it was entered, as a dialog does that stays open: it is not said above the page as well. */
  readonly ownFailure?: boolean;
}

export interface Foresight<N extends OperationName> {
  readonly answer: OperationName;
  readonly change: (now: never, asked: Asked<N>) => unknown;
}

/** Ties a foresight to the answer that it changes. */
export function foresee<N extends OperationName, A extends OperationName>(answer: A, change: (now: AnswerOf<A>, asked: Asked<N>) => AnswerOf<A>): Foresight<N> {
  return { answer, change };
}

export function useDeed<N extends OperationName>(name: N, { done, changes, foresee: foreseen = [], ownFailure = false }: Deed<N>): UseMutationResult<AnswerOf<N>, ApiFailure, Asked<N>> {
  const { api, pulse } = useConsole();
  const answers = useQueryClient();
  const notices = useNotices();
  return useMutation<AnswerOf<N>, ApiFailure, Asked<N>, readonly (readonly [key: readonly unknown[], data: unknown])[]>({
    mutationFn: (asked) => api.call(name, asked),
    onMutate: async (asked) => {
      const before = foreseen.flatMap(({ answer }) => answers.getQueriesData({ queryKey: [answer] }));
      for (const { answer, change } of foreseen) {
        // An answer that is under way would bring the old state back.
        await answers.cancelQueries({ queryKey: [answer] });
        answers.setQueriesData({ queryKey: [answer] }, (data) => (data === undefined ? undefined : change(data as never, asked)));
      }
      return before;
    },
    onError: (error, _, before) => {
      for (const [key, data] of before ?? []) answers.setQueryData(key, data);
      if (!ownFailure) notices.failed(failureOf(error), name);
    },
    onSuccess: (answer, asked) => { notices.done(done(answer, asked), name); },
    onSettled: async () => {
      pulse.quicken();
      await Promise.all(changes.map((each) => answers.invalidateQueries({ queryKey: [each] })));
    },
  });
}
