/** Choosing a CSV file: by dropping it, or by the browser's dialog. Read here, and refused where it is no UTF-8. */
import { useState, type ReactNode } from 'react';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  label: ['CSV file', 'CSV ファイル'],
  choose: ['Choose a file', 'ファイルを選択'],
  drop: ['Drop the file here', 'ここにファイルをドロップ'],
  remove: [(name: string) => `Remove ${name}`, (name: string) => `${name} を削除`],
  notUtf8: ['The file is not UTF-8. Save it as "CSV UTF-8" and choose it again.', 'UTF-8 ではありません。「CSV UTF-8」形式で保存し直してください。'],
  tooLarge: ['The file is larger than 20 MB.', 'ファイルが 20 MB を超えています。'],
});

const MOST_BYTES = 20_000_000;

/** `chosen`: its text; undefined where there is none, or none that can be read. */
export function CsvFile({ about, chosen }: { readonly about: string; readonly chosen: (text: string | undefined) => void }): ReactNode {
  const say = useWords(words);
  const [file, setFile] = useState<File | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const take = async (next: File | undefined): Promise<void> => {
    setFile(next);
    setFault(undefined);
    chosen(undefined);
    if (next === undefined) return;
    if (next.size > MOST_BYTES) {
      setFault(say.tooLarge);
      return;
    }
    const text = decoded(await next.arrayBuffer());
    if (text === undefined) setFault(say.notUtf8);
    chosen(text);
  };
  return (
    <FormField label={say.label} description={about}>
      <FileUpload
        value={file === undefined ? [] : [file]} accept=".csv,text/csv" showFileSize tokenLimit={1} errorText={fault}
        onChange={({ detail }) => { void take(detail.value[0]); }}
        i18nStrings={{ uploadButtonText: () => say.choose, dropzoneText: () => say.drop, removeFileAriaLabel: (_, name) => say.remove(name) }}
      />
    </FormField>
  );
}

function decoded(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
