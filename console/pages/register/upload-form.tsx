/** Simple distribution: a file from this computer, placed and registered in one go. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FileDropzone from '@cloudscape-design/components/file-dropzone';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useFormats, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { AboutFields, aboutOf, nothingSaid } from './about-fields.tsx';
import { registerWords } from './register-words.ts';
import type { Upload } from './upload/use-upload.ts';

export function UploadForm({ upload: { standing, interrupted, start } }: { readonly upload: Upload }): ReactNode {
  const say = useWords(registerWords);
  const { bytes } = useFormats();
  const [file, setFile] = useState<File | undefined>(undefined);
  const [fileName, setFileName] = useState('');
  const [said, setSaid] = useState(nothingSaid);
  const refusal = useRefusal('operator');
  const fault = file === undefined ? undefined : !/\.ipa$/i.test(file.name) ? say.noIpa : file.size === 0 ? say.emptyFile : undefined;
  const obstacle = refusal ?? (file === undefined ? say.noFile : fault);
  const choose = ([chosen]: readonly File[]): void => {
    setFile(chosen);
    // The same file goes on under the name that it began with.
    if (interrupted !== undefined && chosen?.name === interrupted.name && fileName === '') setFileName(interrupted.fileName);
  };
  return (
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
      <AboutFields
        said={said} setSaid={setSaid}
        before={<FormField label={say.fileName} description={say.fileNameAbout}><Input value={fileName} placeholder={file?.name ?? ''} onChange={({ detail }) => { setFileName(detail.value); }} /></FormField>}
      />
      <Button
        variant="primary" disabled={obstacle !== undefined} {...(obstacle === undefined ? {} : { disabledReason: obstacle })}
        onClick={() => { if (file !== undefined) start(file, fileName.trim() || file.name, aboutOf(said)); }}
      >
        {standing.is === 'failed' ? say.goOn : say.upload}
      </Button>
    </SpaceBetween>
  );
}
