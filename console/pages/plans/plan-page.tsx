/** One plan: what it is, what is done with it, what was foreseen and what happened. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useParams, useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanDevices } from './plan-devices.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { PlanNowBox } from './plan-now.tsx';
import { DraftProspect, PlanProgress } from './plan-progress.tsx';
import { PlanVerdicts } from './plan-verdicts.tsx';
import { PlanWaves } from './plan-waves.tsx';
import { plansWords } from './plans-words.ts';

export type PlanDetail = AnswerOf<'getPlan'>;

export default function PlanPage(): ReactNode {
  const say = useWords(plansWords);
  const { id = '' } = useParams();
  const answer = useAnswer('getPlan', { id }, { live: true });
  const plan = answer.data;
  return (
    <Page title={plan?.name ?? say.name} above={[{ text: say.title, href: '/plans' }]} actions={plan === undefined ? undefined : <PlanActions key={id} plan={plan} />}>
      <Answered answer={answer}>
        {(found) => (
          <SpaceBetween size="l">
            <Standing plan={found} />
            {found.status === 'draft' ? <SpaceBetween size="l"><PlanFacts plan={found} /><DraftProspect key={id} plan={found} /></SpaceBetween> : <SpaceBetween size="l"><PlanNowBox plan={found} /><PlanTabs key={id} plan={found} /></SpaceBetween>}
          </SpaceBetween>
        )}
      </Answered>
    </Page>
  );
}

/** What stands in its way, or has ended it. */
function Standing({ plan: { status, pausedBecause, supersededBy, versionWarning, reissued } }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const said = useSaid();
  return (
    <>
      {status === 'paused' ? <Alert type="warning" header={say.pausedHeader}>{pausedBecause === undefined ? null : said(pausedBecause)}<div>{say.pausedWhat}</div></Alert> : null}
      {supersededBy === undefined ? null : <Alert type="info">{say.supersededBy(supersededBy)}</Alert>}
      {versionWarning === undefined ? null : <Alert type="warning">{said(versionWarning)}</Alert>}
      {reissued === undefined ? null : <Alert type="info" header={say.reissued}>{said(reissued.words)} {reissued.planId === undefined ? null : <Link href={`/plans/${reissued.planId}`}>{say.nextAttempt}</Link>}</Alert>}
    </>
  );
}

const tabs = ['progress', 'waves', 'verdicts', 'devices', 'facts'] as const;

function PlanTabs({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const [parameters, setParameters] = useSearchParams();
  const contents: Readonly<Record<(typeof tabs)[number], ReactNode>> = {
    progress: <PlanProgress plan={plan} />, waves: <PlanWaves plan={plan} />, verdicts: <PlanVerdicts plan={plan} />, devices: <PlanDevices plan={plan} />, facts: <PlanFacts plan={plan} />,
  };
  return (
    <Tabs
      ariaLabel={plan.name} activeTabId={tabs.find((tab) => tab === parameters.get('tab')) ?? 'progress'} tabs={tabs.map((tab) => ({ id: tab, label: say[tab], content: contents[tab] }))}
      // Page and filter in the address are those of the list that was left.
      onChange={({ detail }) => { setParameters(detail.activeTabId === 'progress' ? {} : { tab: detail.activeTabId }, { preventScrollReset: true }); }}
    />
  );
}
