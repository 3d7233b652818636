/** How far on its way a file is that was registered. */
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { stageOfVersion } from '../versions/version-way.tsx';
import type { Stage, StageState } from '../versions/way.tsx';

/** `placement`: of the version that it is; `testing`: test devices were instructed from this page. */
export function stageOf(state: AnswerOf<'getRegistration'>['state'], placement: AnswerOf<'getVersion'>['placement'] | undefined, testing: boolean): { readonly at: Stage; readonly state: StageState } {
  if (state === 'awaiting-file') return { at: 'register', state: 'going' };
  // The version may be verified or proven from before, under another name.
  if (state === 'verifying') return { at: 'verify', state: 'going' };
  // What is refused is no version: it did not come as far as being fetched.
  if (placement === undefined) return { at: state === 'refused' ? 'register' : 'verify', state: state === 'refused' ? 'failed' : 'going' };
  return state === 'refused' ? { at: 'verify', state: 'failed' } : stageOfVersion(placement, testing);
}
