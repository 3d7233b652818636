/** What becomes of a version: planned, withdrawn, deleted. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { countOf } from '../../../core/result/totals.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { ReplaceButton } from './replace-button.tsx';
import { nameOf } from './version-name.ts';
import { versionsWords } from './versions-words.ts';
import { WithdrawDialog } from './withdraw-dialog.tsx';

type Version = AnswerOf<'getVersion'>;

export function VersionActions({ version }: { readonly version: Version }): ReactNode {
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {version.deleted === undefined && version.withdrawn === undefined ? <ReplaceButton version={version} /> : null}
      {version.deleted !== undefined ? null : version.withdrawn === undefined ? <WithdrawButton version={version} /> : <DeleteButton version={version} />}
      <PlanButton version={version} />
    </SpaceBetween>
  );
}

/** To where plans are made, with the version given. */
export function PlanButton({ version: { id, placement, withdrawn } }: { readonly version: Pick<Version, 'id' | 'placement' | 'withdrawn'> }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('operator') ?? (withdrawn !== undefined ? say.planWithdrawn : placement === 'proven' ? undefined : say.planNeedsProof);
  return <Button variant="primary" {...(refusal === undefined ? { href: `/plans/new?version=${id}` } : { disabled: true, disabledReason: refusal })}>{say.plan}</Button>;
}

function WithdrawButton({ version }: { readonly version: Version }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('admin');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{say.withdraw}</Button>
      {open ? <WithdrawDialog version={version} close={() => { setOpen(false); }} /> : null}
    </>
  );
}

function DeleteButton({ version }: { readonly version: Version }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('admin');
  const confirm = useConfirm();
  const { data } = useAnswer('getVersionTotals', { id: version.id });
  const deed = useDeed('deleteVersion', { done: () => say.removed, changes: ['getVersion', 'listApps', 'getApp'] });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: say.removeTitle(nameOf(version)), text: say.removeText, devices: countOf(data?.instructions ?? {}, ['installed']), verb: say.remove })) deed.mutate({ id: version.id });
  };
  return <Button loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.remove}</Button>;
}
