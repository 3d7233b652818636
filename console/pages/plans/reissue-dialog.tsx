/** Makes a plan for the devices on which this one did not succeed: for some reasons, in some branches. */
import { useState, type ReactNode } from 'react';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useNavigate } from 'react-router';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { useBranchNames } from './branch-names.ts';
import { controlWords } from './control-words.ts';
import { Dialog } from './dialog.tsx';
import type { PlanDetail } from './plan-page.tsx';
import { failuresOf, type FailureCode } from './reasons-of-plan.ts';

export interface ReissueDialogProps {
  readonly plan: PlanDetail;
  /** Chosen to begin with; none: all. */
  readonly reasons: readonly string[];
  readonly close: () => void;
}

export function ReissueDialog({ plan, reasons, close }: ReissueDialogProps): ReactNode {
  const say = useWords(controlWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const nameOf = useBranchNames();
  const navigate = useNavigate();
  const failures = failuresOf(plan);
  const [codes, setCodes] = useState<readonly FailureCode[]>(failures.flatMap(({ code }) => (reasons.includes(code) ? [code] : [])));
  const [branches, setBranches] = useState<readonly string[]>([]);
  const [force, setForce] = useState(false);
  const deed = useDeed('reissuePlan', { done: ({ name, devices }) => say.remade(name, number(devices)), changes: ['listPlans', 'getPlan'], ownFailure: true });
  const submit = (): void => {
    deed.mutate(
      { id: plan.id, body: { force, ...(codes.length === 0 ? {} : { reasons: [...codes] }), ...(branches.length === 0 ? {} : { branches: [...branches] }) } },
      { onSuccess: ({ id }) => { close(); void navigate(`/plans/${id}`); } },
    );
  };
  const reasonOptions = failures.map(({ code, devices }) => ({ value: code, label: reasonText(code, language), description: number(devices) }));
  const branchOptions = plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) }));
  return (
    <Dialog title={say.reissueTitle} verb={say.make} busy={deed.isPending} failure={deed.error} submit={submit} close={close}>
      <div>{say.reissueAbout}</div>
      <FormField label={say.onlyReasons}>
        <Multiselect placeholder={say.any} options={reasonOptions} selectedOptions={reasonOptions.filter(({ value }) => codes.includes(value))} onChange={({ detail }) => { setCodes(failures.flatMap(({ code }) => (detail.selectedOptions.some(({ value }) => value === code) ? [code] : []))); }} />
      </FormField>
      <FormField label={say.onlyBranches}>
        <Multiselect placeholder={say.any} options={branchOptions} selectedOptions={branchOptions.filter(({ value }) => branches.includes(value))} onChange={({ detail }) => { setBranches(detail.selectedOptions.flatMap(({ value }) => (value === undefined ? [] : [value]))); }} />
      </FormField>
      <Checkbox checked={force} onChange={({ detail }) => { setForce(detail.checked); }}>{say.force}</Checkbox>
    </Dialog>
  );
}
