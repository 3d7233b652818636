/** Name, branch, tags and use of a device. What somebody else has changed meanwhile is not written over. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { changeOf, faultsOf, type TypedDevice } from './device-change.ts';
import type { ShownDevice } from './device-page.tsx';
import { deviceWords } from './device-words.ts';

export interface DeviceEditorProps {
  readonly device: ShownDevice;
  readonly branches: AnswerOf<'listBranches'>['items'];
  readonly close: () => void;
}

export function DeviceEditor({ device: now, branches, close }: DeviceEditorProps): ReactNode {
  const say = useWords(deviceWords);
  // As it was when the form was opened: the page behind it goes on.
  const [device] = useState(now);
  const [typed, setTyped] = useState<TypedDevice>({ name: device.name, displayName: device.displayName ?? '', branchId: device.branchId, tags: device.tags.join(', '), testDevice: device.testDevice });
  const set = (change: Partial<TypedDevice>): void => { setTyped((before) => ({ ...before, ...change })); };
  const change = useDeed('changeDevice', { done: ({ name }) => say.saved(name), changes: ['getDevice', 'listDevices', 'getTimeline', 'listBranches', 'getBranch'] });
  const faults = faultsOf(typed);
  const body = changeOf(device, typed);
  const save = (): void => {
    if (body === undefined) close();
    else if (faults.size === 0) change.mutate({ id: device.id, body }, { onSettled: close });
  };
  const branchOptions = branches.map(({ id, name }) => ({ value: id, label: name, description: id }));
  return (
    <Modal
      visible header={say.editTitle(device.name)} onDismiss={close}
      footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={close}>{say.leave}</Button><Button variant="primary" loading={change.isPending} onClick={save}>{say.save}</Button></SpaceBetween></Box>}
    >
      <SpaceBetween size="m">
        <FormField label={say.name} description={say.nameHint} errorText={faults.has('name') ? say.badName : undefined}><Input value={typed.name} onChange={({ detail }) => { set({ name: detail.value }); }} /></FormField>
        <FormField label={say.displayName} description={say.displayNameHint} errorText={faults.has('displayName') ? say.badDisplayName : undefined}><Input value={typed.displayName} onChange={({ detail }) => { set({ displayName: detail.value }); }} /></FormField>
        <FormField label={say.branch} description={say.branchHint}>
          <Select options={branchOptions} filteringType="auto" selectedOption={branchOptions.find(({ value }) => value === typed.branchId) ?? { value: typed.branchId, label: typed.branchId }} onChange={({ detail }) => { set({ branchId: detail.selectedOption.value ?? device.branchId }); }} />
        </FormField>
        <FormField label={say.tags} description={say.tagsHint} errorText={faults.has('tags') ? say.badTags : undefined}><Input value={typed.tags} onChange={({ detail }) => { set({ tags: detail.value }); }} /></FormField>
        <FormField description={say.testHint}><Toggle checked={typed.testDevice} onChange={({ detail }) => { set({ testDevice: detail.checked }); }}>{say.testDevice}</Toggle></FormField>
      </SpaceBetween>
    </Modal>
  );
}
