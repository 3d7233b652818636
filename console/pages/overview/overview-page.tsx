/** The first page: how the fleet is, what is under way, why devices failed, and what waits for a person. Live. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page } from '../../parts/page.tsx';
import { AttentionList } from './attention-list.tsx';
import { FailureReasons } from './failure-reasons.tsx';
import { DeviceStates } from './device-states.tsx';
import { InstallsByDay } from './installs-by-day.tsx';
import { overviewWords } from './overview-words.ts';
import { RolloutList } from './rollout-list.tsx';

export default function OverviewPage(): ReactNode {
  const say = useWords(overviewWords);
  const { number } = useFormats();
  const answer = useAnswer('getOverview', {}, { live: true });
  return (
    <Page title={say.title}>
      <Answered answer={answer}>
        {({ branches, rollouts, lately, reasons, attention, installs, ...fleet }) => (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{say.fleet}</Header>}>
              <Facts facts={[
                { label: say.enrolled, value: <Figure>{number(fleet.enrolled)}</Figure> },
                { label: say.branches, value: <Figure>{number(branches)}</Figure> },
                { label: say.underWay, value: <Figure>{number(rollouts.length)}</Figure> },
              ]} />
              <DeviceStates counts={fleet} />
            </Container>
            <AttentionList items={attention} />
            <Grid gridDefinition={[{ colspan: { default: 12, s: 8 } }, { colspan: { default: 12, s: 4 } }]}>
              <RolloutList rollouts={rollouts} lately={lately} />
              <FailureReasons reasons={reasons} />
            </Grid>
            <InstallsByDay days={installs} />
          </SpaceBetween>
        )}
      </Answered>
    </Page>
  );
}

function Figure({ children }: { readonly children: ReactNode }): ReactNode {
  return <Box fontSize="display-l" fontWeight="light">{children}</Box>;
}
