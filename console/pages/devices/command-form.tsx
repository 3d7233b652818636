/** Any command, in Apple's own words. What would lose the device the API refuses. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { keysOf } from './command-keys.ts';
import type { ShownDevice } from './device-page.tsx';
import { deviceWords } from './device-words.ts';

/** Those that need no key. */
const usual = ['ProfileList', 'CertificateList', 'ProvisioningProfileList', 'InstalledApplicationList', 'ManagedApplicationList', 'SecurityInfo', 'Restrictions'].map((value) => ({ value }));

export function CommandForm({ device: { id, status }, sent }: { readonly device: ShownDevice; readonly sent: (commandUUID: string) => void }): ReactNode {
  const say = useWords(deviceWords);
  const refusal = useRefusal('admin');
  const [requestType, setRequestType] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const send = useDeed('sendCommand', { done: () => say.sent, changes: ['listCommands', 'getTimeline'] });
  const keys = keysOf(text);
  const named = /^[A-Za-z]{1,64}$/.test(requestType);
  const reason = refusal ?? (status === 'enrolled' ? undefined : say.notEnrolled);
  const go = (): void => {
    setTried(true);
    if (!named || keys === undefined) return;
    send.mutate({ id, body: { ...keys, requestType } }, {
      onSuccess: ({ commandUUID }) => {
        setText('');
        setTried(false);
        sent(commandUUID);
      },
    });
  };
  return (
    <Container header={<Header variant="h2" description={say.sendAbout}>{say.send}</Header>}>
      <SpaceBetween size="m">
        <FormField label={say.requestType} description={say.requestTypeHint} errorText={tried && !named ? say.badRequestType : undefined}>
          <Autosuggest value={requestType} options={usual} onChange={({ detail }) => { setRequestType(detail.value.trim()); }} />
        </FormField>
        <FormField label={say.keys} description={say.keysHint} errorText={tried && keys === undefined ? say.badKeys : undefined}>
          <Textarea value={text} rows={4} spellcheck={false} onChange={({ detail }) => { setText(detail.value); }} />
        </FormField>
        <Button loading={send.isPending} disabled={reason !== undefined} {...(reason === undefined ? {} : { disabledReason: reason })} onClick={go}>{say.send}</Button>
      </SpaceBetween>
    </Container>
  );
}
