/** The devices of a branch, page by page from the API, in the order of its waves. */
import type { ReactNode } from 'react';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { State } from '../../parts/state.tsx';
import { deviceStatusColours, deviceStatusWords } from '../../vocabulary/states.ts';
import { branchesWords } from './branches-words.ts';

type Device = AnswerOf<'listDevices'>['items'][number];

const PAGE_SIZE = 25;
const statuses = ['expected', 'authenticated', 'enrolled', 'left'] as const;

export function BranchDevices({ id, devices }: { readonly id: string; readonly devices: number }): ReactNode {
  const say = useWords(branchesWords);
  const { number } = useFormats();
  const states = useWords(deviceStatusWords);
  const columns = useColumns();
  const filters: readonly ListFilter<Device>[] = [{ name: 'status', label: say.status, choices: statuses.map((value) => ({ value, label: states[value] })) }];
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const status = statuses.find((each) => each === place.filters['status']);
  const answer = useAnswer('listDevices', { query: { branchId: id, limit: PAGE_SIZE, ...(status === undefined ? {} : { status }), ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true });
  return (
    <Answered answer={answer}>
      {(page) => (
        <PagedList
          title={say.devices} count={number(devices)} columns={columns} filters={filters} idOf={(device) => device.id} answer={page} place={place} go={go}
          empty={<Empty title={say.noDevices}>{say.noDevicesText}</Empty>}
        />
      )}
    </Answered>
  );
}

function useColumns(): readonly Column<Device>[] {
  const say = useWords(branchesWords);
  return [
    { id: 'name', header: say.device, cell: ({ id, name, displayName, testDevice }) => <><Link href={`/devices/${id}`}>{displayName ?? name}</Link> {testDevice ? <Badge color="blue">{say.testDevice}</Badge> : null}{displayName === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{name}</Box>}</> },
    { id: 'status', header: say.status, cell: ({ status }) => <State of={status} words={deviceStatusWords} colours={deviceStatusColours} /> },
    { id: 'model', header: say.model, cell: ({ productName }) => productName ?? '-' },
    { id: 'system', header: say.system, cell: ({ osVersion }) => osVersion ?? '-' },
    { id: 'serial', header: say.serial, cell: ({ serialNumber }) => serialNumber ?? '-' },
  ];
}
