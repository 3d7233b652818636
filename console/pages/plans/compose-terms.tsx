/** How fast, whom, and what makes the plan stop: the fields that are as usual unless somebody changes them. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import type { FieldsProps } from './compose-what.tsx';
import { composeWords } from './compose-words.ts';
import type { Draft } from './draft.ts';

/** Fields of the draft that are typed as they are. */
type Typed = { readonly [K in keyof Draft]: Draft[K] extends string ? (string extends Draft[K] ? K : never) : never }[keyof Draft];

function NumberField({ composer: { draft, change }, faults, of, label, constraint = '' }: FieldsProps & { readonly of: Typed; readonly label: string; readonly constraint?: string }): ReactNode {
  const said = useSaid();
  return <FormField label={label} constraintText={constraint} errorText={said(faults.get(of) ?? '')}><Input type="number" value={draft[of]} onChange={({ detail }) => { change({ [of]: detail.value }); }} /></FormField>;
}

/** `budget`: a preview stands beside it. */
export function PaceFields({ budget = false, ...props }: FieldsProps & { readonly budget?: boolean }): ReactNode {
  const say = useWords(composeWords);
  const { number } = useFormats();
  const { composer: { draft, change } } = props;
  const removes = draft.operation === 'remove';
  const countIn = (byBranch: Readonly<Record<string, unknown>>): number => Object.keys(byBranch).filter((id) => draft.branchIds.includes(id)).length;
  const [advised, limited] = [countIn(draft.paces), removes ? 0 : countIn(draft.limits)];
  return (
    <Container header={<Header variant="h2">{say.pace}</Header>}>
      <SpaceBetween size="m">
        <div className="fields">
          <NumberField {...props} of="waveSize" label={say.waveSize} />
          <NumberField {...props} of="intervalMinutes" label={say.interval} />
          {removes ? null : <NumberField {...props} of="openLimit" label={say.openLimit} constraint={say.openLimitAbout} />}
          {removes || !budget ? null : <NumberField {...props} of="budget" label={say.budget} constraint={say.budgetAbout} />}
        </div>
        {advised === 0 ? null : <Box>{say.advised(number(advised))} <Button variant="inline-link" formAction="none" onClick={() => { change({ paces: {} }); }}>{say.forget}</Button></Box>}
        {limited === 0 ? null : <Box>{say.limited(number(limited))} <Button variant="inline-link" formAction="none" onClick={() => { change({ limits: {} }); }}>{say.forget}</Button></Box>}
      </SpaceBetween>
    </Container>
  );
}

export function WhomFields({ composer: { draft, change }, faults }: FieldsProps): ReactNode {
  const say = useWords(composeWords);
  const said = useSaid();
  const choices = [{ value: 'all', label: say.allDevices }, { value: 'tags', label: say.byTags }, { value: 'devices', label: say.byNames }] as const;
  return (
    <Container header={<Header variant="h2">{say.whom}</Header>}>
      <SpaceBetween size="m">
        <RadioGroup ariaLabel={say.whom} value={draft.whom} items={choices} onChange={({ detail }) => { change({ whom: choices.find(({ value }) => value === detail.value)?.value ?? 'all' }); }} />
        {draft.whom === 'tags' ? <FormField label={say.tags} constraintText={say.listAbout} errorText={said(faults.get('tags') ?? '')}><Input value={draft.tags} onChange={({ detail }) => { change({ tags: detail.value }); }} /></FormField> : null}
        {draft.whom === 'devices' ? <FormField label={say.devices} constraintText={say.listAbout} errorText={said(faults.get('devices') ?? '')}><Textarea value={draft.devices} rows={4} onChange={({ detail }) => { change({ devices: detail.value }); }} /></FormField> : null}
      </SpaceBetween>
    </Container>
  );
}

export function SafetyFields(props: FieldsProps): ReactNode {
  const say = useWords(composeWords);
  const said = useSaid();
  const { composer: { draft, change }, faults } = props;
  const stages = [{ value: 'none', label: say.canaryNone }, { value: 'test-devices', label: say.canaryTest }, { value: 'count', label: say.canaryCount }, { value: 'share', label: say.canaryShare }] as const;
  return (
    <ExpandableSection variant="container" headerText={say.safety} defaultExpanded>
      <div className="fields">
        <NumberField {...props} of="abortShare" label={say.abortShare} constraint={say.abortShareAbout} />
        {draft.abortShare.trim() === '' ? null : <NumberField {...props} of="abortMinimum" label={say.abortMinimum} />}
        <NumberField {...props} of="deadlineHours" label={say.deadline} />
        <NumberField {...props} of="reissueTimes" label={say.reissueTimes} />
        <FormField label={say.canary}><Select options={stages} selectedOption={stages.find(({ value }) => value === draft.canary) ?? null} onChange={({ detail }) => { change({ canary: stages.find(({ value }) => value === detail.selectedOption.value)?.value ?? 'none' }); }} /></FormField>
        {draft.canary === 'count' || draft.canary === 'share' ? <NumberField {...props} of="canarySize" label={say.canarySize} /> : null}
        {draft.canary === 'none' ? null : <NumberField {...props} of="soakHours" label={say.soak} />}
        {draft.canary === 'none' ? null : <NumberField {...props} of="canaryAbortShare" label={say.canaryAbortShare} constraint={say.canaryAbortShareAbout} />}
        {draft.canary === 'none' || draft.canaryAbortShare.trim() === '' ? null : <NumberField {...props} of="canaryAbortMinimum" label={say.abortMinimum} constraint={say.canaryAbortMinimumAbout} />}
        <FormField label={say.seed} constraintText={say.seedAbout} errorText={said(faults.get('seed') ?? '')}><Input value={draft.seed} onChange={({ detail }) => { change({ seed: detail.value }); }} /></FormField>
      </div>
    </ExpandableSection>
  );
}
