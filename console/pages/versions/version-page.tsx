/** One version: what its package says, what a device would meet, who has it, and what can be done with it. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import { useParams } from 'react-router';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { TestInstall } from './test-install.tsx';
import { VersionActions } from './version-actions.tsx';
import { VersionAdoption } from './version-adoption.tsx';
import { VersionChecks } from './version-checks.tsx';
import { VersionDevices } from './version-devices.tsx';
import { VersionFacts } from './version-facts.tsx';
import { nameOf } from './version-name.ts';
import { VersionProfile } from './version-profile.tsx';
import { VersionWay } from './version-way.tsx';
import { versionsWords } from './versions-words.ts';

export default function VersionPage(): ReactNode {
  const say = useWords(versionsWords);
  const { id = '' } = useParams();
  const answer = useAnswer('getVersion', { id }, { live: true });
  const version = answer.data;
  const above = [{ text: say.apps, href: '/apps' }, ...(version === undefined ? [] : [{ text: version.title, href: `/apps/${version.bundleId}` }])];
  return (
    <Page title={version === undefined ? id : nameOf(version)} above={above} actions={version === undefined ? undefined : <VersionActions version={version} />}>
      <Answered answer={answer}>
        {(found) => (
          <SpaceBetween size="l">
            <Standing version={found} />
            <VersionWay version={found} />
            <VersionFacts version={found} />
            <div className={found.withdrawn === undefined ? 'pair' : undefined}>
              <VersionChecks version={found} />
              {found.withdrawn === undefined ? <TestInstall version={found} /> : null}
            </div>
            <VersionAdoption version={found} />
            <VersionDevices key={id} version={found} />
            {found.withdrawn === undefined ? <VersionProfile version={found} /> : null}
          </SpaceBetween>
        )}
      </Answered>
    </Page>
  );
}

/** What stands above everything else: that it is distributed no more, or what will matter later. */
function Standing({ version: { withdrawn, deleted, warning, warnings } }: { readonly version: AnswerOf<'getVersion'> }): ReactNode {
  const say = useWords(versionsWords);
  const said = useSaid();
  const worthKnowing = [...(warning === undefined ? [] : [warning]), ...warnings];
  if (deleted === undefined && withdrawn === undefined && worthKnowing.length === 0) return null;
  return (
    <SpaceBetween size="s">
      {deleted === undefined ? null : <Alert type="warning" header={say.deletedTitle}>{say.deletedText}</Alert>}
      {withdrawn === undefined || deleted !== undefined ? null : <Alert type="warning" header={say.withdrawnTitle}>{say.withdrawnText(withdrawn.by, withdrawn.reason)}<div>{say.withdrawnRemedy}</div></Alert>}
      {worthKnowing.length === 0 ? null : <Alert type="info" header={say.warnings}><ul>{worthKnowing.map((line) => <li key={line}>{said(line)}</li>)}</ul></Alert>}
    </SpaceBetween>
  );
}
