/** Gives all drafts that are for a version another one of its app. Plans that go on stay as they are. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { nameOf } from './version-name.ts';
import { versionsWords } from './versions-words.ts';

type Version = AnswerOf<'getVersion'>;

/** Only where there is a newer version to take its place. */
export function ReplaceButton({ version }: { readonly version: Version }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('operator');
  const [open, setOpen] = useState(false);
  const { data: app } = useAnswer('getApp', { id: version.bundleId });
  // Newest first.
  const versions = app?.versions ?? [];
  const newer = versions.slice(0, Math.max(0, versions.findIndex(({ id }) => id === version.id))).filter(({ withdrawn }) => withdrawn === undefined);
  if (newer.length === 0) return null;
  return (
    <>
      <Button disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{say.replace}</Button>
      {open ? <ReplaceDialog version={version} newer={newer} close={() => { setOpen(false); }} /> : null}
    </>
  );
}

function ReplaceDialog({ version, newer, close }: { readonly version: Version; readonly newer: readonly Version[]; readonly close: () => void }): ReactNode {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const [chosen, choose] = useState(newer[0]?.id ?? '');
  const deed = useDeed('replaceVersion', { done: ({ changed, going }) => say.replaced(number(changed.length), number(going.length)), changes: ['listPlans', 'getPlan', 'getRegistration'], ownFailure: true });
  const options = newer.map(({ id, shortVersion, version: build }) => ({ value: id, label: `${shortVersion} (${build})` }));
  return (
    <Modal
      visible header={say.replaceTitle(nameOf(version))} onDismiss={close}
      footer={(
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>{say.leave}</Button>
            <Button variant="primary" loading={deed.isPending} onClick={() => { deed.mutate({ id: version.id, body: { versionId: chosen } }, { onSuccess: close }); }}>{say.replaceVerb}</Button>
          </SpaceBetween>
        </Box>
      )}
    >
      <SpaceBetween size="m">
        <Box variant="p">{say.replaceText}</Box>
        {deed.error === null ? null : <Alert type="error"><FailureText failure={deed.error} /></Alert>}
        <FormField label={say.replaceBy}>
          <Select options={options} selectedOption={options.find(({ value }) => value === chosen) ?? null} onChange={({ detail }) => { choose(detail.selectedOption.value ?? ''); }} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
