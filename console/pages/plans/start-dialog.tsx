/** Starts a plan, now or for later; what stands in its way is said, and may be overruled where the API allows it. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TimeInput from '@cloudscape-design/components/time-input';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { controlWords } from './control-words.ts';
import { outlookOf } from './curves.ts';
import { Dialog } from './dialog.tsx';
import type { PlanDetail } from './plan-page.tsx';

export function StartDialog({ plan, close }: { readonly plan: PlanDetail; readonly close: () => void }): ReactNode {
  const say = useWords(controlWords);
  const { number } = useFormats();
  const [when, setWhen] = useState('now');
  const [day, setDay] = useState('');
  const [time, setTime] = useState('');
  const [unproven, setUnproven] = useState(false);
  const [supersede, setSupersede] = useState(false);
  const [tried, setTried] = useState(false);
  const version = useAnswer('getVersion', { id: plan.versionId }, { wait: plan.operation === 'remove' });
  const deed = useDeed('startPlan', { done: ({ name, startsAt }) => (startsAt === undefined ? say.started(name) : say.startedFor(name)), changes: ['getPlan', 'listPlans', 'previewPlan', 'getOverview'], ownFailure: true });
  const removes = plan.operation === 'remove';
  const foreseen = useAnswer('previewPlan', { id: plan.id, body: {} }, { wait: !removes });
  const failure = deed.error;
  const isUnproven = plan.operation === 'install' && (failure?.code === 'placement-unproven' || (version.data !== undefined && version.data.placement !== 'proven'));
  // The API would refuse it with a remedy of the command line: here it is a box to tick.
  const untold = isUnproven && !unproven;
  const meets = failure?.code === 'conflict';
  const at = when === 'now' ? undefined : instantOf(day, time);
  const missing = when === 'later' && at === undefined;
  const submit = (): void => {
    setTried(true);
    if (missing || untold) return;
    deed.mutate({ id: plan.id, body: { unproven, supersede, ...(at === undefined ? {} : { at }) } }, { onSuccess: close });
  };
  return (
    <Dialog title={say.startTitle(plan.name)} verb={say.start} busy={deed.isPending} failure={meets || failure?.code === 'placement-unproven' ? null : failure} submit={submit} close={close}>
      <div>{say.startAbout(number(plan.branches.reduce((sum, { devices }) => sum + devices, 0)))}</div>
      {removes && foreseen.data !== undefined ? <Alert type="warning" header={say.removalHeader(number(outlookOf(foreseen.data).instructed))}>{say.removalText}</Alert> : null}
      <FormField label={say.when}>
        <RadioGroup value={when} items={[{ value: 'now', label: say.now }, { value: 'later', label: say.later, description: say.laterAbout }]} onChange={({ detail }) => { setWhen(detail.value); }} />
      </FormField>
      {when === 'now' ? null : (
        <SpaceBetween direction="horizontal" size="s">
          <FormField label={say.day} errorText={missing ? say.badTime : ''}><DatePicker value={day} placeholder="YYYY/MM/DD" onChange={({ detail }) => { setDay(detail.value); }} /></FormField>
          <FormField label={say.time}><TimeInput value={time} format="hh:mm" placeholder="hh:mm" onChange={({ detail }) => { setTime(detail.value); }} /></FormField>
        </SpaceBetween>
      )}
      {isUnproven ? <Alert type="warning" header={say.unprovenHeader}><SpaceBetween size="s"><div>{say.unprovenText}</div><FormField errorText={tried && untold ? say.sayUnproven : ''}><Checkbox checked={unproven} onChange={({ detail }) => { setUnproven(detail.checked); }}>{say.unproven}</Checkbox></FormField></SpaceBetween></Alert> : null}
      {meets ? <Alert type="warning" header={say.conflictHeader}><SpaceBetween size="s"><div><FailureText failure={failure} /></div><Checkbox checked={supersede} onChange={({ detail }) => { setSupersede(detail.checked); }}>{say.supersede}</Checkbox></SpaceBetween></Alert> : null}
    </Dialog>
  );
}

/** Of a day and a time on the viewer's clock; undefined where one of them is none. */
export function instantOf(day: string, time: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) && /^\d{2}:\d{2}$/.test(time) ? new Date(`${day}T${time}`).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
