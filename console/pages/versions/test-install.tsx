/** A version on test devices, before any distribution: instructed here, followed device by device. The wave is in the address, so that it outlives a reload. */
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { instructionColours } from '../../vocabulary/outcomes.ts';
import { reasonText } from '../../vocabulary/reasons.ts';
import { instructionStateWords } from '../../vocabulary/states.ts';
import { versionsWords } from './versions-words.ts';

type Version = Pick<AnswerOf<'getVersion'>, 'id' | 'placement' | 'size'>;
/** In the address: the wave that was begun here. */
export const TEST_WAVE = 'test';

export function TestInstall({ version }: { readonly version: Version }): ReactNode {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const [parameters, setParameters] = useSearchParams();
  const waveId = parameters.get(TEST_WAVE);
  const fetchable = version.placement === 'verified' || version.placement === 'proven';
  const refusal = useRefusal('operator') ?? (fetchable ? undefined : say.testNeeds);
  const deed = useDeed('testInstall', { done: ({ instructed }) => say.testBegun(number(instructed.length)), changes: ['getVersion', 'listVersionDevices'] });
  const begin = (): void => {
    deed.mutate({ id: version.id }, {
      onSuccess: (wave) => {
        setParameters((now) => {
          const next = new URLSearchParams(now);
          next.set(TEST_WAVE, wave.waveId);
          return next;
        }, { replace: true, preventScrollReset: true });
      },
    });
  };
  return (
    <Container header={(
      <Header
        variant="h2" description={say.testAbout}
        actions={<Button loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={begin}>{version.placement === 'proven' ? say.testAgain : say.testAll}</Button>}
      >
        {say.test}
      </Header>
    )}>
      <SpaceBetween size="s">
        {version.placement === 'proven' ? <StatusIndicator type="success">{say.testProven}</StatusIndicator> : null}
        {waveId === null ? (version.placement === 'proven' ? null : <Box color="text-body-secondary">{say.testNone}</Box>) : <Wave id={waveId} version={version} />}
      </SpaceBetween>
    </Container>
  );
}

function Wave({ id, version }: { readonly id: string; readonly version: Version }): ReactNode {
  const say = useWords(versionsWords);
  const answer = useAnswer('getTestInstall', { id }, { live: true });
  return (
    <Answered answer={answer}>
      {({ items }) => (
        <SpaceBetween size="s">
          <ul className="checks">{items.map((item) => <TestDevice key={item.deviceId} item={item} size={version.size} />)}</ul>
          {version.placement === 'proven' ? null : <Box fontSize="body-s" color="text-body-secondary">{say.testWaiting}</Box>}
        </SpaceBetween>
      )}
    </Answered>
  );
}

function TestDevice({ item: { deviceName, state, reason, updatedAt, download }, size }: { readonly item: AnswerOf<'getTestInstall'>['items'][number]; readonly size: number }): ReactNode {
  const say = useWords(versionsWords);
  const { share } = useFormats();
  const { language } = useLanguage();
  return (
    <li>
      <span className="line"><strong>{deviceName}</strong> <State of={state} words={instructionStateWords} colours={instructionColours} /></span>
      <Box fontSize="body-s" color="text-body-secondary">
        <Moment at={updatedAt} />
        {download === undefined || state === 'installed' ? null : <> · {say.testDownloaded(share(Math.min(1, download.bytes / size)))}</>}
        {reason === undefined ? null : <> · {reasonText(reason.code, language)}{reason.deviceCodes === undefined ? null : ` (${reason.deviceCodes.join(', ')})`}</>}
      </Box>
    </li>
  );
}
