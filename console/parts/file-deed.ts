/** Sends a CSV file portion by portion: first all of it is checked, and only a file without a mistake is carried out. */
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { ROWS_PER_REQUEST } from '../../protocol/admin/device-file.ts';
import type { OperationName } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api/client.ts';
import { ApiFailure, failureOf } from '../api/failure.ts';
import { useConsole } from '../console.ts';
import { portionsOf } from './file-portions.ts';

export interface FileAsked {
  readonly text: string;
  /** Only say what would be done. */
  readonly check: boolean;
}

/** The body of a request that takes a file, as `fileRequest` has it. */
export interface FileBody {
  readonly csv: string;
  readonly firstLine: number;
  readonly check: boolean;
}

export interface FileAnswer<A> {
  readonly check: boolean;
  readonly answers: readonly A[];
  /** What stopped it half-way: the portions before are done, and their answers are here. */
  readonly stopped?: { readonly failure: ApiFailure; readonly line: number };
}

/** Throws `ApiFailure` with the mistakes of all portions, or where nothing has been done. `progress`: 0 to 1. */
export async function sendFile<A>(send: (body: FileBody) => Promise<A>, { text, check }: FileAsked, progress: (share: number) => void = () => undefined): Promise<FileAnswer<A>> {
  const portions = portionsOf(text, ROWS_PER_REQUEST);
  const answers: A[] = [];
  const mistakes: string[] = [];
  let wrong: ApiFailure | undefined;
  for (const [index, { csv, firstLine }] of portions.entries()) {
    progress(index / portions.length);
    try {
      answers.push(await send({ csv, firstLine, check }));
    } catch (error) {
      const failure = failureOf(error);
      if (check && failure.code === 'invalid-input') {
        wrong ??= failure;
        mistakes.push(...failure.evidence);
      } else if (check || answers.length === 0) throw failure;
      else return { check, answers, stopped: { failure, line: firstLine } };
    }
  }
  if (wrong === undefined) return { check, answers };
  throw new ApiFailure('refused', portions.length === 1 ? wrong.message : 'The file has mistakes; nothing was imported.', { ...(wrong.status === undefined ? {} : { status: wrong.status }), code: wrong.code, remedy: wrong.remedy, evidence: mistakes });
}

export function useFileDeed<A>(send: (api: ApiClient, body: FileBody) => Promise<A>, changes: readonly OperationName[], progress?: (share: number) => void): UseMutationResult<FileAnswer<A>, ApiFailure, FileAsked> {
  const { api, pulse } = useConsole();
  const answers = useQueryClient();
  return useMutation<FileAnswer<A>, ApiFailure, FileAsked>({
    mutationFn: (asked) => sendFile((body) => send(api, body), asked, progress),
    onSettled: async (_, __, { check }) => {
      if (check) return;
      pulse.quicken();
      await Promise.all(changes.map((each) => answers.invalidateQueries({ queryKey: [each] })));
    },
  });
}
