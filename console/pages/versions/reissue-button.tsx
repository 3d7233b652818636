/** Instructs devices that were chosen once more, at once: the API says which of them were left out. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { versionsWords } from './versions-words.ts';

export interface ReissueButtonProps {
  readonly version: AnswerOf<'getVersion'>;
  readonly devices: readonly { readonly deviceId: string }[];
  readonly done: () => void;
}

export function ReissueButton({ version: { id, placement, withdrawn }, devices, done }: ReissueButtonProps): ReactNode {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const confirm = useConfirm();
  const refusal = useRefusal('operator') ?? (withdrawn !== undefined ? say.planWithdrawn : devices.length === 0 ? say.reissueNone : undefined);
  const unproven = placement !== 'proven';
  const deed = useDeed('instructDevices', { done: ({ instructed, leftOut }) => say.reissued(number(instructed.length), number(leftOut.length)), changes: ['listVersionDevices', 'getVersionTotals'] });
  const ask = async (): Promise<void> => {
    const text = unproven ? `${say.reissueText} ${say.reissueUnproven}` : say.reissueText;
    if (await confirm({ title: say.reissueTitle, text, devices: devices.length, verb: say.reissueVerb })) deed.mutate({ id, body: { deviceIds: devices.map(({ deviceId }) => deviceId), unproven } }, { onSuccess: done });
  };
  return (
    <Button loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>
      {say.reissue(number(devices.length))}
    </Button>
  );
}
