import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { invitationsWords } from './invitations-words.ts';
import { invitationFaults, invitationOf, type InvitationFault, type TypedInvitation } from './new-invitation.ts';

export interface InvitationFormProps {
  readonly branchId: string;
  readonly branchName: string;
  readonly close: () => void;
  readonly made: (invitation: AnswerOf<'invite'>) => void;
}

export function InvitationForm({ branchId, branchName, close, made }: InvitationFormProps): ReactNode {
  const say = useWords(invitationsWords);
  const [typed, setTyped] = useState<TypedInvitation>({ deviceName: '', displayName: '', uses: '1', days: '7', tags: '', testDevice: false });
  const set = (change: Partial<TypedInvitation>): void => { setTyped((before) => ({ ...before, ...change })); };
  const invite = useDeed('invite', { done: () => say.made, changes: ['listInvitations', 'listDevices', 'listBranches', 'getBranch'] });
  const faults = invitationFaults(typed);
  const error = (fault: InvitationFault, text: string): string | undefined => (faults.has(fault) ? text : undefined);
  const make = (): void => { if (faults.size === 0) invite.mutate({ body: invitationOf(branchId, typed) }, { onSuccess: made, onError: close }); };
  return (
    <Modal
      visible header={`${say.newTitle}: ${branchName}`} onDismiss={close}
      footer={<Box float="right"><Button variant="primary" loading={invite.isPending} onClick={make}>{say.make}</Button></Box>}
    >
      <SpaceBetween size="m">
        <FormField label={say.device} description={say.deviceHint} errorText={error('deviceName', say.badDevice) ?? error('needsName', say.needsName)}><Input value={typed.deviceName} onChange={({ detail }) => { set({ deviceName: detail.value }); }} /></FormField>
        <FormField label={say.displayName} description={say.displayNameHint} errorText={error('displayName', say.badDisplayName)}><Input value={typed.displayName} onChange={({ detail }) => { set({ displayName: detail.value }); }} /></FormField>
        <FormField label={say.uses} description={say.usesHint} errorText={error('uses', say.badUses)}><Input type="number" inputMode="numeric" value={typed.uses} onChange={({ detail }) => { set({ uses: detail.value }); }} /></FormField>
        <FormField label={say.days} description={say.daysHint} errorText={error('days', say.badDays)}><Input type="number" inputMode="numeric" value={typed.days} onChange={({ detail }) => { set({ days: detail.value }); }} /></FormField>
        <FormField label={say.tags} description={say.tagsHint} errorText={error('tags', say.badTags)}><Input value={typed.tags} onChange={({ detail }) => { set({ tags: detail.value }); }} /></FormField>
        <Toggle checked={typed.testDevice} onChange={({ detail }) => { set({ testDevice: detail.checked }); }}>{say.testDevice}</Toggle>
      </SpaceBetween>
    </Modal>
  );
}
