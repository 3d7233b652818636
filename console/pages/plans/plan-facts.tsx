import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import { useFormats, useLanguage, useSaid, useWords } from '../../language/language.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { callerText } from '../../vocabulary/callers.ts';
import { planStateColours, planStateWords } from '../../vocabulary/states.ts';
import { useBranchNames } from './branch-names.ts';
import { namesOf } from './names.ts';
import type { PlanDetail } from './plan-page.tsx';
import { plansWords } from './plans-words.ts';
import { windowsByBranch } from './windows-by-branch.ts';

const MOST_WINDOWS = 5;

export function PlanFacts({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const { number, share } = useFormats();
  const { language } = useLanguage();
  const said = useSaid();
  const nameOf = useBranchNames();
  const { abortRule, attempt, canary, formerPlanId, startedAt, startsAt } = plan;
  const facts: { readonly label: string; readonly value: ReactNode }[] = [
    { label: say.standing, value: <State of={plan.state} words={planStateWords} colours={planStateColours} /> },
    { label: say.app, value: <><Link href={`/apps/${plan.bundleId}`}>{plan.bundleId}</Link> {plan.operation === 'remove' ? say.removal : `${plan.shortVersion} (${plan.version})`}</> },
    { label: say.targets, value: plan.targets === 'list' ? say.listed : plan.tags === undefined ? say.everyDevice : say.tagged(plan.tags.join(', ')) },
    { label: say.pace, value: say.paceOf(number(plan.waveSize), number(plan.intervalMinutes)) },
    { label: say.windows, value: <>{windowsByBranch(plan.branches).slice(0, MOST_WINDOWS).map(({ windows, branchIds }) => <div key={windows.join()}>{windows.join(', ')}<Box fontSize="body-s" color="text-body-secondary">{branchIds.length === plan.branches.length ? say.everywhere : namesOf(branchIds.map(nameOf))}</Box></div>)}</> },
    { label: say.deadline, value: say.hours(number(plan.deadlineHours)) },
    { label: say.abort, value: abortRule === undefined ? say.never : say.abortOf(share(abortRule.share), number(abortRule.minimum)) },
    { label: say.canary, value: canary === undefined ? say.none : canary.of.kind === 'test-devices' ? say.canaryTest(number(canary.soakHours)) : say.canaryOf(canary.of.kind === 'count' ? say.devicesOf(number(canary.of.devices)) : share(canary.of.share), number(canary.soakHours)) },
    { label: say.retry, value: plan.reissueTimes === undefined || plan.reissueTimes === 0 ? say.never : say.times(number(plan.reissueTimes)) },
    { label: say.made, value: <><Moment at={plan.createdAt} /> {say.by(said(callerText(plan.createdBy, language)))}</> },
    { label: say.started, value: startedAt === undefined ? say.notStarted : <Moment at={startedAt} /> },
  ];
  if (startsAt !== undefined) facts.push({ label: say.startsAt, value: <Moment at={startsAt} /> });
  if (formerPlanId !== undefined) facts.push({ label: say.attempt(number(attempt)), value: <Link href={`/plans/${formerPlanId}`}>{say.former}</Link> });
  return <Container header={<Header variant="h2">{say.facts}</Header>}><Facts facts={facts} /></Container>;
}
