import { useAnswer } from '../../api/answers.ts';

const FRESH = 60_000;

/** Names of branches; its id where a name is not known yet. */
export function useBranchNames(): (branchId: string) => string {
  const { data } = useAnswer('listBranches', {}, { fresh: FRESH });
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  return (branchId) => names.get(branchId) ?? branchId;
}
