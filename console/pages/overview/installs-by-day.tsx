/** How many devices got an app on each of the last days: a bar for each day, and the same in words for whoever does not see it. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { overviewWords } from './overview-words.ts';

type Days = AnswerOf<'getOverview'>['installs'];

export function InstallsByDay({ days }: { readonly days: Days }): ReactNode {
  const say = useWords(overviewWords);
  const { number, day: dayOf, shortDay } = useFormats();
  const all = days.reduce((sum, { installed }) => sum + installed, 0);
  return (
    <Container header={<Header variant="h2" description={say.installsAbout} counter={`(${number(all)})`}>{say.installs}</Header>}>
      {all === 0 ? <Box textAlign="center" color="text-body-secondary" padding="l">{say.noInstalls}</Box> : (
        <ol className="days" aria-label={say.installs}>
          {days.map(({ day, installed }, index) => (
            <li key={day}>
              <span className="unseen">{say.ofDay(dayOf(Date.parse(day), 'UTC'), number(installed))}</span>
              <span className="days-count" aria-hidden="true">{installed === 0 ? '' : number(installed)}</span>
              <span className="days-bar" aria-hidden="true" style={{ blockSize: `${barHeight(installed, days)}px` }} />
              {/* A narrow screen has room for every other day, today among them. */}
              <span className={(days.length - 1 - index) % 2 === 0 ? 'days-name' : 'days-name days-other'} aria-hidden="true">{shortDay(Date.parse(day), 'UTC')}</span>
            </li>
          ))}
        </ol>
      )}
    </Container>
  );
}

const TALLEST = 120;
/** So that one of a hundred thousand is still seen. */
const SHORTEST = 2;

/** Pixels. */
export function barHeight(installed: number, days: Days): number {
  const most = Math.max(...days.map((each) => each.installed), 1);
  return installed === 0 ? 0 : Math.max(SHORTEST, Math.round((TALLEST * installed) / most));
}
