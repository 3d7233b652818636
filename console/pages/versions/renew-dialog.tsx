/** Asks for the renewed profile of a version. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { base64 } from '../../parts/base64.ts';
import { ChosenFile } from '../../parts/chosen-file.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { nameOf } from './version-name.ts';
import { profileWords } from './profile-words.ts';

/** A profile that lists a thousand devices has half of that. */
const LARGEST = 128 * 1024;

export function RenewDialog({ version, close }: { readonly version: AnswerOf<'getVersion'>; readonly close: () => void }): ReactNode {
  const say = useWords(profileWords);
  const { number } = useFormats();
  const [file, setFile] = useState<File | undefined>(undefined);
  const [tried, setTried] = useState(false);
  const deed = useDeed('renewProfile', {
    done: ({ leftOut, needBuild }) => [say.renewed(nameOf(version)), ...(leftOut === 0 ? [] : [say.leftOut(number(leftOut))]), ...(needBuild === 0 ? [] : [say.needBuild(number(needBuild))])].join(' '),
    changes: ['getVersion', 'getApp', 'listApps', 'listProfileDevices', 'getOverview'], ownFailure: true,
  });
  const fault = file === undefined ? (tried ? say.fileNeeded : undefined) : file.size > LARGEST ? say.fileLarge : undefined;
  const renew = async (): Promise<void> => {
    setTried(true);
    if (file !== undefined && file.size <= LARGEST) deed.mutate({ id: version.id, body: { profile: base64(new Uint8Array(await file.arrayBuffer())) } }, { onSuccess: close });
  };
  return (
    <Modal
      visible header={say.renewTitle(nameOf(version))} onDismiss={close}
      footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={close}>{say.leave}</Button><Button variant="primary" loading={deed.isPending} onClick={() => { void renew(); }}>{say.renewVerb}</Button></SpaceBetween></Box>}
    >
      <SpaceBetween size="m">
        <Box variant="p">{say.renewText}</Box>
        {deed.error === null ? null : <Alert type="error"><FailureText failure={deed.error} /></Alert>}
        <ChosenFile label={say.file} description={say.fileAbout} accept=".mobileprovision" file={file} fault={fault} onChoose={setFile} />
      </SpaceBetween>
    </Modal>
  );
}
