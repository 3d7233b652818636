/** Branches as the server has them, for commands that name one. */
import type { BranchAnswer } from '../protocol/admin/branch.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './failure.ts';

export async function listBranches(api: ApiClient): Promise<readonly BranchAnswer[]> {
  return (await api.call('listBranches')).items;
}

/** Throws where there is none. */
export async function findBranch(api: ApiClient, id: string): Promise<BranchAnswer> {
  const found = (await listBranches(api)).find((branch) => branch.id === id);
  if (found === undefined) throw new CliFailure(`There is no branch "${id}".`, { code: 'not-found', remedy: 'Name one that `wavecast branch list` shows.' });
  return found;
}
