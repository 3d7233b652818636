/** Asks for a certificate with its key: one PKCS #12 file, or two PEM files. What was chosen is forgotten when it closes. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import { ChosenFile } from '../../parts/chosen-file.tsx';
import { fits, keyFileBody, keyFileForms, type KeyFileBody, type KeyFileForm } from './key-file-form.ts';
import { settingsWords } from './settings-words.ts';

export interface KeyFileModalProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSend: (body: KeyFileBody) => void;
}

export function KeyFileModal({ title, onClose, onSend }: KeyFileModalProps): ReactNode {
  const say = useWords(settingsWords);
  const [form, setForm] = useState<KeyFileForm>('pkcs12');
  const [files, setFiles] = useState<Readonly<Partial<Record<'pkcs12' | 'certificate' | 'key', File>>>>({});
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const send = async (): Promise<void> => {
    setTried(true);
    const body = await keyFileBody({ form, password, pkcs12: files.pkcs12, certificate: files.certificate, key: files.key });
    if (body !== undefined) onSend(body);
  };
  const field = (name: keyof typeof files, accept: string): ReactNode => {
    const file = files[name];
    const fault = file !== undefined && !fits(file, form) ? say.tooLarge : file === undefined && tried ? say.needed : undefined;
    return <ChosenFile key={name} label={say[name]} accept={accept} file={file} fault={fault} onChoose={(chosen) => { setFiles((before) => ({ ...before, [name]: chosen })); }} />;
  };
  return (
    <Modal
      visible header={title} onDismiss={onClose}
      footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={onClose}>{say.cancel}</Button><Button variant="primary" onClick={() => { void send(); }}>{say.upload}</Button></SpaceBetween></Box>}
    >
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Form>
          <SpaceBetween size="m">
            <FormField label={say.form}>
              <RadioGroup value={form} items={[{ value: 'pkcs12', label: say.formPkcs12 }, { value: 'pem', label: say.formPem }]} onChange={({ detail }) => { setForm(keyFileForms.find((each) => each === detail.value) ?? 'pkcs12'); }} />
            </FormField>
            {form === 'pkcs12' ? (
              <>
                {field('pkcs12', '.p12,.pfx')}
                <FormField label={say.password} description={say.passwordText}><Input type="password" autoComplete="off" value={password} onChange={({ detail }) => { setPassword(detail.value); }} /></FormField>
              </>
            ) : [field('certificate', '.pem,.cer,.crt'), field('key', '.pem,.key')]}
            <Alert type="info">{say.keyStays}</Alert>
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
