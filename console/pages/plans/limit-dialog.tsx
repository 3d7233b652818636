import { useState, type ReactNode } from 'react';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { openLimits } from '../../../core/rollout/open-limit.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useBranchNames } from './branch-names.ts';
import { controlWords } from './control-words.ts';
import { Dialog } from './dialog.tsx';
import { wholeIn } from './draft.ts';
import type { PlanDetail } from './plan-page.tsx';

export function LimitDialog({ plan, close }: { readonly plan: PlanDetail; readonly close: () => void }): ReactNode {
  const say = useWords(controlWords);
  const nameOf = useBranchNames();
  const [where, setWhere] = useState('');
  const [text, setText] = useState('');
  const deed = useDeed('setOpenLimit', { done: ({ name }) => say.limitSet(name), changes: ['getPlan', 'previewPlan'], ownFailure: true });
  const options = [{ value: '', label: say.allBranches }, ...plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) }))];
  const limit = text === '' ? undefined : wholeIn(text, openLimits);
  const bad = text !== '' && limit === undefined;
  const choose = (branchId: string): void => {
    setWhere(branchId);
    setText(String(plan.branches.find((branch) => branch.branchId === branchId)?.openLimit ?? ''));
  };
  const submit = (): void => {
    if (bad) return;
    deed.mutate({ id: plan.id, body: { ...(limit === undefined ? {} : { openLimit: limit }), ...(where === '' ? {} : { branches: [where] }) } }, { onSuccess: close });
  };
  return (
    <Dialog title={say.changeLimit} verb={say.save} busy={deed.isPending} failure={deed.error} submit={submit} close={close}>
      <FormField label={say.where}><Select options={options} selectedOption={options.find(({ value }) => value === where) ?? null} onChange={({ detail }) => { choose(detail.selectedOption.value ?? ''); }} /></FormField>
      <FormField label={say.limit} description={say.limitAbout} constraintText={say.noLimit} errorText={bad ? `${openLimits.min}-${openLimits.max}` : ''}><Input type="number" value={text} onChange={({ detail }) => { setText(detail.value); }} /></FormField>
    </Dialog>
  );
}
