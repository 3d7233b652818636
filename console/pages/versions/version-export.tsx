/** The distribution status as the job that writes it: begun, followed, fetched. The job is in the address, so that it outlives a reload. */
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { versionsWords } from './versions-words.ts';

const JOB = 'job';

/** The job of the address, and how to name another there. */
function useJob(): readonly [id: string | undefined, name: (id: string | undefined) => void] {
  const [parameters, setParameters] = useSearchParams();
  return [parameters.get(JOB) ?? undefined, (id) => {
    setParameters((now) => {
      const next = new URLSearchParams(now);
      if (id === undefined) next.delete(JOB);
      else next.set(JOB, id);
      return next;
    }, { replace: true, preventScrollReset: true });
  }];
}

/** Of the branch that the list of devices is filtered by, else of all. */
export function ExportButton({ version: { id, bundleId } }: { readonly version: Pick<AnswerOf<'getVersion'>, 'id' | 'bundleId'> }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('viewer');
  const [parameters] = useSearchParams();
  const [, name] = useJob();
  const branchId = parameters.get('branch');
  const deed = useDeed('exportDistributionStatus', { done: () => say.exportBegun, changes: ['listJobs'] });
  return (
    <Button
      iconName="download" loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })}
      onClick={() => { deed.mutate({ body: { bundleId, versionId: id, ...(branchId === null ? {} : { branchId }) } }, { onSuccess: (job) => { name(job.id); } }); }}
    >
      {say.exportStatus}
    </Button>
  );
}

export function ExportJob(): ReactNode {
  const [id, name] = useJob();
  // Its link is good for a quarter of an hour: asking again brings a new one.
  const answer = useAnswer('getJob', { id: id ?? '' }, { live: true, wait: id === undefined });
  return id === undefined ? null : <Answered answer={answer}>{(job) => <JobState job={job} hide={() => { name(undefined); }} />}</Answered>;
}

function JobState({ job, hide }: { readonly job: AnswerOf<'getJob'>; readonly hide: () => void }): ReactNode {
  const say = useWords(versionsWords);
  const said = useSaid();
  const { number, bytes } = useFormats();
  const dismiss = { dismissible: true, dismissAriaLabel: say.hide, onDismiss: hide };
  if (job.state === 'failed') return <Alert type="error" header={say.exportJob} {...dismiss}>{said(job.failure?.words ?? '')}{job.failure?.remedy === undefined ? null : <div>{say.remedy} {said(job.failure.remedy)}</div>}</Alert>;
  if (job.state === 'running') return <StatusIndicator type="in-progress">{say.exportJob}: {say.exportRunning(number(job.rows))}</StatusIndicator>;
  return (
    <Alert
      type="success" header={say.exportJob} {...dismiss}
      action={job.link === undefined ? undefined : <Button href={job.link} download={job.fileName} iconName="download">{say.download}</Button>}
    >
      <SpaceBetween size="xxs">
        <span>{say.exportDone(number(job.rows), bytes(job.bytes))}</span>
        <span>{say.exportUntil}: <Moment at={job.expiresAt} /></span>
        {job.note === undefined ? null : <span>{said(job.note)}</span>}
      </SpaceBetween>
    </Alert>
  );
}
