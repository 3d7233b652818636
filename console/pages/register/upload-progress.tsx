/** How far the file is: a bar, how much, how fast, how long; and that the connection is lost. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { MINUTE, SECOND } from '../../../core/ambient.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { registerWords } from './register-words.ts';
import type { UploadStanding } from './upload/use-upload.ts';

export function UploadProgress({ standing, stop }: { readonly standing: Extract<UploadStanding, { readonly is: 'sending' | 'registering' }>; readonly stop: () => void }): ReactNode {
  const say = useWords(registerWords);
  const { bytes, number } = useFormats();
  if (standing.is === 'registering') return <StatusIndicator type="in-progress">{say.registering}</StatusIndicator>;
  const { fileName, sent, size, speed, waiting } = standing;
  const left = speed === undefined || speed <= 0 ? undefined : Math.ceil((size - sent) / speed) * SECOND;
  const details = [
    say.sentOf(bytes(sent), bytes(size)), ...(speed === undefined ? [] : [say.speed(bytes(speed))]),
    ...(left === undefined ? [] : [left < 2 * MINUTE ? say.left(number(Math.ceil(left / SECOND))) : say.leftMinutes(number(Math.ceil(left / MINUTE)))]),
  ];
  return (
    <SpaceBetween size="s">
      {waiting ? <Alert type="warning">{say.waiting}</Alert> : null}
      <ProgressBar value={Math.floor((100 * sent) / Math.max(1, size))} label={say.sending} description={<span className="breakable">{fileName}</span>} additionalInfo={details.join(' · ')} />
      <Button onClick={stop}>{say.stop}</Button>
    </SpaceBetween>
  );
}
