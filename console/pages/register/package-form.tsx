/** The file, and what it must be. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FileDropzone from '@cloudscape-design/components/file-dropzone';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useFormats, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { registerWords } from './register-words.ts';
import { UploadProgress } from './upload-progress.tsx';
import { useUpload, type About } from './upload/use-upload.ts';

/** What may be said of the file, all of it optional. */
const fields = ['bundleId', 'version', 'title', 'description'] as const;
type Said = Readonly<Record<(typeof fields)[number] | 'fileName', string>>;
const nothingSaid: Said = { fileName: '', bundleId: '', version: '', title: '', description: '' };

export function PackageForm({ registered }: { readonly registered: (registrationId: string) => void }): ReactNode {
  const say = useWords(registerWords);
  const { bytes } = useFormats();
  const [file, setFile] = useState<File | undefined>(undefined);
  const [said, setSaid] = useState(nothingSaid);
  const { standing, interrupted, start, stop } = useUpload(registered);
  const refusal = useRefusal('operator');
  const fault = file === undefined ? undefined : !/\.ipa$/i.test(file.name) ? say.noIpa : file.size === 0 ? say.emptyFile : undefined;
  const obstacle = refusal ?? (file === undefined ? say.noFile : fault);
  const fileName = said.fileName.trim() || file?.name || '';
  const choose = (files: readonly File[]): void => {
    setFile(files[0]);
    // The same file goes on under the name that it began with.
    if (interrupted !== undefined && files[0]?.name === interrupted.name && said.fileName === '') setSaid({ ...said, fileName: interrupted.fileName });
  };
  if (standing.is === 'sending' || standing.is === 'registering') return <Container header={<Header variant="h2">{say.file}</Header>}><UploadProgress standing={standing} fileName={fileName} stop={stop} /></Container>;
  return (
    <Container header={<Header variant="h2" description={say.fileAbout}>{say.file}</Header>}>
      <SpaceBetween size="l">
        {standing.is === 'failed' ? <Alert type="error" header={say.failed}><FailureText failure={standing.failure} /></Alert> : null}
        {interrupted === undefined ? null : <Alert type="info" header={say.interrupted(interrupted.name)}>{say.interruptedText(bytes(interrupted.arrived), bytes(interrupted.size))}</Alert>}
        <FormField {...(fault === undefined ? {} : { errorText: fault })} stretch>
          <FileDropzone onChange={({ detail }) => { choose(detail.value); }}>
            <SpaceBetween size="xs" alignItems="center">
              <Box color="inherit" textAlign="center">{file === undefined ? say.drop : <span className="breakable">{say.chosen(file.name, bytes(file.size))}</span>}</Box>
              <FileInput accept=".ipa" value={file === undefined ? [] : [file]} onChange={({ detail }) => { choose(detail.value); }}>{say.choose}</FileInput>
            </SpaceBetween>
          </FileDropzone>
        </FormField>
        <ExpandableSection headerText={say.more}><About file={file} said={said} setSaid={setSaid} /></ExpandableSection>
        <Button
          variant="primary" disabled={obstacle !== undefined} {...(obstacle === undefined ? {} : { disabledReason: obstacle })}
          onClick={() => { if (file !== undefined) start(file, fileName, aboutOf(said)); }}
        >
          {standing.is === 'failed' ? say.goOn : say.upload}
        </Button>
      </SpaceBetween>
    </Container>
  );
}

/** Fields that were left empty are not sent. */
export function aboutOf(said: Said): About {
  return Object.fromEntries(fields.flatMap((field) => (said[field].trim() === '' ? [] : [[field, said[field].trim()]])));
}

function About({ file, said, setSaid }: { readonly file: File | undefined; readonly said: Said; readonly setSaid: (said: Said) => void }): ReactNode {
  const say = useWords(registerWords);
  const lines = [
    { name: 'fileName', label: say.fileName, about: say.fileNameAbout }, { name: 'bundleId', label: say.bundleId, about: say.bundleIdAbout }, { name: 'version', label: say.version, about: say.bundleIdAbout },
    { name: 'title', label: say.userTitle, about: say.userTitleAbout }, { name: 'description', label: say.description, about: say.descriptionAbout },
  ] as const;
  return (
    <SpaceBetween size="m">
      {lines.map(({ name, label, about }) => (
        <FormField key={name} label={label} description={about}>
          <Input value={said[name]} placeholder={name === 'fileName' ? (file?.name ?? '') : ''} onChange={({ detail }) => { setSaid({ ...said, [name]: detail.value }); }} />
        </FormField>
      ))}
    </SpaceBetween>
  );
}
