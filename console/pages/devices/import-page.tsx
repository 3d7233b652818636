/** Device records by file: checked first, with every mistake by its line, then imported. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import { CsvFile } from '../../parts/csv-file.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { useFileDeed } from '../../parts/file-deed.ts';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { devicesWords } from './devices-words.ts';
import { ImportResult } from './import-result.tsx';
import { importWords } from './import-words.ts';

export default function ImportPage(): ReactNode {
  const say = useWords(importWords);
  const devices = useWords(devicesWords);
  const refusal = useRefusal('operator');
  const [text, setText] = useState<string | undefined>(undefined);
  const [share, setShare] = useState(0);
  const send = useFileDeed((api, body) => api.call('importDevices', { body }), ['listDevices', 'listBranches', 'getBranch', 'getDevice', 'getOverview'], setShare);
  const { data, error, isPending, variables } = send;
  const checked = data !== undefined && data.check;
  const button = { disabled: refusal !== undefined || text === undefined, ...(refusal === undefined ? {} : { disabledReason: refusal }) };
  const go = (check: boolean): void => { if (text !== undefined) send.mutate({ text, check }); };
  return (
    <Page title={say.title} description={say.about} above={[{ text: devices.title, href: '/devices' }]}>
      <Container>
        <SpaceBetween size="m">
          <CsvFile about={say.file} chosen={(next) => { setText(next); send.reset(); }} />
          <SpaceBetween direction="horizontal" size="xs">
            <Button {...button} loading={isPending && variables.check} onClick={() => { go(true); }}>{say.check}</Button>
            <Button variant="primary" {...button} disabled={button.disabled || !checked} loading={isPending && !variables.check} onClick={() => { go(false); }}>{say.import}</Button>
          </SpaceBetween>
          {isPending ? <ProgressBar value={share * 100} label={variables.check ? say.checking : say.importing} /> : null}
        </SpaceBetween>
      </Container>
      {error === null ? null : <Alert type="error" header={say.mistakes}><FailureText failure={error} /></Alert>}
      {data === undefined ? null : <ImportResult result={data} />}
    </Page>
  );
}
