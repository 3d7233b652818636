import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { Facts } from '../../parts/facts.tsx';
import type { FileAnswer } from '../../parts/file-deed.ts';
import { importWords } from './import-words.ts';

/** Rows that a person looks through. */
const LISTED = 200;

export function ImportResult({ result: { check, answers, stopped } }: { readonly result: FileAnswer<AnswerOf<'importDevices'>> }): ReactNode {
  const say = useWords(importWords);
  const said = useSaid();
  const { number } = useFormats();
  const total = (key: 'created' | 'changed' | 'left'): string => number(answers.reduce((sum, answer) => sum + answer[key], 0));
  const rows = answers.flatMap((answer) => answer.rows);
  const failed = answers.flatMap((answer) => answer.failed);
  return (
    <SpaceBetween size="l">
      {stopped === undefined ? null : <Alert type="error" header={say.stopped(number(stopped.line))}><FailureText failure={stopped.failure} /></Alert>}
      {failed.length === 0 ? null : <Alert type="warning" header={say.lost(number(failed.length))}><ul>{failed.slice(0, LISTED).map(({ line, words }) => <li key={line}>{say.line(String(line))}: {said(words)}</li>)}</ul></Alert>}
      <Container header={<Header variant="h2">{check ? say.wouldBe : say.done}</Header>}>
        <Facts facts={[{ label: say.created, value: total('created') }, { label: say.changed, value: total('changed') }, { label: say.left, value: total('left') }]} />
      </Container>
      {rows.length === 0 ? null : (
        <Table
          items={rows.slice(0, LISTED)} trackBy={({ line }) => String(line)} wrapLines ariaLabels={{ tableLabel: say.changes }} header={<Header variant="h2" counter={`(${number(rows.length)})`}>{say.changes}</Header>}
          columnDefinitions={[
            { id: 'line', header: say.lineTitle, minWidth: 80, cell: ({ line }) => line },
            { id: 'device', header: say.device, isRowHeader: true, minWidth: 140, cell: ({ name }) => name },
            { id: 'outcome', header: say.outcome, minWidth: 100, cell: ({ outcome }) => (outcome === 'created' ? say.created : say.changed) },
            { id: 'details', header: say.details, minWidth: 200, cell: ({ changes }) => (changes.length === 0 ? '-' : said(changes.join(' '))) },
          ]}
          {...(rows.length > LISTED ? { footer: <Box textAlign="center">{say.more(number(rows.length - LISTED))}</Box> } : {})}
        />
      )}
    </SpaceBetween>
  );
}
