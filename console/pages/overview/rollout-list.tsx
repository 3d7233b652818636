import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { TotalsBar } from '../../parts/totals-bar.tsx';
import { planStateColours, planStateWords } from '../../vocabulary/states.ts';
import { overviewWords } from './overview-words.ts';

type Rollout = AnswerOf<'getOverview'>['rollouts'][number];

export function RolloutList({ rollouts, lately }: { readonly rollouts: readonly Rollout[]; readonly lately: readonly Rollout[] }): ReactNode {
  const say = useWords(overviewWords);
  return (
    <Container header={<Header variant="h2" actions={<Link href="/plans">{say.allPlans}</Link>}>{say.rollouts}</Header>}>
      <SpaceBetween size="l">
        {rollouts.length === 0 ? <Empty title={say.noRollouts}>{say.noRolloutsText}</Empty> : rollouts.map((rollout) => <RolloutItem key={rollout.planId} rollout={rollout} />)}
        {lately.length === 0 ? null : <Box variant="h3" color="text-body-secondary">{say.lately}</Box>}
        {lately.map((rollout) => <RolloutItem key={rollout.planId} rollout={rollout} />)}
      </SpaceBetween>
    </Container>
  );
}

function RolloutItem({ rollout: { planId, name, operation, bundleId, shortVersion, version, state, startedAt, devices, branches, totals } }: { readonly rollout: Rollout }): ReactNode {
  const say = useWords(overviewWords);
  const { number } = useFormats();
  return (
    <section aria-label={name}>
      <SpaceBetween direction="horizontal" size="s" alignItems="center"><Box variant="h3"><Link href={`/plans/${planId}`}>{name}</Link></Box><State of={state} words={planStateWords} colours={planStateColours} /></SpaceBetween>
      <Box fontSize="body-s" color="text-body-secondary">
        {operation === 'remove' ? `${say.remove}: ${bundleId}` : `${bundleId} ${shortVersion} (${version})`} · {say.toBranches(number(branches))}
        {startedAt === undefined ? null : <> · {say.started} <Moment at={startedAt} /></>}
      </Box>
      <TotalsBar totals={totals} devices={devices} />
    </section>
  );
}
