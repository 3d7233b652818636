/** A renewed profile to every device that has the version, branch by branch and page by page: what was sent stays sent, and is counted as such when it is repeated. */
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { failureOf, type ApiFailure } from '../../api/failure.ts';
import type { ApiClient } from '../../api/client.ts';
import { useConsole } from '../../console.ts';
import { useNotices } from '../../shell/notices.tsx';

export interface ProfileSent {
  /** Devices that it was sent to just now. */
  readonly sent: number;
  /** Devices that had been sent it before. */
  readonly before: number;
}

/** Rejects with the first failure. `progress`: after every page. */
export async function sendProfile(api: Pick<ApiClient, 'call'>, versionId: string, branchIds: readonly string[], progress: (so: ProfileSent) => void): Promise<ProfileSent> {
  let so: ProfileSent = { sent: 0, before: 0 };
  for (const branchId of branchIds) {
    for (let after: string | undefined; ;) {
      const page = await api.call('sendProfile', { id: versionId, body: { branchId, ...(after === undefined ? {} : { after }) } });
      so = { sent: so.sent + page.sent.length, before: so.before + page.before };
      progress(so);
      after = page.next;
      if (after === undefined) break;
    }
  }
  return so;
}

export function useSendProfile(versionId: string, progress: (so: ProfileSent) => void, done: (so: ProfileSent) => string): UseMutationResult<ProfileSent, ApiFailure, readonly string[]> {
  const { api } = useConsole();
  const answers = useQueryClient();
  const notices = useNotices();
  return useMutation<ProfileSent, ApiFailure, readonly string[]>({
    mutationFn: (branchIds) => sendProfile(api, versionId, branchIds, progress),
    onSuccess: (so) => { notices.done(done(so)); },
    onError: (error) => { notices.failed(failureOf(error)); },
    onSettled: () => answers.invalidateQueries({ queryKey: ['listProfileDevices'] }),
  });
}
