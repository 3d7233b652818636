/** What the engine decided before each wave, with its reasons and what it had counted by then. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useBranchNames } from './branch-names.ts';
import type { PlanDetail } from './plan-page.tsx';
import { useRunFilters } from './plan-waves.tsx';
import { plansWords } from './plans-words.ts';

type Verdict = AnswerOf<'listVerdicts'>['items'][number];

const PAGE_SIZE = 25;
const colours: Readonly<Record<Verdict['decision'], StatusIndicatorProps.Type>> = { advance: 'success', wait: 'pending', pause: 'warning', finish: 'success', exit: 'stopped' };

export function PlanVerdicts({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const filters = useRunFilters<Verdict>(plan);
  const columns = useColumns(plan);
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const branchId = place.filters['branch'];
  const answer = useAnswer('listVerdicts', { id: plan.id, query: { limit: PAGE_SIZE, ...(branchId === undefined ? {} : { branchId }), ...(place.filters['kind'] === 'inventory' ? { kind: 'inventory' } : {}), ...(place.after === undefined ? {} : { after: place.after }) } }, { live: true, turns: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.verdicts} columns={columns} filters={filters} idOf={(verdict) => `${verdict.branchId} ${verdict.at} ${verdict.seq ?? ''} ${verdict.decision}`} answer={page} place={place} go={go} empty={<Empty title={say.noVerdicts}>{say.noVerdictsText}</Empty>} />}
    </Answered>
  );
}

function useColumns(plan: PlanDetail): readonly Column<Verdict>[] {
  const say = useWords(plansWords);
  const said = useSaid();
  const nameOf = useBranchNames();
  const { number } = useFormats();
  const zones = new Map(plan.branches.map(({ branchId, timeZone }) => [branchId, timeZone]));
  return [
    { id: 'branch', header: say.branch, cell: ({ branchId }) => nameOf(branchId) },
    { id: 'decided', header: say.decided, cell: ({ at, branchId }) => { const zone = zones.get(branchId); return <Moment at={at} {...(zone === undefined ? {} : { zone })} />; } },
    { id: 'decision', header: say.decision, cell: ({ decision, seq }) => <><StatusIndicator type={colours[decision]}>{say[decision]}</StatusIndicator>{seq === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{say.openedWave(number(seq))}</Box>}</> },
    { id: 'why', header: say.why, cell: ({ words }) => said(words) },
    { id: 'counted', header: say.counted, cell: ({ numbers }) => (numbers === undefined ? '-' : say.countedOf(number(numbers.succeeded), number(numbers.failed + numbers.rejected + numbers.timedOut), number(numbers.open))) },
  ];
}
