/** One branch: what is said of it, its emergency brake, what packages weighed on its line, its devices. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page } from '../../parts/page.tsx';
import { BrakeButton } from './brake-button.tsx';
import { BranchDevices } from './branch-devices.tsx';
import { BranchFormButton } from './branch-form.tsx';
import { BranchLoad } from './branch-load.tsx';
import { branchesWords } from './branches-words.ts';

export default function BranchPage(): ReactNode {
  const say = useWords(branchesWords);
  const { id = '' } = useParams();
  const answer = useAnswer('getBranch', { id }, { live: true });
  const branch = answer.data;
  return (
    <Page title={branch?.name ?? id} above={[{ text: say.title, href: '/branches' }]} actions={branch === undefined ? undefined : <SpaceBetween direction="horizontal" size="xs"><BranchFormButton branch={branch} /><BrakeButton branch={branch} /></SpaceBetween>}>
      <Answered answer={answer}>
        {(found) => (
          <SpaceBetween size="l">
            <BranchFacts branch={found} />
            <BranchLoad id={id} timeZone={found.timeZone} />
            <BranchDevices key={id} id={id} devices={found.devices} />
          </SpaceBetween>
        )}
      </Answered>
    </Page>
  );
}

function BranchFacts({ branch: { timeZone, linkMbps, devices, enrolled, brake, openLimit } }: { readonly branch: AnswerOf<'getBranch'> }): ReactNode {
  const say = useWords(branchesWords);
  const { number, mbps } = useFormats();
  return (
    <Container header={<Header variant="h2">{say.facts}</Header>}>
      <Facts facts={[
        { label: say.timeZone, value: timeZone },
        { label: say.link, value: mbps(linkMbps) },
        { label: say.devices, value: say.enrolledOf(number(enrolled), number(devices)) },
        { label: say.openLimit, value: openLimit === undefined ? say.noLimit : number(openLimit) },
        { label: say.brake, value: <StatusIndicator type={brake ? 'error' : 'success'}>{brake ? say.on : say.off}</StatusIndicator> },
      ]} />
    </Container>
  );
}
