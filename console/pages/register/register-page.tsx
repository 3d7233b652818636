/** From an IPA file to a version that can be planned: placed, judged, verified, tried on test devices. The registration is in the address: a reload leads back to it. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { TEST_WAVE, TestInstall } from '../versions/test-install.tsx';
import { PlanButton } from '../versions/version-actions.tsx';
import { Way } from '../versions/way.tsx';
import { FormerDrafts } from './former-drafts.tsx';
import { PackageForm } from './package-form.tsx';
import { registerWords } from './register-words.ts';
import { stageOf } from './stage.ts';
import { Verdict } from './verdict.tsx';

export default function RegisterPage(): ReactNode {
  const say = useWords(registerWords);
  const [parameters, setParameters] = useSearchParams();
  const id = parameters.get('registration');
  return (
    <Page title={say.title} description={say.about} above={[{ text: say.apps, href: '/apps' }]}>
      {id === null ? (
        <SpaceBetween size="l">
          <Container><Way at="register" /></Container>
          <PackageForm registered={(registration) => { setParameters({ registration }); }} />
        </SpaceBetween>
      ) : <Registered key={id} id={id} testing={parameters.has(TEST_WAVE)} />}
    </Page>
  );
}

function Registered({ id, testing }: { readonly id: string; readonly testing: boolean }): ReactNode {
  const say = useWords(registerWords);
  const answer = useAnswer('getRegistration', { id }, { live: true });
  const { versionId, state, supersedes } = answer.data ?? {};
  const { data: version } = useAnswer('getVersion', { id: versionId ?? '' }, { live: true, wait: versionId === undefined });
  const onwards = version !== undefined && state !== 'verifying';
  return (
    <SpaceBetween size="l">
      {state === undefined ? null : <Container><Way {...stageOf(state, version?.placement, testing)} /></Container>}
      <Verdict answer={answer} />
      {onwards ? <TestInstall version={version} /> : null}
      {onwards && supersedes !== undefined && supersedes.plans.length > 0 ? <FormerDrafts version={version} former={supersedes} /> : null}
      {onwards ? <Container header={<Header variant="h2" description={version.placement === 'proven' ? say.nextReady : say.nextAbout} actions={<PlanButton version={version} />}>{say.next}</Header>} /> : null}
    </SpaceBetween>
  );
}
