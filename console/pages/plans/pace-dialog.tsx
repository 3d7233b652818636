import { useState, type ReactNode } from 'react';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { planLimits } from '../../../core/rollout/new-plan.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useBranchNames } from './branch-names.ts';
import { controlWords } from './control-words.ts';
import { Dialog } from './dialog.tsx';
import { wholeIn } from './draft.ts';
import type { PlanDetail } from './plan-page.tsx';

export function PaceDialog({ plan, close }: { readonly plan: PlanDetail; readonly close: () => void }): ReactNode {
  const say = useWords(controlWords);
  const nameOf = useBranchNames();
  const [where, setWhere] = useState('');
  const [size, setSize] = useState(String(plan.waveSize));
  const [interval, setInterval] = useState(String(plan.intervalMinutes));
  const deed = useDeed('setPace', { done: ({ name }) => say.paceSet(name), changes: ['getPlan', 'listPlans', 'previewPlan'], ownFailure: true });
  const options = [{ value: '', label: say.everywhere }, ...plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) }))];
  const [waveSize, intervalMinutes] = [wholeIn(size, planLimits.waveSize), wholeIn(interval, planLimits.intervalMinutes)];
  const choose = (branchId: string): void => {
    const own = plan.branches.find((branch) => branch.branchId === branchId)?.pace ?? plan;
    setWhere(branchId);
    setSize(String(own.waveSize));
    setInterval(String(own.intervalMinutes));
  };
  const submit = (): void => {
    if (waveSize === undefined || intervalMinutes === undefined) return;
    const pace = { waveSize, intervalMinutes };
    deed.mutate({ id: plan.id, body: where === '' ? { pace } : { branches: [{ branchId: where, pace }] } }, { onSuccess: close });
  };
  return (
    <Dialog title={say.changePace} verb={say.save} busy={deed.isPending} failure={deed.error} submit={submit} close={close}>
      <FormField label={say.where}><Select options={options} selectedOption={options.find(({ value }) => value === where) ?? null} onChange={({ detail }) => { choose(detail.selectedOption.value ?? ''); }} /></FormField>
      <FormField label={say.waveSize} errorText={waveSize === undefined ? `${planLimits.waveSize.min}-${planLimits.waveSize.max}` : ''}><Input type="number" value={size} onChange={({ detail }) => { setSize(detail.value); }} /></FormField>
      <FormField label={say.interval} errorText={intervalMinutes === undefined ? `${planLimits.intervalMinutes.min}-${planLimits.intervalMinutes.max}` : ''}><Input type="number" value={interval} onChange={({ detail }) => { setInterval(detail.value); }} /></FormField>
    </Dialog>
  );
}
