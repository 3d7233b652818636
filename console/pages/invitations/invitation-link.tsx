/** The link that is said once: as a QR code for the device's camera, and to be copied. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { qrPath } from '../../../protocol/qr.ts';
import { useWords } from '../../language/language.tsx';
import { Moment } from '../../parts/moment.tsx';
import { invitationsWords } from './invitations-words.ts';

export function InvitationLink({ invitation: { link, expiresAt }, zone, close }: { readonly invitation: AnswerOf<'invite'>; readonly zone: string; readonly close: () => void }): ReactNode {
  const say = useWords(invitationsWords);
  return (
    <Container header={<Header variant="h2" description={say.scan} actions={<Button onClick={close}>{say.done}</Button>}>{say.madeTitle}</Header>}>
      <SpaceBetween size="m">
        <Alert type="warning">{say.once}</Alert>
        <QrCode text={link} label={say.qr} />
        <div><Box variant="awsui-key-label">{say.link}</Box><div className="breakable">{link}</div></div>
        <CopyToClipboard textToCopy={link} copyButtonText={say.copy} copySuccessText={say.copied} copyErrorText={say.notCopied} />
        <div><Box variant="awsui-key-label">{say.until}</Box><Moment at={expiresAt} zone={zone} /></div>
      </SpaceBetween>
    </Container>
  );
}

/** Dark on light in either theme: cameras look for that. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { size, path } = qrPath(text);
  return <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges"><path fill="#fff" d={`M0 0h${size}v${size}H0z`} /><path fill="#000" d={path} /></svg>;
}
