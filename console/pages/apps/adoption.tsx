import type { ReactNode } from 'react';
import Spinner from '@cloudscape-design/components/spinner';
import { useAnswer } from '../../api/answers.ts';
import { TotalsBar } from '../../parts/totals-bar.tsx';

export interface AdoptionProps {
  readonly versionId: string;
  /** Of whose versions it is one in a list; absent: in a list of all apps' newest. Every row asks the same question, which is sent once. */
  readonly bundleId?: string;
}

/** How far a version has come, by its instructions. */
export function Adoption({ versionId, bundleId }: AdoptionProps): ReactNode {
  const { data, error } = useAnswer('listAdoption', { query: bundleId === undefined ? {} : { bundleId } }, { live: true });
  const found = data?.items.find((item) => item.versionId === versionId);
  if (found !== undefined) return <TotalsBar totals={found.instructions} />;
  return data === undefined && error === null ? <span aria-busy="true"><Spinner /></span> : '-';
}
