/** What waits for the device, commands by hand, and what became of one. The command looked at is in the address. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useLanguage, useSaid, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { reasonText } from '../../vocabulary/reasons.ts';
import { CommandForm } from './command-form.tsx';
import type { ShownDevice } from './device-page.tsx';
import { commandStateColours, commandStateWords, deviceWords } from './device-words.ts';

type Queued = AnswerOf<'listCommands'>['items'][number];

const PAGE_SIZE = 25;

export function DeviceCommands({ device, zone }: { readonly device: ShownDevice; readonly zone: string | undefined }): ReactNode {
  const [parameters, setParameters] = useSearchParams();
  const command = parameters.get('command');
  return (
    <SpaceBetween size="l">
      <Queue device={device} zone={zone} />
      {command === null ? null : <Outcome key={command} id={command} zone={zone} />}
      <CommandForm device={device} sent={(id) => { setParameters({ tab: 'commands', command: id }, { preventScrollReset: true }); }} />
    </SpaceBetween>
  );
}

function Queue({ device: { id, name }, zone }: { readonly device: ShownDevice; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const { number } = useFormats();
  const confirm = useConfirm();
  const refusal = useRefusal('admin');
  const [place, go] = usePlace([]);
  const answer = useAnswer('listCommands', { id, query: { limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true, live: true });
  const clear = useDeed('clearCommands', { done: ({ withdrawn, kept }) => say.cleared(number(withdrawn), number(kept)), changes: ['listCommands', 'getTimeline', 'listDeviceInstructions', 'getCommand'] });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: say.clearTitle(name), text: say.clearText, devices: 1, verb: say.clear })) clear.mutate({ id });
  };
  const columns: readonly Column<Queued>[] = [
    { id: 'command', header: say.command, cell: ({ requestType, commandUUID, requestedBy }) => (requestedBy === undefined ? requestType : <Link href={`/devices/${id}?tab=commands&command=${commandUUID}`}>{requestType}</Link>) },
    { id: 'state', header: say.status, cell: ({ state }) => <State of={state} words={commandStateWords} colours={commandStateColours} /> },
    { id: 'queued', header: say.queued, cell: ({ queuedAt }) => <Moment at={queuedAt} {...(zone === undefined ? {} : { zone })} /> },
    { id: 'until', header: say.until, cell: ({ expiresAt }) => <Moment at={expiresAt} {...(zone === undefined ? {} : { zone })} /> },
    { id: 'by', header: say.who, cell: ({ requestedBy }) => requestedBy ?? '-' },
  ];
  return (
    <Answered answer={answer}>
      {(page) => (
        <PagedList
          title={say.queue} columns={columns} idOf={({ commandUUID }) => commandUUID} answer={page} place={place} go={go} empty={<Empty title={say.noQueue}>{say.queueAbout}</Empty>}
          actions={<Button loading={clear.isPending} disabled={refusal !== undefined || page.items.length === 0} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.clear}</Button>}
        />
      )}
    </Answered>
  );
}

function Outcome({ id, zone }: { readonly id: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const said = useSaid();
  const { language } = useLanguage();
  const answer = useAnswer('getCommand', { id }, { live: true });
  const at = (instant: number | undefined): ReactNode => (instant === undefined ? '-' : <Moment at={instant} {...(zone === undefined ? {} : { zone })} />);
  return (
    <Container header={<Header variant="h2">{say.outcome}</Header>}>
      <Answered answer={answer}>
        {({ requestType, state, requestedBy, queuedAt, handedAt, reportedAt, reason, answerLink }) => (
          <Facts facts={[
            { label: say.command, value: requestType },
            { label: say.status, value: <State of={state} words={commandStateWords} colours={commandStateColours} /> },
            { label: say.sentBy, value: requestedBy },
            { label: say.queued, value: at(queuedAt) },
            { label: say.handed, value: at(handedAt) },
            { label: say.reportedAt, value: at(reportedAt) },
            ...(reason === undefined ? [] : [{ label: say.why, value: <>{reasonText(reason.code, language)}<Box fontSize="body-s" color="text-body-secondary">{[said(reason.words), ...(reason.deviceCodes ?? [])].join(' ')}</Box></> }]),
            { label: say.answer, value: answerLink === undefined ? say.noAnswer : <Link href={answerLink} external={false}>{say.download}</Link> },
          ]} />
        )}
      </Answered>
    </Container>
  );
}
