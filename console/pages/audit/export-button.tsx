import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { save } from '../../parts/save.ts';
import { auditWords } from './audit-words.ts';

export interface ExportButtonProps {
  readonly day: string | undefined;
  readonly filter: { readonly who?: string; readonly action?: string };
}

/** The file is made by the server: it holds the whole day, whatever page is shown. */
export function ExportButton({ day, filter }: ExportButtonProps): ReactNode {
  const say = useWords(auditWords);
  const { number } = useFormats();
  const write = useDeed('exportAudit', { done: ({ rows }) => say.exported(number(rows)), changes: [] });
  const run = async (): Promise<void> => {
    const answer = await write.mutateAsync({ body: { ...filter, ...(day === undefined ? {} : { day }) } }).catch(() => undefined);
    if (answer !== undefined) save(answer.link);
  };
  return <Button iconName="download" loading={write.isPending} onClick={() => { void run(); }}>{say.exportCsv}</Button>;
}
