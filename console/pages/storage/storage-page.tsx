/** What the communication server holds, what it costs, and what of it nobody needs. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Facts } from '../../parts/facts.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { PlacedFiles } from './placed-files.tsx';
import { standingWords, storageWords } from './storage-words.ts';

type Storage = AnswerOf<'getStorage'>;
type Version = Storage['versions'][number];

const colours = { 'in-use': 'success', 'new': 'info', 'superseded': 'warning', 'unused': 'warning', 'withdrawn': 'stopped' } as const;
const needless: ReadonlySet<Version['standing']> = new Set(['superseded', 'unused']);
/** Of `pricePerGb` where nobody names another: US dollars. */
const CURRENCY = 'USD';

export default function StoragePage(): ReactNode {
  const say = useWords(storageWords);
  const standings = useWords(standingWords);
  const answer = useAnswer('getStorage', { query: {} });
  const filters: readonly ListFilter<Version>[] = [{ name: 'standing', label: say.standing, choices: Object.entries(standings).map(([value, label]) => ({ value, label })), fits: ({ standing }, value) => standing === value }];
  const columns = useColumns();
  return (
    <Page title={say.title} description={say.about}>
      <Answered answer={answer}>
        {(storage) => (
          <SpaceBetween size="l">
            <StorageFacts storage={storage} />
            <WholeList
              title={say.versions} items={storage.versions} columns={columns} filters={filters} idOf={({ id }) => id} find={say.find}
              textsOf={({ bundleId, shortVersion, version }) => [bundleId, shortVersion, version]} empty={<Empty title={say.noVersions} />}
            />
          </SpaceBetween>
        )}
      </Answered>
      <PlacedFiles />
    </Page>
  );
}

function StorageFacts({ storage: { bytes: all, monthlyCost, leftovers, versions } }: { readonly storage: Storage }): ReactNode {
  const say = useWords(storageWords);
  const { bytes, number, money } = useFormats();
  const unused = versions.filter(({ standing }) => needless.has(standing));
  return (
    <Container>
      <Facts facts={[
        { label: say.taken, value: bytes(all) },
        { label: say.cost, value: money(monthlyCost + leftovers.monthlyCost, CURRENCY) },
        { label: say.unused, value: say.filesOf(number(unused.length), bytes(unused.reduce((sum, each) => sum + each.bytes, 0))) },
        { label: say.leftovers, value: say.filesOf(number(leftovers.files), bytes(leftovers.bytes)) },
      ]} />
    </Container>
  );
}

function useColumns(): readonly Column<Version>[] {
  const say = useWords(storageWords);
  const { bytes, number } = useFormats();
  return [
    { id: 'app', header: say.app, value: ({ bundleId }) => bundleId, cell: ({ bundleId }) => <span className="breakable">{bundleId}</span> },
    { id: 'version', header: say.version, value: ({ shortVersion, version }) => `${shortVersion} ${version}`, cell: ({ shortVersion, version }) => `${shortVersion} (${version})` },
    { id: 'standing', header: say.standing, value: ({ standing }) => standing, cell: ({ standing }) => <State of={standing} words={standingWords} colours={colours} /> },
    { id: 'size', header: say.size, value: (version) => version.bytes, cell: (version) => bytes(version.bytes) },
    { id: 'installed', header: say.installed, value: ({ installed }) => installed, cell: ({ installed }) => number(installed) },
    { id: 'registered', header: say.registered, value: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}
