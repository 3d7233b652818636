/** What became of each device's instruction, filtered and page by page from the API. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { instructionStates, type InstructionState } from '../../../core/instruction/instruction.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useLanguage, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { instructionStateWords } from '../../vocabulary/states.ts';
import { useBranchNames } from './branch-names.ts';
import type { PlanDetail } from './plan-page.tsx';
import { plansWords } from './plans-words.ts';

type Instruction = AnswerOf<'listInstructions'>['items'][number];

const PAGE_SIZE = 25;
/** `collected` ends an inventory. */
const states = instructionStates.filter((state) => state !== 'collected');

function colourOf(state: InstructionState): StatusIndicatorProps.Type {
  if (state === 'installed' || state === 'removed' || state === 'collected') return 'success';
  if (state === 'failed' || state === 'rejected' || state === 'timedOut') return 'error';
  if (state === 'skipped' || state === 'cancelled' || state === 'superseded') return 'stopped';
  return state === 'scheduled' ? 'pending' : 'in-progress';
}

export function PlanDevices({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(plansWords);
  const words = useWords(instructionStateWords);
  const nameOf = useBranchNames();
  const columns = useColumns(plan);
  const filters: readonly ListFilter<Instruction>[] = [
    { name: 'branch', label: say.branch, choices: plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) })) },
    { name: 'state', label: say.state, choices: states.map((value) => ({ value, label: words[value] })) },
  ];
  const [place, go] = usePlace(filters.map(({ name }) => name));
  const branchId = place.filters['branch'];
  const state = states.find((each) => each === place.filters['state']);
  const answer = useAnswer('listInstructions', { id: plan.id, query: { limit: PAGE_SIZE, ...(branchId === undefined ? {} : { branchId }), ...(state === undefined ? {} : { state }), ...(place.after === undefined ? {} : { after: place.after }) } }, { live: true, turns: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.instructing} columns={columns} filters={filters} idOf={({ id }) => id} answer={page} place={place} go={go} empty={<Empty title={say.noInstructions}>{say.noInstructionsText}</Empty>} />}
    </Answered>
  );
}

function useColumns(plan: PlanDetail): readonly Column<Instruction>[] {
  const say = useWords(plansWords);
  const words = useWords(instructionStateWords);
  const nameOf = useBranchNames();
  const { language } = useLanguage();
  const zones = new Map(plan.branches.map(({ branchId, timeZone }) => [branchId, timeZone]));
  const moment = (at: number, branchId: string): ReactNode => { const zone = zones.get(branchId); return <Moment at={at} {...(zone === undefined ? {} : { zone })} />; };
  return [
    { id: 'device', header: say.device, cell: ({ deviceId, deviceName }) => <Link href={`/devices/${deviceId}`}>{deviceName}</Link> },
    { id: 'branch', header: say.branch, cell: ({ branchId }) => nameOf(branchId) },
    { id: 'state', header: say.state, cell: ({ state }) => <StatusIndicator type={colourOf(state)}>{words[state]}</StatusIndicator> },
    { id: 'why', header: say.why, cell: ({ reason }) => (reason === undefined ? '-' : <>{reasonText(reason.code, language)}<Box fontSize="body-s" color="text-body-secondary">{reason.deviceCodes?.join(' ')}</Box></>) },
    { id: 'since', header: say.since, cell: ({ updatedAt, branchId }) => moment(updatedAt, branchId) },
    { id: 'until', header: say.until, cell: ({ deadline, branchId }) => moment(deadline, branchId) },
  ];
}
