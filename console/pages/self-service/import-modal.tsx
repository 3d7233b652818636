/** A list of permissions: checked, asked about, granted; then what it does not have is taken away. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { importModes, type ImportMode } from '../../../core/catalog/self-service.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { ChosenFile } from '../../parts/chosen-file.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { selfServiceWords } from './self-service-words.ts';

export function ImportModal({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useWords(selfServiceWords);
  const { number } = useFormats();
  const confirm = useConfirm();
  const [mode, setMode] = useState<ImportMode>('app');
  const [file, setFile] = useState<File | undefined>(undefined);
  const [tried, setTried] = useState(false);
  const check = useDeed('importPermissions', { done: ({ permissions, apps, devices }) => say.checked(number(permissions), number(apps.length), number(devices.length)), changes: [] });
  const grant = useDeed('importPermissions', { done: ({ permissions }) => say.granted(number(permissions)), changes: ['listPermissions', 'listAudit'] });
  const finish = useDeed('finishPermissions', { done: () => say.finished, changes: ['listPermissions', 'listAudit'] });
  const named = { all: say.all, app: say.ofApps, device: say.ofDevices } satisfies Record<ImportMode, string>;

  const look = async (): Promise<void> => {
    setTried(true);
    if (file !== undefined) await check.mutateAsync({ body: { mode, csv: await file.text(), check: true } }).catch(() => undefined);
  };
  const run = async (csv: string, devices: number): Promise<void> => {
    if (!await confirm({ title: say.replaceTitle, text: say.replaceText, devices, verb: say.import })) return;
    const { importId = '', apps, devices: ids } = await grant.mutateAsync({ body: { mode, csv } });
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const body = { importId, mode, apps: mode === 'app' ? [...apps] : [], devices: mode === 'device' ? [...ids] : [] };
      after = (await finish.mutateAsync({ body: { ...body, ...(after === undefined ? {} : { after }) } })).next;
    }
    onClose();
  };
  const begin = async (): Promise<void> => {
    // What fails is said above the page, and by the check; the list may be imported once more then.
    if (file !== undefined && check.data !== undefined) await run(await file.text(), check.data.devices.length).catch(() => undefined);
  };
  return (
    <Modal
      visible header={say.importCsv} onDismiss={onClose}
      footer={(
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{say.cancel}</Button>
            <Button loading={check.isPending} onClick={() => { void look(); }}>{say.check}</Button>
            <Button variant="primary" disabled={!check.isSuccess} loading={grant.isPending || finish.isPending} onClick={() => { void begin(); }}>{say.import}</Button>
          </SpaceBetween>
        </Box>
      )}
    >
      <SpaceBetween size="m">
        <FormField label={say.mode}>
          <RadioGroup value={mode} items={importModes.map((value) => ({ value, label: named[value] }))} onChange={({ detail }) => { check.reset(); setMode(importModes.find((each) => each === detail.value) ?? 'app'); }} />
        </FormField>
        <ChosenFile label={say.file} description={say.columns} accept=".csv" file={file} fault={file === undefined && tried ? say.needed : undefined} onChoose={(chosen) => { check.reset(); setFile(chosen); }} />
        {check.data === undefined ? null : <Alert type="success">{say.checked(number(check.data.permissions), number(check.data.apps.length), number(check.data.devices.length))}</Alert>}
        {check.error === null ? null : <Alert type="error"><FailureText failure={check.error} /></Alert>}
      </SpaceBetween>
    </Modal>
  );
}
