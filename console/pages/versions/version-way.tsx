/** What comes next for a version that no plan distributes yet. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { TEST_WAVE } from './test-install.tsx';
import { Way, type Stage, type StageState } from './way.tsx';

export function VersionWay({ version: { id, placement, withdrawn } }: { readonly version: Pick<AnswerOf<'getVersion'>, 'id' | 'placement' | 'withdrawn'> }): ReactNode {
  const { data } = useAnswer('getVersionTotals', { id }, { live: true });
  const [parameters] = useSearchParams();
  if (withdrawn !== undefined || data === undefined) return null;
  // What is distributed and can be fetched is followed below: nobody has to be led there.
  const distributed = Object.values(data.instructions).some((count) => count > 0);
  if (distributed && (placement === 'verified' || placement === 'proven')) return null;
  return <Container><Way {...stageOfVersion(placement, parameters.has(TEST_WAVE))} /></Container>;
}

/** `testing`: test devices were instructed from this page. */
export function stageOfVersion(placement: AnswerOf<'getVersion'>['placement'], testing: boolean): { readonly at: Stage; readonly state: StageState } {
  if (placement === 'proven') return { at: 'plan', state: 'next' };
  if (placement === 'verified') return { at: 'prove', state: testing ? 'going' : 'next' };
  return { at: 'verify', state: placement === 'placed' ? 'next' : 'failed' };
}
