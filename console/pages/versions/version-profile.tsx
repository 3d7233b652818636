/** When the profile of a version ends, renewing it, and sending it to the devices that have the version. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { countOf } from '../../../core/result/totals.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { ProfileDevices } from './profile-devices.tsx';
import { profileWords } from './profile-words.ts';
import { RenewDialog } from './renew-dialog.tsx';
import { useSendProfile, type ProfileSent } from './send-profile.ts';

type Version = AnswerOf<'getVersion'>;

export function VersionProfile({ version }: { readonly version: Version }): ReactNode {
  const say = useWords(profileWords);
  const { day } = useFormats();
  const refusal = useRefusal('operator');
  const [open, setOpen] = useState(false);
  const { renewal, profileExpiresAt } = version;
  return (
    <Container header={(
      <Header
        variant="h2" description={say.profileAbout}
        actions={(
          <SpaceBetween direction="horizontal" size="xs">
            {renewal === undefined ? null : <SendButton version={version} />}
            <Button disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{say.renew}</Button>
          </SpaceBetween>
        )}
      >
        {say.profile}
      </Header>
    )}>
      <SpaceBetween size="m">
        <Facts facts={[
          { label: say.ends, value: day(profileExpiresAt, viewerZone()) },
          ...(renewal === undefined ? [] : [{ label: say.renewedName, value: <span className="breakable">{renewal.name}</span> }, { label: say.renewedBy, value: <><Moment at={renewal.at} /> {say.by(renewal.by)}</> }]),
        ]} />
        {renewal === undefined ? null : <ProfileDevices version={version} />}
      </SpaceBetween>
      {open ? <RenewDialog version={version} close={() => { setOpen(false); }} /> : null}
    </Container>
  );
}

function SendButton({ version: { id } }: { readonly version: Version }): ReactNode {
  const say = useWords(profileWords);
  const { number } = useFormats();
  const confirm = useConfirm();
  const refusal = useRefusal('operator');
  const [so, setSo] = useState<ProfileSent>({ sent: 0, before: 0 });
  const { data: totals } = useAnswer('getVersionTotals', { id });
  const { data: branches } = useAnswer('listBranches', {});
  const deed = useSendProfile(id, setSo, ({ sent, before }) => say.sent(number(sent), number(before)));
  const ask = async (): Promise<void> => {
    setSo({ sent: 0, before: 0 });
    if (await confirm({ title: say.sendTitle, text: say.sendText, devices: countOf(totals?.instructions ?? {}, ['installed']), verb: say.send })) deed.mutate((branches?.items ?? []).map((branch) => branch.id));
  };
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {deed.isPending ? <StatusIndicator type="in-progress">{say.sending(number(so.sent))}</StatusIndicator> : null}
      <Button loading={deed.isPending} disabled={refusal !== undefined || branches === undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.send}</Button>
    </SpaceBetween>
  );
}
