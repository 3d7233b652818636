/** What became of a registration: every check with its evidence, and what to do. */
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import type { ApiFailure } from '../../api/failure.ts';
import { useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { CheckList } from '../versions/check-list.tsx';
import { registerWords } from './register-words.ts';

type Registration = AnswerOf<'getRegistration'>;

export function Verdict({ answer }: { readonly answer: UseQueryResult<Registration, ApiFailure> }): ReactNode {
  const say = useWords(registerWords);
  const { versionId } = answer.data ?? {};
  return (
    <Container header={(
      <Header
        variant="h2" description={say.verdictAbout}
        actions={<SpaceBetween direction="horizontal" size="xs"><Button href="/register">{say.another}</Button>{versionId === undefined ? null : <Button href={`/versions/${versionId}`}>{say.toVersion}</Button>}</SpaceBetween>}
      >
        {say.verdict}
      </Header>
    )}>
      <Answered answer={answer}>{(registration) => <Found registration={registration} />}</Answered>
    </Container>
  );
}

function Found({ registration }: { readonly registration: Registration }): ReactNode {
  const say = useWords(registerWords);
  const said = useSaid();
  const { checks, warnings = [], supersedes, reason, remedy, state } = registration;
  const failed = checks.filter(({ passed }) => !passed);
  return (
    <SpaceBetween size="m">
      <div><Box variant="strong"><span className="breakable">{registration.fileName}</span></Box>{registration.bundleId === undefined ? null : <Box color="text-body-secondary"><span className="breakable">{registration.bundleId} {registration.shortVersion}{registration.version === undefined ? null : ` (${registration.version})`}</span></Box>}</div>
      <Standing registration={registration} />
      {/* What a check tells is not told twice. */}
      {state === 'refused' && failed.length === 0 && reason !== undefined ? <Alert type="error"><span className="breakable">{said(reason)}</span>{remedy === undefined ? null : <div className="breakable">{say.whatToDo} {said(remedy)}</div>}</Alert> : null}
      {checks.length === 0 ? null : <CheckList checks={checks} />}
      {warnings.length === 0 ? null : <Alert type="info" header={say.warnings}><ul>{warnings.map((line) => <li key={line}>{said(line)}</li>)}</ul></Alert>}
      {supersedes === undefined ? null : <Box>{say.supersedes(`${supersedes.shortVersion} (${supersedes.version})`)}</Box>}
    </SpaceBetween>
  );
}

function Standing({ registration: { state, versionId } }: { readonly registration: Registration }): ReactNode {
  const say = useWords(registerWords);
  if (state === 'awaiting-file') return <StatusIndicator type="pending">{say.awaiting}</StatusIndicator>;
  if (state === 'verifying') return <StatusIndicator type="in-progress">{say.verifying}</StatusIndicator>;
  if (state === 'verified') return <StatusIndicator type="success">{say.verified}</StatusIndicator>;
  return <StatusIndicator type="error">{versionId === undefined ? say.refused : say.notVerified}</StatusIndicator>;
}
