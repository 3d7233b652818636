/** Makes a branch, or replaces what is said of one. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { viewerZone } from '../../language/formats.ts';
import { useWords } from '../../language/language.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { branchFormWords } from './branch-form-words.ts';
import { branchFaults, branchOf, typedOf, type BranchFault, type TypedBranch } from './branch-typed.ts';

const shares = ['supervised', 'soon', 'startOfDay', 'late', 'soonMinutes', 'morningFrom', 'morningTo', 'eveningFrom', 'eveningTo'] as const;

/** `branch`: the one that is edited; absent: a new one is made. */
export function BranchFormButton({ branch }: { readonly branch?: AnswerOf<'getBranch'> }): ReactNode {
  const say = useWords(branchFormWords);
  const refusal = useRefusal('admin');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant={branch === undefined ? 'primary' : 'normal'} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{branch === undefined ? say.create : say.edit}</Button>
      {open ? <BranchForm {...(branch === undefined ? {} : { branch })} close={() => { setOpen(false); }} /> : null}
    </>
  );
}

function BranchForm({ branch, close }: { readonly branch?: AnswerOf<'getBranch'>; readonly close: () => void }): ReactNode {
  const say = useWords(branchFormWords);
  const [zones] = useState(() => [...new Set(['UTC', ...(branch === undefined ? [] : [branch.timeZone]), ...Intl.supportedValuesOf('timeZone')])]);
  const [typed, setTyped] = useState<TypedBranch>(() => typedOf(branch, viewerZone()));
  const [tried, setTried] = useState(false);
  const others = useAnswer('listBranches', {}, { wait: branch !== undefined });
  const put = useDeed('putBranch', { done: ({ name }) => say.saved(name), changes: ['getBranch', 'listBranches', 'getOverview', 'getBranchLoad'] });
  const set = (change: Partial<TypedBranch>): void => { setTyped((before) => ({ ...before, ...change })); };
  const faults = branchFaults(typed, zones);
  // To make a branch of an id that there is would replace that one.
  const taken = branch === undefined && others.data?.items.some(({ id }) => id === typed.id) === true;
  const error = (fault: BranchFault, text: string): string | undefined => (tried && faults.has(fault) ? text : undefined);
  const save = (): void => {
    setTried(true);
    if (faults.size > 0 || taken || (branch === undefined && others.data === undefined)) return;
    put.mutate({ id: typed.id, body: branchOf(typed, branch?.brake ?? false) }, { onSettled: close });
  };
  const options = zones.map((value) => ({ value, label: value }));
  return (
    <Modal visible size="large" header={branch === undefined ? say.create : say.editTitle(branch.name)} onDismiss={close} footer={<Box float="right"><Button variant="primary" loading={put.isPending} onClick={save}>{say.save}</Button></Box>}>
      <SpaceBetween size="m">
        {branch === undefined ? <FormField label={say.id} description={say.idHint} errorText={taken ? say.taken : error('id', say.badId)}><Input value={typed.id} onChange={({ detail }) => { set({ id: detail.value }); }} /></FormField> : null}
        <FormField label={say.name} errorText={error('name', say.badName)}><Input value={typed.name} onChange={({ detail }) => { set({ name: detail.value }); }} /></FormField>
        <FormField label={say.timeZone} description={say.timeZoneHint} errorText={error('timeZone', say.badZone)}>
          <Select options={options} virtualScroll filteringType="auto" filteringPlaceholder={say.find} filteringAriaLabel={say.find} selectedOption={options.find(({ value }) => value === typed.timeZone) ?? null} onChange={({ detail }) => { set({ timeZone: detail.selectedOption.value ?? '' }); }} />
        </FormField>
        <FormField label={say.link} errorText={error('linkMbps', say.badLink)}><Input type="number" value={typed.linkMbps} onChange={({ detail }) => { set({ linkMbps: detail.value }); }} /></FormField>
        <FormField label={say.openLimit} description={say.openLimitHint} errorText={error('openLimit', say.badLimit)}><Input type="number" value={typed.openLimit} onChange={({ detail }) => { set({ openLimit: detail.value }); }} /></FormField>
        <FormField {...(typed.ownAcceptance ? { constraintText: say.acceptanceHint } : {})} errorText={error('acceptance', say.badAcceptance)}><Toggle checked={typed.ownAcceptance} onChange={({ detail }) => { set({ ownAcceptance: detail.checked }); }}>{say.ownAcceptance}</Toggle></FormField>
        {typed.ownAcceptance ? (
          <ColumnLayout columns={2}>
            {shares.map((key) => <FormField key={key} label={say[key]}><Input value={typed.acceptance[key]} onChange={({ detail }) => { set({ acceptance: { ...typed.acceptance, [key]: detail.value } }); }} /></FormField>)}
          </ColumnLayout>
        ) : null}
      </SpaceBetween>
    </Modal>
  );
}
