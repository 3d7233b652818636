/** Where the file is: on this computer, or placed before. Which of them is in the address: `file` names one that lies there. */
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useWords } from '../../language/language.tsx';
import { PlacedForm } from './placed-form.tsx';
import { registerWords } from './register-words.ts';
import { UploadForm } from './upload-form.tsx';
import { UploadProgress } from './upload-progress.tsx';
import { useUpload } from './upload/use-upload.ts';

const FILE = 'file';

export function PackageForm({ registered }: { readonly registered: (registrationId: string) => void }): ReactNode {
  const say = useWords(registerWords);
  const [parameters, setParameters] = useSearchParams();
  const upload = useUpload(registered);
  const { standing } = upload;
  const placed = parameters.get(FILE);
  if (standing.is === 'sending' || standing.is === 'registering') return <Container header={<Header variant="h2">{say.file}</Header>}><UploadProgress standing={standing} stop={upload.stop} /></Container>;
  return (
    <Container header={<Header variant="h2" description={say.fileAbout}>{say.file}</Header>}>
      <SpaceBetween size="l">
        <Tiles
          ariaLabel={say.where} value={placed === null ? 'here' : 'there'} columns={2}
          onChange={({ detail }) => { setParameters(detail.value === 'there' ? { [FILE]: '' } : {}, { replace: true, preventScrollReset: true }); }}
          items={[{ value: 'here', label: say.here, description: say.hereAbout }, { value: 'there', label: say.there, description: say.thereAbout }]}
        />
        {placed === null ? <UploadForm upload={upload} /> : <PlacedForm key={placed} chosen={placed} registered={registered} />}
      </SpaceBetween>
    </Container>
  );
}
