/** All devices as a CSV file that can be imported again. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { devicesWords } from './devices-words.ts';

export function ExportButton(): ReactNode {
  const say = useWords(devicesWords);
  const { number } = useFormats();
  const made = useDeed('exportDevices', { done: ({ rows }) => say.exported(number(rows)), changes: [] });
  return (
    <Button
      iconName="download" loading={made.isPending}
      // The answer's headers make it a download: the page stays.
      onClick={() => { made.mutate({ body: {} }, { onSuccess: ({ link }) => { location.assign(link); } }); }}
    >
      {say.exportFile}
    </Button>
  );
}
