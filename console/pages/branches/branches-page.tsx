/** All branches: where their clocks are, what their line bears, how many of their devices are enrolled. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { compareTexts, type Column, type ListFilter } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { BranchFormButton } from './branch-form.tsx';
import { branchesWords } from './branches-words.ts';

type Branch = AnswerOf<'listBranches'>['items'][number];

export default function BranchesPage(): ReactNode {
  const say = useWords(branchesWords);
  const answer = useAnswer('listBranches', {}, { live: true });
  const columns = useColumns();
  const filters: readonly ListFilter<Branch>[] = [{
    name: 'brake', label: say.brake, choices: [{ value: 'on', label: say.on }, { value: 'off', label: say.off }], fits: ({ brake }, value) => brake === (value === 'on'),
  }];
  return (
    <Page title={say.title} description={say.about} actions={<BranchFormButton />}>
      <Answered answer={answer}>
        {({ items }) => (
          <WholeList
            title={say.list} items={items.toSorted((one, other) => compareTexts(one.name, other.name))} columns={columns} filters={filters} idOf={({ id }) => id}
            find={say.find} textsOf={({ id, name }) => [id, name]}
            empty={<Empty title={say.empty}>{say.emptyText}</Empty>}
          />
        )}
      </Answered>
    </Page>
  );
}

function useColumns(): readonly Column<Branch>[] {
  const say = useWords(branchesWords);
  const { number, mbps } = useFormats();
  return [
    { id: 'name', header: say.name, value: ({ name }) => name, cell: ({ id, name }) => <><Link href={`/branches/${id}`}>{name}</Link><Box fontSize="body-s" color="text-body-secondary">{id}</Box></> },
    { id: 'zone', header: say.timeZone, value: ({ timeZone }) => timeZone, cell: ({ timeZone }) => timeZone },
    { id: 'link', header: say.link, value: ({ linkMbps }) => linkMbps, cell: ({ linkMbps }) => mbps(linkMbps) },
    { id: 'devices', header: say.devices, value: ({ devices }) => devices, cell: ({ devices, enrolled }) => (devices === 0 ? '-' : say.enrolledOf(number(enrolled), number(devices))) },
    { id: 'unreachable', header: say.unreachable, value: ({ unreachable }) => unreachable, cell: ({ unreachable }) => (unreachable === 0 ? '-' : <StatusIndicator type="warning">{number(unreachable)}</StatusIndicator>) },
    { id: 'brake', header: say.brake, value: ({ brake }) => (brake ? 0 : 1), cell: ({ brake }) => <StatusIndicator type={brake ? 'error' : 'success'}>{brake ? say.on : say.off}</StatusIndicator> },
  ];
}
