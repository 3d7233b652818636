/** Where every device is with a version, page by page from the API, and instructing those again that are chosen. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import { outcomeStates } from '../../../core/result/outcome.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { awaitedWords, outcomeColours, outcomeWords } from '../../vocabulary/outcomes.ts';
import { reasonText, reasonWords } from '../../vocabulary/reasons.ts';
import { ReissueButton } from './reissue-button.tsx';
import { versionsWords } from './versions-words.ts';

type Device = AnswerOf<'listVersionDevices'>['items'][number];
type Branches = ReadonlyMap<string, Pick<AnswerOf<'listBranches'>['items'][number], 'name' | 'timeZone'>>;

const PAGE_SIZE = 25;

export function VersionDevices({ version }: { readonly version: AnswerOf<'getVersion'> }): ReactNode {
  const say = useWords(versionsWords);
  const { data } = useAnswer('listBranches', {});
  const branches: Branches = new Map(data?.items.map((branch) => [branch.id, branch]));
  const columns = useColumns(branches);
  const filters = useFilters(branches);
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const [chosen, choose] = useState<readonly Device[]>([]);
  const state = outcomeStates.find((each) => each === place.filters['state']);
  const { branch: branchId, reason } = place.filters;
  const query = { limit: PAGE_SIZE, ...(branchId === undefined ? {} : { branchId }), ...(state === undefined ? {} : { state }), ...(reason === undefined ? {} : { reason }), ...(place.after === undefined ? {} : { after: place.after }) };
  const answer = useAnswer('listVersionDevices', { id: version.id, query }, { live: true, turns: true });
  return (
    <Answered answer={answer}>
      {(page) => {
        // Rows are made anew with every answer: those that are chosen are the ones that are there.
        const ids = new Set(chosen.map(({ deviceId }) => deviceId));
        const here = page.items.filter(({ deviceId }) => ids.has(deviceId));
        return (
          <PagedList
            title={say.devices} columns={columns} filters={filters} idOf={({ deviceId }) => deviceId} answer={page} place={place}
            go={(next, how) => {
              choose([]);
              go(next, how);
            }}
            selection={{ chosen: here, choose, nameOf: ({ deviceName }) => deviceName }}
            actions={<ReissueButton version={version} devices={here} done={() => { choose([]); }} />}
            empty={<Empty title={say.noDevices}>{say.noDevicesText}</Empty>}
          />
        );
      }}
    </Answered>
  );
}

function useColumns(branches: Branches): readonly Column<Device>[] {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const { language } = useLanguage();
  const awaited = useWords(awaitedWords);
  return [
    { id: 'name', header: say.device, cell: ({ deviceId, deviceName }) => <Link href={`/devices/${deviceId}`}>{deviceName}</Link> },
    { id: 'state', header: say.state, cell: ({ state }) => <State of={state} words={outcomeWords} colours={outcomeColours} /> },
    { id: 'reason', header: say.reason, cell: ({ state, reason, deviceCodes = [] }) => <>{reason === undefined ? awaited[state] || '-' : reasonText(reason, language)}{deviceCodes.length === 0 ? null : <Box fontSize="body-s" color="text-body-secondary">{deviceCodes.join(', ')}</Box>}</> },
    { id: 'branch', header: say.branch, cell: ({ branchId }) => <Link href={`/branches/${branchId}`}>{branches.get(branchId)?.name ?? branchId}</Link> },
    { id: 'since', header: say.since, cell: ({ since, branchId }) => <Since at={since} zone={branches.get(branchId)?.timeZone} /> },
    { id: 'attempt', header: say.attempt, cell: ({ attempt }) => (attempt === undefined ? '-' : number(attempt)) },
  ];
}

function Since({ at, zone }: { readonly at: number | undefined; readonly zone: string | undefined }): ReactNode {
  return at === undefined ? '-' : <Moment at={at} {...(zone === undefined ? {} : { zone })} />;
}

function useFilters(branches: Branches): readonly ListFilter<Device>[] {
  const say = useWords(versionsWords);
  const states = useWords(outcomeWords);
  const reasons = useWords(reasonWords);
  return [
    { name: 'branch', label: say.branch, choices: [...branches].map(([value, { name }]) => ({ value, label: name })) },
    { name: 'state', label: say.state, choices: outcomeStates.map((value) => ({ value, label: states[value] })) },
    { name: 'reason', label: say.reason, choices: Object.entries(reasons).map(([value, label]) => ({ value, label })) },
  ];
}
