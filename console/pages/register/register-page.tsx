/** From an IPA file to a version that can be planned: placed, judged, verified, tried on test devices. The registration is in the address: a reload leads back to it. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { TestInstall } from '../versions/test-install.tsx';
import { PlanButton } from '../versions/version-actions.tsx';
import { PackageForm } from './package-form.tsx';
import { registerWords } from './register-words.ts';
import { Verdict } from './verdict.tsx';

export default function RegisterPage(): ReactNode {
  const say = useWords(registerWords);
  const [parameters, setParameters] = useSearchParams();
  const id = parameters.get('registration');
  return (
    <Page title={say.title} description={say.about} above={[{ text: say.apps, href: '/apps' }]}>
      {id === null ? <PackageForm registered={(registration) => { setParameters({ registration }); }} /> : <Registered key={id} id={id} />}
    </Page>
  );
}

function Registered({ id }: { readonly id: string }): ReactNode {
  const answer = useAnswer('getRegistration', { id }, { live: true });
  const versionId = answer.data?.versionId;
  return (
    <>
      <Verdict answer={answer} />
      {versionId === undefined || answer.data?.state === 'verifying' ? null : <Onwards versionId={versionId} />}
    </>
  );
}

function Onwards({ versionId }: { readonly versionId: string }): ReactNode {
  const say = useWords(registerWords);
  const { data: version } = useAnswer('getVersion', { id: versionId }, { live: true });
  if (version === undefined) return null;
  return (
    <>
      <TestInstall version={version} />
      <Container header={<Header variant="h2" description={say.nextAbout} actions={<PlanButton version={version} />}>{say.next}</Header>} />
    </>
  );
}
