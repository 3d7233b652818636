/** One file, chosen or dropped, and what is wrong with it. */
import type { ReactNode } from 'react';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { useFormats, useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  choose: ['Choose a file', 'ファイルを選択'],
  drop: ['Drop the file here', 'ここにファイルをドロップ'],
  remove: [(name: string) => `Remove ${name}`, (name: string) => `${name} を削除`],
});

export interface ChosenFileProps {
  readonly label: string;
  readonly description?: string;
  /** Endings of names, as the browser takes them: `.pem,.cer`. */
  readonly accept: string;
  readonly file: File | undefined;
  readonly fault: string | undefined;
  readonly onChoose: (file: File | undefined) => void;
}

export function ChosenFile({ label, description, accept, file, fault, onChoose }: ChosenFileProps): ReactNode {
  const say = useWords(words);
  const { bytes } = useFormats();
  return (
    <FormField label={label} description={description} errorText={fault}>
      <FileUpload
        value={file === undefined ? [] : [file]} accept={accept} showFileSize onChange={({ detail }) => { onChoose(detail.value[0]); }}
        i18nStrings={{ uploadButtonText: () => say.choose, dropzoneText: () => say.drop, removeFileAriaLabel: (_, name) => say.remove(name), formatFileSize: bytes }}
      />
    </FormField>
  );
}
