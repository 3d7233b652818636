/** Asks why a version is taken back, and says whom it concerns. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { countOf } from '../../../core/result/totals.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { nameOf } from './version-name.ts';
import { versionsWords } from './versions-words.ts';

export function WithdrawDialog({ version, close }: { readonly version: AnswerOf<'getVersion'>; readonly close: () => void }): ReactNode {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const [reason, setReason] = useState('');
  const [force, setForce] = useState(false);
  const [tried, setTried] = useState(false);
  const { data } = useAnswer('getVersionTotals', { id: version.id });
  const totals = data?.instructions ?? {};
  const deed = useDeed('withdrawVersion', { done: () => say.withdrawn(nameOf(version)), changes: ['getVersion', 'listApps', 'getApp', 'listVersionDevices', 'getVersionTotals', 'getOverview'], ownFailure: true });
  const withdraw = (): void => {
    setTried(true);
    if (reason.trim() !== '') deed.mutate({ id: version.id, body: { reason: reason.trim(), force } }, { onSuccess: close });
  };
  return (
    <Modal
      visible header={say.withdrawTitle(nameOf(version))} onDismiss={close}
      footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={close}>{say.leave}</Button><Button variant="primary" loading={deed.isPending} onClick={withdraw}>{say.withdraw}</Button></SpaceBetween></Box>}
    >
      <SpaceBetween size="m">
        <Box variant="p">{say.withdrawText}</Box>
        {deed.error === null ? null : <Alert type="error"><FailureText failure={deed.error} /></Alert>}
        <Alert type="warning">{say.withdrawDevices(number(countOf(totals, ['issued', 'delivered', 'deferred', 'acknowledged', 'installing'])), number(countOf(totals, ['installed'])))}</Alert>
        <FormField label={say.withdrawReason} description={say.withdrawReasonAbout} {...(tried && reason.trim() === '' ? { errorText: say.withdrawReasonNeeded } : {})}>
          <Input value={reason} onChange={({ detail }) => { setReason(detail.value.slice(0, 200)); }} />
        </FormField>
        <Checkbox checked={force} onChange={({ detail }) => { setForce(detail.checked); }}>{say.withdrawForce}</Checkbox>
      </SpaceBetween>
    </Modal>
  );
}
