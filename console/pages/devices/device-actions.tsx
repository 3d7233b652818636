/** What can be done to the device. What takes something from it asks first. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { DeviceEditor } from './device-editor.tsx';
import type { ShownDevice } from './device-page.tsx';
import { deviceWords } from './device-words.ts';

export function DeviceActions({ device, branches }: { readonly device: ShownDevice; readonly branches: AnswerOf<'listBranches'>['items'] }): ReactNode {
  const say = useWords(deviceWords);
  const { number } = useFormats();
  const confirm = useConfirm();
  const navigate = useNavigate();
  const [noOperator, noAdmin] = [useRefusal('operator'), useRefusal('admin')];
  const [editing, setEditing] = useState(false);
  const collect = useDeed('collectInventory', { done: ({ apps }) => say.collected(number(apps)), changes: ['getInventory', 'listCommands', 'getTimeline'] });
  const unenrol = useDeed('unenrolDevice', { done: () => say.unenrolled, changes: ['getDevice', 'listCommands', 'getTimeline'] });
  const remove = useDeed('deleteDevice', { done: ({ name }) => say.deleted(name), changes: ['listDevices', 'listBranches', 'getOverview'] });
  const { id, name, status } = device;
  const enrolled = status === 'enrolled';
  const disabled = (reason: string | undefined): { readonly disabled: boolean; readonly disabledReason?: string } => (reason === undefined ? { disabled: false } : { disabled: true, disabledReason: reason });
  const askUnenrol = async (): Promise<void> => {
    if (await confirm({ title: say.unenrolTitle(name), text: say.unenrolText, devices: 1, verb: say.unenrol })) unenrol.mutate({ id });
  };
  const askDelete = async (): Promise<void> => {
    const known = status === 'enrolled' || status === 'authenticated';
    const wanted = await confirm({ title: say.deleteTitle(name), text: known ? say.deleteEnrolledText : say.deleteText, devices: 1, verb: say.delete });
    if (wanted) remove.mutate({ id, query: { force: known ? 'true' : 'false' } }, { onSuccess: () => { void navigate('/devices'); } });
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button loading={collect.isPending} {...disabled(noOperator ?? (enrolled ? undefined : say.notEnrolled))} onClick={() => { collect.mutate({ id }); }}>{say.collect}</Button>
      <Button {...disabled(noOperator)} onClick={() => { setEditing(true); }}>{say.edit}</Button>
      <Button loading={unenrol.isPending} {...disabled(noAdmin ?? (enrolled ? undefined : say.notEnrolled))} onClick={() => { void askUnenrol(); }}>{say.unenrol}</Button>
      <Button loading={remove.isPending} {...disabled(noAdmin)} onClick={() => { void askDelete(); }}>{say.delete}</Button>
      {editing ? <DeviceEditor device={device} branches={branches} close={() => { setEditing(false); }} /> : null}
    </SpaceBetween>
  );
}
