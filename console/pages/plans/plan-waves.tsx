/** The waves that have opened, by branch, page by page. */
import type { ReactNode } from 'react';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { TotalsBar } from '../../parts/totals-bar.tsx';
import { useBranchNames } from './branch-names.ts';
import type { Wave } from './curves.ts';
import type { PlanDetail } from './plan-page.tsx';
import { plansWords } from './plans-words.ts';

const PAGE_SIZE = 25;

/** Of waves and verdicts alike: a branch, and the collecting of inventory instead of the plan's own. */
export function useRunFilters<T>(plan: PlanDetail): readonly ListFilter<T>[] {
  const say = useWords(plansWords);
  const nameOf = useBranchNames();
  return [
    { name: 'branch', label: say.branch, choices: plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) })) },
    { name: 'kind', label: say.kind, choices: [{ value: 'inventory', label: say.inventory }] },
  ];
}

export function PlanWaves({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const filters = useRunFilters<Wave>(plan);
  const columns = useColumns(plan);
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const branchId = place.filters['branch'];
  const answer = useAnswer('listWaves', { id: plan.id, query: { limit: PAGE_SIZE, ...(branchId === undefined ? {} : { branchId }), ...(place.filters['kind'] === 'inventory' ? { kind: 'inventory' } : {}), ...(place.after === undefined ? {} : { after: place.after }) } }, { live: true, turns: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.waves} columns={columns} filters={filters} idOf={({ id }) => id} answer={page} place={place} go={go} empty={<Empty title={say.noWaves}>{say.noWavesText}</Empty>} />}
    </Answered>
  );
}

function useColumns(plan: PlanDetail): readonly Column<Wave>[] {
  const say = useWords(plansWords);
  const nameOf = useBranchNames();
  const { number } = useFormats();
  const zones = new Map(plan.branches.map(({ branchId, timeZone }) => [branchId, timeZone]));
  return [
    { id: 'wave', header: say.wave, cell: ({ branchId, seq }) => `${nameOf(branchId)} ${number(seq)}` },
    { id: 'opened', header: say.opened, cell: ({ openedAt, branchId }) => { const zone = zones.get(branchId); return <Moment at={openedAt} {...(zone === undefined ? {} : { zone })} />; } },
    { id: 'instructed', header: say.instructed, cell: ({ devices }) => number(devices) },
    { id: 'skipped', header: say.leftOut, cell: ({ skipped }) => number(skipped) },
    { id: 'results', header: say.results, cell: ({ totals, devices }) => (totals === undefined ? '-' : <TotalsBar totals={totals} devices={devices} />) },
  ];
}
