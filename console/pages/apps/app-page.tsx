/** One application: its versions, where their files are, how far each has come. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { placementColours, placementWords } from '../../vocabulary/states.ts';
import { Adoption } from './adoption.tsx';
import { AppIcon } from './app-icon.tsx';
import { appsWords } from './apps-words.ts';
import { RegisterButton } from './register-button.tsx';

type Version = AnswerOf<'getApp'>['versions'][number];

export default function AppPage(): ReactNode {
  const say = useWords(appsWords);
  const { id = '' } = useParams();
  const answer = useAnswer('getApp', { id }, { live: true });
  const app = answer.data;
  return (
    <Page
      title={app?.title ?? id} above={[{ text: say.title, href: '/apps' }]} actions={<RegisterButton />}
      description={app === undefined ? undefined : <span className="breakable">{app.bundleId}{app.description === '' ? null : <> · {app.description}</>}</span>}
    >
      <Answered answer={answer}>{(found) => <Versions versions={found.versions} />}</Answered>
    </Page>
  );
}

function Versions({ versions }: { readonly versions: readonly Version[] }): ReactNode {
  const say = useWords(appsWords);
  const placements = useWords(placementWords);
  const columns = useColumns();
  const filters: readonly ListFilter<Version>[] = [{
    name: 'placement', label: say.placement, fits: ({ placement, withdrawn }, value) => (withdrawn === undefined ? placement === value : value === 'withdrawn'),
    choices: [...(['missing', 'placed', 'mismatched', 'verified', 'proven'] as const).map((value) => ({ value, label: placements[value] })), { value: 'withdrawn', label: say.withdrawn }],
  }];
  return (
    <WholeList
      title={say.versions} items={versions} columns={columns} filters={filters} idOf={({ id }) => id}
      find={say.findVersion} textsOf={({ shortVersion, version, fileName }) => [shortVersion, version, fileName]}
      empty={<Empty title={say.noVersions}>{say.noVersionsText}</Empty>}
    />
  );
}

function useColumns(): readonly Column<Version>[] {
  const say = useWords(appsWords);
  const { bytes, day } = useFormats();
  return [
    { id: 'version', header: say.versionName, value: ({ shortVersion, version }) => `${shortVersion} (${version})`, cell: (version) => <span className="with-icon"><AppIcon title={version.title} version={version} /><span><Link href={`/versions/${version.id}`}>{version.shortVersion} ({version.version})</Link><Box fontSize="body-s" color="text-body-secondary">{version.fileName}</Box></span></span> },
    { id: 'placement', header: say.placement, value: ({ placement }) => placement, cell: ({ placement, withdrawn }) => (withdrawn === undefined ? <State of={placement} words={placementWords} colours={placementColours} /> : <StatusIndicator type="stopped">{say.withdrawn}</StatusIndicator>) },
    { id: 'adoption', header: say.adoptionOfVersion, cell: ({ id, bundleId }) => <Adoption versionId={id} bundleId={bundleId} /> },
    { id: 'registered', header: say.registered, value: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { id: 'size', header: say.size, value: ({ size }) => size, cell: ({ size }) => bytes(size) },
    { id: 'ends', header: say.ends, value: ({ profileExpiresAt }) => profileExpiresAt, cell: ({ profileExpiresAt, warning }) => <>{day(profileExpiresAt, viewerZone())}{warning === undefined ? null : <div><StatusIndicator type="warning">{say.endsSoon}</StatusIndicator></div>}</> },
  ];
}
