/** What the device was told last, and what became of it. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { instructionStateColours, instructionStateWords } from '../../vocabulary/states.ts';
import { deviceWords } from './device-words.ts';

export function DeviceInstructions({ id, zone }: { readonly id: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const answer = useAnswer('listDeviceInstructions', { id }, { live: true });
  const kinds = { install: say.install, remove: say.remove, inventory: say.collectKind };
  return (
    <Answered answer={answer}>
      {({ items }) => (
        <Table
          items={items} trackBy={(instruction) => instruction.id} wrapLines ariaLabels={{ tableLabel: say.instructions }} header={<Header variant="h2" counter={`(${items.length})`}>{say.instructions}</Header>}
          empty={<Empty title={say.noInstructions} />}
          columnDefinitions={[
            { id: 'kind', header: say.kind, minWidth: 110, cell: ({ kind, attempt }) => <>{kinds[kind]}{attempt > 1 ? <Box fontSize="body-s" color="text-body-secondary">{say.attempt(number(attempt))}</Box> : null}</> },
            { id: 'app', header: say.app, isRowHeader: true, minWidth: 160, cell: ({ planId, bundleId, shortVersion, version, kind }) => <>{planId === undefined ? bundleId : <Link href={`/plans/${planId}`} ariaLabel={say.planOf(bundleId)}>{bundleId}</Link>}{kind === 'install' ? <Box fontSize="body-s" color="text-body-secondary">{shortVersion} ({version})</Box> : null}</> },
            { id: 'state', header: say.status, minWidth: 140, cell: ({ state, reason }) => <><State of={state} words={instructionStateWords} colours={instructionStateColours} />{reason === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{reasonText(reason.code, language)}</Box>}</> },
            { id: 'since', header: say.since, minWidth: 160, cell: ({ updatedAt }) => <Moment at={updatedAt} {...(zone === undefined ? {} : { zone })} /> },
          ]}
        />
      )}
    </Answered>
  );
}
