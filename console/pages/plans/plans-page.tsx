/** All plans, page by page from the API, the newest first. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useLanguage, useSaid, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { callerText } from '../../vocabulary/callers.ts';
import { plansWords } from './plans-words.ts';

type Plan = AnswerOf<'listPlans'>['items'][number];

const PAGE_SIZE = 25;
const colours: Readonly<Record<Plan['status'], StatusIndicatorProps.Type>> = { draft: 'pending', live: 'in-progress', paused: 'warning', cancelled: 'stopped' };

export default function PlansPage(): ReactNode {
  const say = useWords(plansWords);
  const refusal = useRefusal('operator');
  const columns = useColumns();
  const [place, go] = usePlace([]);
  const answer = useAnswer('listPlans', { query: { limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { live: true, turns: true });
  const create = (
    <SpaceBetween direction="horizontal" size="xs">
      <Button href="/plans/import">{say.import}</Button>
      <Button variant="primary" {...(refusal === undefined ? { href: '/plans/new' } : { disabled: true, disabledReason: refusal })}>{say.create}</Button>
    </SpaceBetween>
  );
  return (
    <Page title={say.title} description={say.about} actions={create}>
      <Answered answer={answer}>
        {(page) => <PagedList title={say.list} columns={columns} idOf={({ id }) => id} answer={page} place={place} go={go} empty={<Empty title={say.empty}>{say.emptyText}</Empty>} />}
      </Answered>
    </Page>
  );
}

function useColumns(): readonly Column<Plan>[] {
  const say = useWords(plansWords);
  const said = useSaid();
  const { language } = useLanguage();
  const { number } = useFormats();
  return [
    { id: 'name', header: say.name, cell: ({ id, name, attempt }) => <><Link href={`/plans/${id}`}>{name}</Link>{attempt < 2 ? null : <Box fontSize="body-s" color="text-body-secondary">{say.attempt(number(attempt))}</Box>}</> },
    { id: 'app', header: say.app, cell: ({ operation, bundleId, shortVersion, version }) => <>{bundleId}<Box fontSize="body-s" color="text-body-secondary">{operation === 'remove' ? say.removal : `${shortVersion} (${version})`}</Box></> },
    { id: 'standing', header: say.standing, cell: ({ status, pausedBecause, supersededBy }) => <><StatusIndicator type={colours[status]}>{say[status]}</StatusIndicator>{status === 'paused' && pausedBecause !== undefined ? <Box fontSize="body-s" color="text-body-secondary">{said(pausedBecause)}</Box> : null}{supersededBy === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{say.supersededBy(supersededBy)}</Box>}</> },
    { id: 'pace', header: say.pace, cell: ({ waveSize, intervalMinutes }) => say.paceOf(number(waveSize), number(intervalMinutes)) },
    { id: 'started', header: say.started, cell: ({ startedAt, startsAt }) => { const at = startsAt ?? startedAt; return at === undefined ? say.notStarted : <Moment at={at} />; } },
    { id: 'made', header: say.made, cell: ({ createdAt, createdBy }) => <><Moment at={createdAt} /><Box fontSize="body-s" color="text-body-secondary">{say.by(said(callerText(createdBy, language)))}</Box></> },
  ];
}
