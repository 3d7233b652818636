import { useState, type ReactNode } from 'react';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useBranchNames } from './branch-names.ts';
import { controlWords } from './control-words.ts';
import { Dialog } from './dialog.tsx';
import { windowFault, type DraftWindow } from './local-window.ts';
import type { PlanDetail } from './plan-page.tsx';
import { WindowsEditor } from './windows-editor.tsx';

export function WindowsDialog({ plan, close }: { readonly plan: PlanDetail; readonly close: () => void }): ReactNode {
  const say = useWords(controlWords);
  const nameOf = useBranchNames();
  const [where, setWhere] = useState(plan.branches[0]?.branchId ?? '');
  const [windows, setWindows] = useState<readonly DraftWindow[]>(plan.branches[0]?.windows ?? []);
  const deed = useDeed('setWindows', { done: ({ name }) => say.windowsSet(name), changes: ['getPlan', 'previewPlan'], ownFailure: true });
  const options = plan.branches.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) }));
  const branch = plan.branches.find(({ branchId }) => branchId === where);
  const submit = (): void => {
    if (windows.some((window) => windowFault(window) !== undefined)) return;
    deed.mutate({ id: plan.id, body: { branches: [{ branchId: where, windows: [...windows] }] } }, { onSuccess: close });
  };
  return (
    <Dialog title={say.changeWindows} verb={say.save} busy={deed.isPending} failure={deed.error} submit={submit} close={close}>
      <FormField label={say.branch}>
        <Select options={options} selectedOption={options.find(({ value }) => value === where) ?? null} filteringType={options.length > 10 ? 'auto' : 'none'} onChange={({ detail }) => {
          const chosen = detail.selectedOption.value ?? '';
          setWhere(chosen);
          setWindows(plan.branches.find(({ branchId }) => branchId === chosen)?.windows ?? []);
        }} />
      </FormField>
      <WindowsEditor label={branch?.timeZone ?? ''} windows={windows} {...(branch === undefined ? {} : { inventory: branch.inventoryWindow })} change={setWindows} />
    </Dialog>
  );
}
