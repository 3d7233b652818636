/** The push certificate: what it is, when it ends, how to get one, and where it is set. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { failureOf } from '../../api/failure.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import type { KeyFileBody } from './key-file-form.ts';
import { KeyFileModal } from './key-file-modal.tsx';
import { PushSteps } from './push-steps.tsx';
import { settingsWords } from './settings-words.ts';

export function PushCertificate(): ReactNode {
  const say = useWords(settingsWords);
  const answer = useAnswer('getPushCertificate', {});
  const none = answer.error?.code === 'push-certificate-missing';
  return (
    <Container header={<Header variant="h2" description={say.pushAbout} actions={<SetButton isFirst={none} />}>{say.push}</Header>}>
      <SpaceBetween size="m">
        {none ? <Alert type="error" header={say.noPush}>{say.noPushText}</Alert> : <Answered answer={answer}>{(found) => <PushFacts found={found} />}</Answered>}
        <PushSteps open={none} />
      </SpaceBetween>
    </Container>
  );
}

function PushFacts({ found: { topic, expiresAt, warning, fault } }: { readonly found: AnswerOf<'getPushCertificate'> }): ReactNode {
  const say = useWords(settingsWords);
  const said = useSaid();
  return (
    <SpaceBetween size="m">
      {warning === undefined ? null : <Alert type="warning">{said(warning)}</Alert>}
      <Facts facts={[
        { label: say.topic, value: <span className="breakable">{topic}</span> },
        { label: say.ends, value: <Moment at={expiresAt} /> },
        { label: say.pushes, value: fault === undefined ? <StatusIndicator type="success">{say.pushesWork}</StatusIndicator> : <StatusIndicator type="error">{say.pushesRefused(said(fault))}</StatusIndicator> },
      ]} />
    </SpaceBetween>
  );
}

function SetButton({ isFirst }: { readonly isFirst: boolean }): ReactNode {
  const say = useWords(settingsWords);
  const { day } = useFormats();
  const confirm = useConfirm();
  const refusal = useRefusal('admin');
  const [open, setOpen] = useState(false);
  const branches = useAnswer('listBranches', {}, { wait: !open });
  const put = useDeed('setPushCertificate', { done: ({ expiresAt }) => say.pushSet(day(expiresAt, viewerZone())), changes: ['getPushCertificate', 'getOverview', 'listAudit'] });
  const send = async (body: KeyFileBody): Promise<void> => {
    setOpen(false);
    // The API alone can read the file: that its topic is another is known from the refusal.
    const failed = await put.mutateAsync({ body }).then(() => undefined, failureOf);
    if (failed?.code !== 'conflict') return;
    const devices = (branches.data?.items ?? []).reduce((sum, { enrolled }) => sum + enrolled, 0);
    if (await confirm({ title: say.otherTopicTitle, text: say.otherTopicText, devices, verb: say.setAnyway })) put.mutate({ body: { ...body, force: true } });
  };
  const title = isFirst ? say.setPush : say.renewPush;
  return (
    <>
      <Button loading={put.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{title}</Button>
      {open ? <KeyFileModal title={title} onClose={() => { setOpen(false); }} onSend={(body) => { void send(body); }} /> : null}
    </>
  );
}
