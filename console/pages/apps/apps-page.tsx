/** All applications with their newest version: its icon, where its file is, how far it has come. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { placementColours, placementWords } from '../../vocabulary/states.ts';
import { Adoption } from './adoption.tsx';
import { AppIcon } from './app-icon.tsx';
import { appsWords } from './apps-words.ts';
import { RegisterButton } from './register-button.tsx';

type App = AnswerOf<'listApps'>['items'][number];

export default function AppsPage(): ReactNode {
  const say = useWords(appsWords);
  const answer = useAnswer('listApps', {}, { live: true });
  const columns = useColumns();
  const filters = useFilters();
  return (
    <Page title={say.title} description={say.about} actions={<RegisterButton />}>
      <Answered answer={answer}>
        {({ items }) => (
          <WholeList
            title={say.list} items={items} columns={columns} filters={filters} idOf={({ bundleId }) => bundleId}
            find={say.find} textsOf={({ title, bundleId }) => [title, bundleId]}
            empty={<Empty title={say.empty}>{say.emptyText}</Empty>}
          />
        )}
      </Answered>
    </Page>
  );
}

function useColumns(): readonly Column<App>[] {
  const say = useWords(appsWords);
  const { number, day } = useFormats();
  return [
    { id: 'title', header: say.name, value: ({ title }) => title, cell: ({ title, bundleId, latest }) => <span className="with-icon"><AppIcon title={title} version={latest} /><span><Link href={`/apps/${bundleId}`}>{title}</Link><Box fontSize="body-s" color="text-body-secondary">{bundleId}</Box></span></span> },
    { id: 'version', header: say.version, cell: ({ latest }) => (latest === undefined ? say.none : <Link href={`/versions/${latest.id}`}>{latest.shortVersion} ({latest.version})</Link>) },
    { id: 'placement', header: say.placement, value: ({ latest }) => latest?.placement ?? '', cell: ({ latest }) => (latest === undefined ? '-' : <State of={latest.placement} words={placementWords} colours={placementColours} />) },
    { id: 'adoption', header: say.adoption, cell: ({ latest }) => (latest === undefined ? '-' : <Adoption versionId={latest.id} />) },
    {
      id: 'ends', header: say.ends, value: ({ latest }) => latest?.profileExpiresAt ?? 0,
      cell: ({ latest, ending }) => <>{latest === undefined ? '-' : day(latest.profileExpiresAt, viewerZone())}{ending.length === 0 ? null : <div><StatusIndicator type="warning">{say.ending(ending.length)}</StatusIndicator></div>}</>,
    },
    { id: 'versions', header: say.versions, value: ({ versions }) => versions, cell: ({ versions }) => number(versions) },
  ];
}

function useFilters(): readonly ListFilter<App>[] {
  const say = useWords(appsWords);
  const placements = useWords(placementWords);
  return [{
    name: 'placement', label: say.placement, fits: ({ latest }, value) => latest?.placement === value,
    choices: (['missing', 'placed', 'mismatched', 'verified', 'proven'] as const).map((value) => ({ value, label: placements[value] })),
  }];
}
