/** Invitations by file: checked first, with every mistake by its line, then made; their links are saved as a file. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { CsvFile } from '../../parts/csv-file.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { useFileDeed, type FileAnswer } from '../../parts/file-deed.ts';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { invitationsWords } from './invitations-words.ts';
import { linksFile } from './links-file.ts';

type Result = FileAnswer<AnswerOf<'importInvitations'>>;

export default function InviteFilePage(): ReactNode {
  const say = useWords(invitationsWords);
  const refusal = useRefusal('operator');
  const [text, setText] = useState<string | undefined>(undefined);
  const [share, setShare] = useState(0);
  const send = useFileDeed((api, body) => api.call('importInvitations', { body }), ['listInvitations', 'listDevices', 'listBranches', 'getBranch'], setShare);
  const { data, error, isPending, variables } = send;
  const button = { disabled: refusal !== undefined || text === undefined, ...(refusal === undefined ? {} : { disabledReason: refusal }) };
  const go = (check: boolean): void => { if (text !== undefined) send.mutate({ text, check }); };
  return (
    <Page title={say.fileTitle} description={say.fileAbout} above={[{ text: say.title, href: '/invitations' }]}>
      <Container>
        <SpaceBetween size="m">
          <CsvFile about={say.file} chosen={(next) => { setText(next); send.reset(); }} />
          <SpaceBetween direction="horizontal" size="xs">
            <Button {...button} loading={isPending && variables.check} onClick={() => { go(true); }}>{say.check}</Button>
            <Button variant="primary" {...button} disabled={button.disabled || data?.check !== true} loading={isPending && !variables.check} onClick={() => { go(false); }}>{say.inviteAll}</Button>
          </SpaceBetween>
          {isPending ? <ProgressBar value={share * 100} label={variables.check ? say.checking : say.inviting} /> : null}
        </SpaceBetween>
      </Container>
      {error === null ? null : <Alert type="error" header={say.mistakes}><FailureText failure={error} /></Alert>}
      {data === undefined ? null : data.check ? <Checked result={data} /> : <Made result={data} />}
    </Page>
  );
}

function Checked({ result: { answers } }: { readonly result: Result }): ReactNode {
  const say = useWords(invitationsWords);
  const { number } = useFormats();
  const sum = (of: (answer: Result['answers'][number]) => number): string => number(answers.reduce((total, answer) => total + of(answer), 0));
  return <Alert type="success" header={say.checked}>{say.wouldMake(sum(({ rows }) => rows), sum(({ devices }) => devices.created))}</Alert>;
}

function Made({ result: { answers, stopped } }: { readonly result: Result }): ReactNode {
  const say = useWords(invitationsWords);
  const said = useSaid();
  const { number } = useFormats();
  const items = answers.flatMap((answer) => answer.items);
  const failed = answers.flatMap((answer) => answer.failed);
  return (
    <SpaceBetween size="l">
      <Alert type="success" header={say.allMade(number(items.length))} action={<Button iconName="download" onClick={() => { save(linksFile(items)); }}>{say.saveLinks}</Button>}>{say.saveNow}</Alert>
      {stopped === undefined ? null : <Alert type="error" header={say.stopped(number(stopped.line))}><FailureText failure={stopped.failure} /></Alert>}
      {failed.length === 0 ? null : <Alert type="warning" header={say.lost(number(failed.length))}><ul>{failed.map(({ line, words }) => <li key={line}>{say.line(String(line))}: {said(words)}</li>)}</ul></Alert>}
    </SpaceBetween>
  );
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: 'invitation-links.csv' });
  link.click();
  URL.revokeObjectURL(url);
}
