/** The picture of a plan: what was foreseen, and what happened laid over it; and how far each branch is. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { BranchProgress } from './branch-progress.tsx';
import { useBranchNames } from './branch-names.ts';
import { controlWords } from './control-words.ts';
import { timelineOf, type Preview, type Wave } from './curves.ts';
import { FailureReasons } from './failure-reasons.tsx';
import { ForecastTable } from './forecast-table.tsx';
import { LeftOut, LeftOutTable } from './left-out.tsx';
import { LoadPicture } from './load-picture.tsx';
import { Outlook } from './outlook.tsx';
import { pictureWords } from './picture-words.ts';
import type { PlanDetail } from './plan-page.tsx';
import { skippedOf } from './reasons-of-plan.ts';
import { WaveTimeline } from './wave-timeline.tsx';

/** Drawn over what was foreseen; a plan with more has them all in its list of waves. */
const MOST_OPENED = 200;
/** What was foreseen changes with the terms alone. */
const FRESH = 60_000;

export function PlanProgress({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(pictureWords);
  const nameOf = useBranchNames();
  const foreseen = useAnswer('previewPlan', { id: plan.id, body: { asStarted: true } }, { fresh: FRESH });
  const waves = useAnswer('listWaves', { id: plan.id, query: { limit: MOST_OPENED } }, { live: true });
  const skipped = skippedOf(plan);
  const since = Math.max(plan.startsAt ?? 0, plan.startedAt ?? 0);
  return (
    <SpaceBetween size="l">
      <Answered answer={foreseen}>
        {(preview) => (
          <SpaceBetween size="l">
            <TimelineBox preview={preview} opened={waves.data?.items ?? []} nameOf={nameOf} now={plan.asOf} more={waves.data?.next !== undefined} />
            {plan.operation === 'remove' ? null : <Container header={<Header variant="h2" description={say.loadHappened}>{say.load}</Header>}><LoadPicture branches={preview.branches} budget={preview.budget} nameOf={nameOf} {...(plan.asOf > since ? { since } : {})} /></Container>}
          </SpaceBetween>
        )}
      </Answered>
      <BranchProgress plan={plan} nameOf={nameOf} />
      <div id="failures"><FailureReasons plan={plan} nameOf={nameOf} /></div>
      {skipped.length === 0 ? null : <LeftOutTable rows={skipped} about={say.skippedSoFar} />}
    </SpaceBetween>
  );
}

/** Of a plan that is not started: what it will do, with advice that is taken by a click. */
export function DraftProspect({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(controlWords);
  const refusal = useRefusal('operator');
  const preview = useAnswer('previewPlan', { id: plan.id, body: {} }, { live: true });
  const pace = useDeed('setPace', { done: ({ name }) => say.paceSet(name), changes: ['getPlan', 'previewPlan'] });
  return (
    <Answered answer={preview}>
      {(found) => <Prospect preview={found} removes={plan.operation === 'remove'} planId={plan.id} refusal={refusal} take={(paces) => { pace.mutate({ id: plan.id, body: { branches: [...paces].map(([branchId, each]) => ({ branchId, pace: each })) } }); }} />}
    </Answered>
  );
}

export interface ProspectProps {
  readonly preview: Preview;
  readonly removes: boolean;
  /** It is made already. */
  readonly planId?: string;
  readonly take?: Parameters<typeof ForecastTable>[0]['take'];
  readonly refusal?: string | undefined;
}

/** Waves, load, advice and who is left out, of a plan that is still to be started. */
export function Prospect({ preview, removes, planId, take, refusal }: ProspectProps): ReactNode {
  const say = useWords(pictureWords);
  const nameOf = useBranchNames();
  return (
    <SpaceBetween size="l">
      <Outlook preview={preview} removes={removes} nameOf={nameOf} />
      <TimelineBox preview={preview} opened={[]} nameOf={nameOf} />
      {removes ? null : <Container header={<Header variant="h2" description={say.loadAbout}>{say.load}</Header>}><LoadPicture branches={preview.branches} budget={preview.budget} nameOf={nameOf} /></Container>}
      <ForecastTable branches={preview.branches} nameOf={nameOf} {...(take === undefined ? {} : { take })} refusal={refusal} />
      <LeftOut preview={preview} planId={planId} />
    </SpaceBetween>
  );
}

interface TimelineBoxProps {
  readonly preview: Preview;
  readonly opened: readonly Wave[];
  readonly nameOf: (branchId: string) => string;
  readonly now?: number;
  readonly more?: boolean;
}

function TimelineBox({ preview, opened, nameOf, now, more = false }: TimelineBoxProps): ReactNode {
  const say = useWords(pictureWords);
  const timeline = timelineOf(preview.branches, opened, now);
  return (
    <Container header={<Header variant="h2" description={say.timelineAbout}>{say.timeline}</Header>}>
      {timeline === undefined ? <Empty title={say.nobody}>{say.nobodyText}</Empty> : <WaveTimeline timeline={timeline} branches={preview.branches.length} nameOf={nameOf} {...(now === undefined ? {} : { now })} />}
      {more ? say.firstWaves(String(MOST_OPENED)) : null}
    </Container>
  );
}
