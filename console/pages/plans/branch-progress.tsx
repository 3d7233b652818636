/** A plan branch by branch: where it stands, what came of it, and the branch paused or resumed by itself. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { foresee, useDeed } from '../../api/deeds.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { TotalsBar } from '../../parts/totals-bar.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { controlWords } from './control-words.ts';
import type { PlanDetail } from './plan-page.tsx';
import { plansWords } from './plans-words.ts';

type Branch = PlanDetail['branches'][number];
type Standing = 'waiting' | 'running' | 'finished' | 'paused' | 'cancelled' | 'no' | 'superseded';

const colours: Readonly<Record<Standing, StatusIndicatorProps.Type>> = { waiting: 'pending', running: 'in-progress', finished: 'success', paused: 'warning', cancelled: 'stopped', no: 'pending', superseded: 'stopped' };
const standings: readonly Standing[] = ['waiting', 'running', 'paused', 'finished', 'cancelled', 'superseded'];

/** A hold of the branch says more than its run, which sees it at its next turn. */
export function standingOf(plan: Pick<PlanDetail, 'holds'>, branch: Pick<Branch, 'branchId' | 'install' | 'remove'>): Standing {
  return plan.holds?.find(({ branchId }) => branchId === branch.branchId)?.kind ?? (branch.install ?? branch.remove)?.status ?? 'no';
}

export function BranchProgress({ plan, nameOf }: { readonly plan: PlanDetail; readonly nameOf: (branchId: string) => string }): ReactNode {
  const say = useWords(plansWords);
  const columns = useColumns(plan, nameOf);
  const filters: readonly ListFilter<Branch>[] = [{ name: 'standing', label: say.state, choices: standings.map((value) => ({ value, label: say[`${value}Run`] })), fits: (branch, value) => standingOf(plan, branch) === value }];
  return (
    <WholeList
      title={say.byBranch} items={plan.branches} columns={columns} filters={plan.branches.length > 1 ? filters : []} idOf={({ branchId }) => branchId} {...(plan.branches.length > 10 ? { find: say.branch } : {})}
      textsOf={({ branchId }) => [branchId, nameOf(branchId)]} empty={<Empty title={say.none} />}
    />
  );
}

function useColumns(plan: PlanDetail, nameOf: (branchId: string) => string): readonly Column<Branch>[] {
  const say = useWords(plansWords);
  const said = useSaid();
  const { number } = useFormats();
  return [
    { id: 'branch', header: say.branch, value: ({ branchId }) => nameOf(branchId), cell: ({ branchId, timeZone }) => <><Link href={`/branches/${branchId}`}>{nameOf(branchId)}</Link><Box fontSize="body-s" color="text-body-secondary">{timeZone}</Box></> },
    {
      id: 'state', header: say.state, value: (branch) => standingOf(plan, branch),
      cell: (branch) => <><StatusIndicator type={colours[standingOf(plan, branch)]}>{say[`${standingOf(plan, branch)}Run`]}</StatusIndicator><Box fontSize="body-s" color="text-body-secondary">{said((branch.install ?? branch.remove)?.lastVerdict?.words ?? '')}</Box></>,
    },
    { id: 'results', header: say.results, cell: ({ totals, devices }) => <TotalsBar totals={totals} devices={devices} /> },
    { id: 'next', header: say.nextWave, value: (branch) => nextOf(branch) ?? 0, cell: (branch) => { const at = nextOf(branch); return at === undefined ? '-' : <Moment at={at} zone={branch.timeZone} />; } },
    { id: 'pace', header: say.pace, cell: ({ pace = plan, places }) => <>{say.paceOf(number(pace.waveSize), number(pace.intervalMinutes))}{places === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{say.openNow}: {say.openOf(number(places.open), number(places.limit), number(places.waiting))}</Box>}</> },
    { id: 'act', header: '', cell: (branch) => <HoldButton plan={plan} branch={branch} name={nameOf(branch.branchId)} /> },
  ];
}

function nextOf({ install, remove }: Branch): number | undefined {
  const run = install ?? remove;
  return run === undefined || run.status === 'finished' || run.status === 'cancelled' ? undefined : Math.max(run.nextAt, run.window.opensAt);
}

function HoldButton({ plan, branch, name }: { readonly plan: PlanDetail; readonly branch: Branch; readonly name: string }): ReactNode {
  const say = useWords(controlWords);
  const refusal = useRefusal('operator');
  const { branchId } = branch;
  const pause = useDeed('pausePlan', {
    done: () => say.branchPaused(name), changes: ['getPlan', 'listVerdicts'],
    foresee: [foresee<'pausePlan', 'getPlan'>('getPlan', (now, { id }) => (now.id === id ? { ...now, holds: [...(now.holds ?? []), { branchId, kind: 'paused', by: '' }] } : now))],
  });
  const resume = useDeed('resumePlan', {
    done: () => say.branchResumed(name), changes: ['getPlan', 'listVerdicts'],
    foresee: [foresee<'resumePlan', 'getPlan'>('getPlan', (now, { id }) => (now.id === id ? { ...now, holds: (now.holds ?? []).filter((hold) => hold.branchId !== branchId) } : now))],
  });
  const standing = standingOf(plan, branch);
  if (plan.status === 'cancelled' || standing === 'finished' || standing === 'cancelled' || standing === 'superseded') return null;
  const held = plan.holds?.some((hold) => hold.branchId === branchId) ?? false;
  const deed = held ? resume : pause;
  return (
    <Button
      wrapText={false} loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} ariaLabel={held ? say.resumeIn(name) : say.pauseIn(name)}
      onClick={() => { deed.mutate({ id: plan.id, body: { branches: [branchId] } }); }}
    >
      {held ? say.resume : say.pause}
    </Button>
  );
}
