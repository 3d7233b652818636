/** What happened to the device, newest first, page by page. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useLanguage, useSaid, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { deviceWords } from './device-words.ts';

type Entry = AnswerOf<'getTimeline'>['items'][number];

const PAGE_SIZE = 25;

export function DeviceTimeline({ id, zone }: { readonly id: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const columns = useColumns(id, zone);
  const [place, go] = usePlace([]);
  const answer = useAnswer('getTimeline', { id, query: { limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true, live: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.timeline} columns={columns} idOf={(entry) => `${entry.id}/${entry.at}/${entry.code ?? ''}`} answer={page} place={place} go={go} empty={<Empty title={say.noTimeline} />} />}
    </Answered>
  );
}

function useColumns(id: string, zone: string | undefined): readonly Column<Entry>[] {
  const say = useWords(deviceWords);
  const said = useSaid();
  const { language } = useLanguage();
  return [
    { id: 'when', header: say.when, cell: ({ at }) => <Moment at={at} {...(zone === undefined ? {} : { zone })} /> },
    {
      id: 'what', header: say.what,
      cell: ({ words, instruction, details }) => {
        const command = details?.['command'];
        return (
          <>
            {said(words)}
            {instruction === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{[`${instruction.bundleId} ${instruction.shortVersion} (${instruction.version})`, ...(instruction.reasonCode === undefined ? [] : [reasonText(instruction.reasonCode, language)]), ...(instruction.deviceCodes ?? [])].join(' · ')}</Box>}
            {typeof command === 'string' ? <div><Link fontSize="body-s" href={`/devices/${id}?tab=commands&command=${command}`}>{say.showOutcome}</Link></div> : null}
          </>
        );
      },
    },
    { id: 'who', header: say.who, cell: ({ by }) => by ?? '-' },
  ];
}
