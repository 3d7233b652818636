import type { ReactNode } from 'react';
import Spinner from '@cloudscape-design/components/spinner';
import { useAnswer } from '../../api/answers.ts';
import { TotalsBar } from '../../parts/totals-bar.tsx';

/** How far a version has come, by its instructions. Of those that are not loaded a row says nothing. */
export function Adoption({ versionId }: { readonly versionId: string }): ReactNode {
  const { data, error } = useAnswer('getVersionTotals', { id: versionId }, { live: true });
  if (data === undefined) return error === null ? <span aria-busy="true"><Spinner /></span> : '-';
  return <TotalsBar totals={data.instructions} />;
}
