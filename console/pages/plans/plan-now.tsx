/** The first thing of a plan's page: what happens now, who has it, what comes next, what went wrong. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useSearchParams } from 'react-router';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { TotalsBar } from '../../parts/totals-bar.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { planStateColours, planStateWords } from '../../vocabulary/states.ts';
import { useBranchNames } from './branch-names.ts';
import { nowWords } from './now-words.ts';
import { nowOf } from './plan-now.ts';
import type { PlanDetail } from './plan-page.tsx';
import { failuresOf } from './reasons-of-plan.ts';

export function PlanNowBox({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(nowWords);
  const { language } = useLanguage();
  const { number, share } = useFormats();
  const nameOf = useBranchNames();
  const [parameters] = useSearchParams();
  const now = nowOf(plan);
  const removes = plan.operation === 'remove';
  const [worst] = failuresOf(plan);
  const sentence = plan.state === 'running' ? say.running(number(now.branchesOver), number(plan.branches.length)) : say[plan.state];
  const next = now.next === undefined ? (plan.status === 'paused' ? say.nextPaused : say.noNext) : (
    <><Moment at={now.next.at} zone={now.next.timeZone} /><Box>{now.next.size === 0 ? say.nextLook(nameOf(now.next.branchId)) : say.nextIn(nameOf(now.next.branchId), number(now.next.size))}</Box></>
  );
  return (
    <Container header={<Header variant="h2" actions={<State of={plan.state} words={planStateWords} colours={planStateColours} />}>{say.title}</Header>}>
      <SpaceBetween size="s">
        <Box>{sentence}{now.held.length === 0 || plan.status !== 'live' ? null : <> {say.heldIn(now.held.map(nameOf).join(', '))}</>}</Box>
        <TotalsBar totals={plan.totals} devices={now.devices} />
        <Facts
          facts={[
            { label: removes ? say.gone : say.have, value: <Box variant="strong">{say.ofAll(number(now.done), number(now.devices), share(now.devices === 0 ? 0 : now.done / now.devices))}</Box> },
            { label: say.next, value: next },
            { label: say.open, value: now.asked === 0 ? say.openOf(number(now.open)) : say.askedOf(number(now.open), number(now.asked)) },
            {
              label: say.failed,
              value: now.failed === 0 ? <StatusIndicator type="success">{say.none}</StatusIndicator> : <><StatusIndicator type="error"><span className="whole-words">{worst === undefined ? say.openOf(number(now.failed)) : say.failedOf(number(now.failed), reasonText(worst.code, language))}</span></StatusIndicator><div><Link href={parameters.has('tab') ? `/plans/${plan.id}` : '#failures'}>{say.look}</Link></div></>,
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}
