/** All devices, page by page from the API: searched and filtered there, however many there are. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { fromStart } from '../../list/place.ts';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { deviceStatusColours, deviceStatusWords } from '../../vocabulary/states.ts';
import { deviceQueryOf, isTooShort, statuses } from './device-query.ts';
import { devicesWords } from './devices-words.ts';
import { ExportButton } from './export-button.tsx';

type Device = AnswerOf<'listDevices'>['items'][number];
type Branches = AnswerOf<'listBranches'>['items'];

const filterNames = ['branch', 'status', 'use', 'tag'];

export default function DevicesPage(): ReactNode {
  const say = useWords(devicesWords);
  const branches = useAnswer('listBranches', {}, { fresh: 60_000 });
  return (
    <Page
      title={say.title} description={say.about}
      actions={<SpaceBetween direction="horizontal" size="xs"><ExportButton /><Button href="/devices/import">{say.importFile}</Button><Button variant="primary" href="/invitations">{say.invite}</Button></SpaceBetween>}
    >
      <Answered answer={branches}>{({ items }) => <Devices branches={items} />}</Answered>
    </Page>
  );
}

function Devices({ branches }: { readonly branches: Branches }): ReactNode {
  const say = useWords(devicesWords);
  const states = useWords(deviceStatusWords);
  const columns = useColumns(branches);
  const filters: readonly ListFilter<Device>[] = [
    { name: 'branch', label: say.branch, choices: branches.map(({ id, name }) => ({ value: id, label: name })) },
    { name: 'status', label: say.status, choices: statuses.map((value) => ({ value, label: states[value] })) },
    { name: 'use', label: say.kind, choices: [{ value: 'test', label: say.testDevice }, { value: 'ordinary', label: say.ordinary }] },
  ];
  const [place, go] = usePlace(filterNames);
  const answer = useAnswer('listDevices', { query: deviceQueryOf(place) }, { turns: true, live: true });
  return (
    <SpaceBetween size="s">
      <TagFilter
        key={place.filters['tag'] ?? ''} tag={place.filters['tag'] ?? ''}
        set={(tag) => {
          const { tag: _, ...others } = place.filters;
          go(fromStart(place, { filters: tag === '' ? others : { ...others, tag } }));
        }}
      />
      {isTooShort(place.text) ? <Alert type="info">{say.tooShort}</Alert> : null}
      <Answered answer={answer}>
        {(page) => (
          <SpaceBetween size="s">
            {page.items.length === 0 && page.next !== undefined ? <Alert type="info">{say.thin}</Alert> : null}
            <PagedList
              title={say.list} columns={columns} filters={filters} idOf={({ id }) => id} answer={page} place={place} go={go} find={say.find}
              empty={<Empty title={say.empty}>{say.emptyText}</Empty>}
            />
          </SpaceBetween>
        )}
      </Answered>
    </SpaceBetween>
  );
}

/** A tag is a text of the administrators' own: it is typed, and looked for when Enter is pressed or the field is left. */
function TagFilter({ tag, set }: { readonly tag: string; readonly set: (tag: string) => void }): ReactNode {
  const say = useWords(devicesWords);
  const [text, setText] = useState(tag);
  const done = (): void => { if (text.trim() !== tag) set(text.trim()); };
  return (
    <div className="narrow-field">
      <Input
        type="search" value={text} ariaLabel={say.tagFilter} placeholder={say.tagPlaceholder} onBlur={done}
        onChange={({ detail }) => {
          setText(detail.value);
          if (detail.value === '' && tag !== '') set('');
        }}
        onKeyDown={({ detail }) => { if (detail.key === 'Enter') done(); }}
      />
    </div>
  );
}

function useColumns(branches: Branches): readonly Column<Device>[] {
  const say = useWords(devicesWords);
  const names = new Map(branches.map(({ id, name }) => [id, name]));
  return [
    {
      id: 'name', header: say.device,
      cell: ({ id, name, displayName, testDevice }) => <><Link href={`/devices/${id}`}>{displayName ?? name}</Link> {testDevice ? <Badge color="blue">{say.testDevice}</Badge> : null}{displayName === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{name}</Box>}</>,
    },
    { id: 'branch', header: say.branch, cell: ({ branchId }) => <Link href={`/branches/${branchId}`}>{names.get(branchId) ?? branchId}</Link> },
    { id: 'status', header: say.status, narrowest: 140, cell: ({ status }) => <State of={status} words={deviceStatusWords} colours={deviceStatusColours} /> },
    { id: 'model', header: say.model, cell: ({ productName }) => productName ?? '-' },
    { id: 'system', header: say.system, cell: ({ osVersion }) => osVersion ?? '-' },
    { id: 'serial', header: say.serial, cell: ({ serialNumber }) => serialNumber ?? '-' },
    { id: 'tags', header: say.tags, cell: ({ tags }) => (tags.length === 0 ? '-' : tags.join(', ')) },
  ];
}
