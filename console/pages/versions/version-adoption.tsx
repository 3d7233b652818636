/** How far a version has come: its instructions by state, and the distribution status as a file. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'react-router';
import { outcomeStates } from '../../../core/result/outcome.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { fromStart, writePlace, type ListPlace } from '../../list/place.ts';
import { Answered } from '../../parts/answered.tsx';
import { Facts } from '../../parts/facts.tsx';
import { TotalsBar } from '../../parts/totals-bar.tsx';
import { outcomeWords } from '../../vocabulary/outcomes.ts';
import { ExportButton, ExportJob } from './version-export.tsx';
import { versionsWords } from './versions-words.ts';

const NOWHERE: ListPlace = { text: '', filters: {}, sort: undefined, descending: false, page: 1, after: undefined };
/** Of the list of devices. */
const FILTERS = ['branch', 'state', 'reason'];

export function VersionAdoption({ version }: { readonly version: AnswerOf<'getVersion'> }): ReactNode {
  const say = useWords(versionsWords);
  const answer = useAnswer('getVersionTotals', { id: version.id }, { live: true });
  return (
    <Container header={<Header variant="h2" description={say.adoptionAbout} actions={<ExportButton version={version} />}>{say.adoption}</Header>}>
      <SpaceBetween size="m">
        <ExportJob />
        <Answered answer={answer}>{({ instructions }) => <Totals totals={instructions} />}</Answered>
      </SpaceBetween>
    </Container>
  );
}

function Totals({ totals }: { readonly totals: AnswerOf<'getVersionTotals'>['instructions'] }): ReactNode {
  const say = useWords(versionsWords);
  const states = useWords(outcomeWords);
  const { number } = useFormats();
  const { pathname, search } = useLocation();
  // In the list below, from its first page; what else the address holds stays.
  const placeOf = (state: string): string => `${pathname}?${writePlace(new URLSearchParams(search), fromStart(NOWHERE, { filters: { state } }), FILTERS).toString()}`;
  const counted = outcomeStates.flatMap((state) => {
    const count = state === 'none' ? 0 : (totals[state] ?? 0);
    return count === 0 ? [] : [{ label: states[state], value: <Link href={placeOf(state)} ariaLabel={say.showState(states[state], number(count))}>{number(count)}</Link> }];
  });
  if (counted.length === 0) return <Box color="text-body-secondary">{say.noInstructions}</Box>;
  return <SpaceBetween size="m"><TotalsBar totals={totals} /><Facts facts={counted} /></SpaceBetween>;
}
