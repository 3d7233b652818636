/** Who signs enrolment profiles. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { KeyFileModal } from './key-file-modal.tsx';
import { settingsWords } from './settings-words.ts';

export function ProfileSigner(): ReactNode {
  const say = useWords(settingsWords);
  const said = useSaid();
  const { number } = useFormats();
  const answer = useAnswer('getProfileSigner', {});
  return (
    <Container header={<Header variant="h2" description={say.signerAbout} actions={<SignerButtons signed={answer.data?.signed === true} />}>{say.signer}</Header>}>
      <Answered answer={answer}>
        {({ signed, subject, issuer, fingerprint, expiresAt, warning, former }) => (
          <SpaceBetween size="m">
            {warning === undefined ? null : <Alert type="warning">{said(warning)}</Alert>}
            <Facts facts={[
              { label: say.signed, value: <StatusIndicator type={signed ? 'success' : 'info'}>{signed ? say.isSigned : say.notSigned}</StatusIndicator> },
              ...(subject === undefined ? [] : [{ label: say.subject, value: <span className="breakable">{subject}</span> }]),
              ...(issuer === undefined ? [] : [{ label: say.issuer, value: <span className="breakable">{issuer}</span> }]),
              ...(expiresAt === undefined ? [] : [{ label: say.ends, value: <Moment at={expiresAt} /> }]),
              ...(fingerprint === undefined ? [] : [{ label: say.fingerprint, value: <code className="breakable">{fingerprint}</code> }]),
              ...(former === 0 ? [] : [{ label: say.former, value: number(former) }]),
            ]} />
          </SpaceBetween>
        )}
      </Answered>
    </Container>
  );
}

function SignerButtons({ signed }: { readonly signed: boolean }): ReactNode {
  const say = useWords(settingsWords);
  const confirm = useConfirm();
  const refusal = useRefusal('admin');
  const [open, setOpen] = useState(false);
  const changes = ['getProfileSigner', 'listAudit'] as const;
  const put = useDeed('setProfileSigner', { done: () => say.signerSet, changes });
  const remove = useDeed('removeProfileSigner', { done: () => say.signerRemoved, changes });
  const stop = async (): Promise<void> => {
    // Nobody who is enrolled loses anything.
    if (await confirm({ title: say.removeSignerTitle, text: say.removeSignerText, devices: 0, verb: say.removeSigner })) remove.mutate({});
  };
  const refused = { disabled: refusal !== undefined, ...(refusal === undefined ? {} : { disabledReason: refusal }) };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {signed ? <Button {...refused} loading={remove.isPending} onClick={() => { void stop(); }}>{say.removeSigner}</Button> : null}
      <Button {...refused} loading={put.isPending} onClick={() => { setOpen(true); }}>{say.setSigner}</Button>
      {open ? <KeyFileModal title={say.setSigner} onClose={() => { setOpen(false); }} onSend={(body) => { setOpen(false); put.mutate({ body }); }} /> : null}
    </SpaceBetween>
  );
}
