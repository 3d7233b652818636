/** The authority that issues device identities, and those before it. For administrators alone. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { settingsWords } from './settings-words.ts';

type One = AnswerOf<'getAuthority'>['current'];

export function Authority(): ReactNode {
  const say = useWords(settingsWords);
  const refusal = useRefusal('admin');
  return (
    <Container header={<Header variant="h2" description={say.authorityAbout} actions={<RotateButton refusal={refusal} />}>{say.authority}</Header>}>
      {refusal === undefined ? <Known /> : <Alert type="info" header={say.authorityForAdmins}>{refusal}</Alert>}
    </Container>
  );
}

function Known(): ReactNode {
  const say = useWords(settingsWords);
  const { number } = useFormats();
  const answer = useAnswer('getAuthority', {});
  if (answer.error?.code === 'not-found') return <Empty title={say.noAuthority}>{say.noAuthorityText}</Empty>;
  return (
    <Answered answer={answer}>
      {({ current, former }) => (
        <SpaceBetween size="m">
          <AuthorityFacts one={current} />
          {former.length === 0 ? null : (
            <ExpandableSection headerText={`${say.formerAuthorities} (${number(former.length)})`}>
              <SpaceBetween size="l">{former.map((one) => <AuthorityFacts key={one.fingerprint} one={one} />)}</SpaceBetween>
            </ExpandableSection>
          )}
        </SpaceBetween>
      )}
    </Answered>
  );
}

function AuthorityFacts({ one: { subject, fingerprint, serialNumber, validFrom, expiresAt, acceptedUntil } }: { readonly one: One }): ReactNode {
  const say = useWords(settingsWords);
  return (
    <Facts facts={[
      { label: say.subject, value: <span className="breakable">{subject}</span> },
      { label: say.validFrom, value: <Moment at={validFrom} /> },
      { label: acceptedUntil === undefined ? say.ends : say.acceptedUntil, value: <Moment at={acceptedUntil ?? expiresAt} /> },
      { label: say.serial, value: <code className="breakable">{serialNumber}</code> },
      { label: say.fingerprint, value: <code className="breakable">{fingerprint}</code> },
    ]} />
  );
}

function RotateButton({ refusal }: { readonly refusal: string | undefined }): ReactNode {
  const say = useWords(settingsWords);
  const confirm = useConfirm();
  const rotate = useDeed('rotateAuthority', { done: () => say.rotated, changes: ['getAuthority', 'listAudit'] });
  const ask = async (): Promise<void> => {
    // No device loses its identity by it.
    if (await confirm({ title: say.rotateTitle, text: say.rotateText, devices: 0, verb: say.rotate })) rotate.mutate({});
  };
  return <Button loading={rotate.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.rotate}</Button>;
}
