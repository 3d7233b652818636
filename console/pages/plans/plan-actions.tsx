/** What a person does to a plan: each deed where it makes sense, and disabled with the reason where the role does not allow it. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearchParams } from 'react-router';
import { openStates, countOf } from '../../../core/result/totals.ts';
import { foresee, useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { controlWords } from './control-words.ts';
import { LimitDialog } from './limit-dialog.tsx';
import { PaceDialog } from './pace-dialog.tsx';
import type { PlanDetail } from './plan-page.tsx';
import { failuresOf } from './reasons-of-plan.ts';
import { ReissueDialog } from './reissue-dialog.tsx';
import { StartDialog } from './start-dialog.tsx';
import { WindowsDialog } from './windows-dialog.tsx';

type Dialog = 'start' | 'pace' | 'limit' | 'windows' | 'reissue';

export function PlanActions({ plan }: { readonly plan: PlanDetail }): ReactNode {
  const say = useWords(controlWords);
  const refusal = useRefusal('operator');
  const [parameters] = useSearchParams();
  // Whoever has just composed it comes with this.
  const [open, setOpen] = useState<Dialog | undefined>(parameters.has('start') && plan.status === 'draft' && refusal === undefined ? 'start' : undefined);
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  const close = (): void => { setOpen(undefined); };
  const navigate = useNavigate();
  const act = (id: string): void => {
    // Whoever edits comes back to where they began.
    if (id === 'edit' || id === 'copy') void navigate(`/plans/new?${id === 'edit' ? 'edit' : 'from'}=${plan.id}`, { state: { from: plan.id } });
    else setOpen(dialogs.find((each) => each === id));
  };
  const over = plan.state === 'cancelled' || plan.state === 'finished' || plan.state === 'collecting';
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        {over ? <Button {...why} onClick={() => { act('copy'); }}>{say.copy}</Button> : (
          <ButtonDropdown
            {...why} onItemClick={({ detail }) => { act(detail.id); }}
            items={[...(plan.status === 'draft' ? [{ id: 'edit', text: say.edit }] : []), { id: 'pace', text: say.changePace }, ...(plan.operation === 'install' ? [{ id: 'limit', text: say.changeLimit }] : []), { id: 'windows', text: say.changeWindows }, { id: 'copy', text: say.copy }]}
          >
            {say.change}
          </ButtonDropdown>
        )}
        {failuresOf(plan).length === 0 ? null : <Button {...why} onClick={() => { setOpen('reissue'); }}>{say.reissue}</Button>}
        {over ? null : <CancelButton plan={plan} refusal={refusal} />}
        {over || plan.status === 'draft' ? null : <PauseButton plan={plan} refusal={refusal} />}
        {plan.status === 'draft' ? <Button variant="primary" {...why} onClick={() => { setOpen('start'); }}>{say.start}</Button> : null}
      </SpaceBetween>
      {open === 'start' && plan.status === 'draft' ? <StartDialog plan={plan} close={close} /> : null}
      {open === 'pace' ? <PaceDialog plan={plan} close={close} /> : null}
      {open === 'limit' ? <LimitDialog plan={plan} close={close} /> : null}
      {open === 'windows' ? <WindowsDialog plan={plan} close={close} /> : null}
      {open === 'reissue' ? <ReissueDialog plan={plan} reasons={[]} close={close} /> : null}
    </>
  );
}

const dialogs = ['pace', 'limit', 'windows'] as const;

interface DeedProps {
  readonly plan: PlanDetail;
  readonly refusal: string | undefined;
}

function PauseButton({ plan, refusal }: DeedProps): ReactNode {
  const say = useWords(controlWords);
  const changes = ['getPlan', 'listPlans', 'listVerdicts', 'getOverview'] as const;
  const pause = useDeed('pausePlan', {
    done: ({ name }) => say.paused(name), changes,
    foresee: [foresee<'pausePlan', 'getPlan'>('getPlan', (now, { id }) => (now.id === id ? { ...now, status: 'paused', state: 'paused' } : now))],
  });
  const resume = useDeed('resumePlan', { done: ({ name }) => say.resumed(name), changes });
  const paused = plan.status === 'paused';
  const deed = paused ? resume : pause;
  return <Button loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { deed.mutate({ id: plan.id, body: {} }); }}>{paused ? say.resume : say.pause}</Button>;
}

function CancelButton({ plan, refusal }: DeedProps): ReactNode {
  const say = useWords(controlWords);
  const confirm = useConfirm();
  const cancel = useDeed('cancelPlan', { done: ({ name }) => say.cancelled(name), changes: ['getPlan', 'listPlans', 'listInstructions', 'getOverview'] });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: say.cancelTitle(plan.name), text: say.cancelText, devices: stillToCome(plan), verb: say.cancel })) cancel.mutate({ id: plan.id });
  };
  return <Button loading={cancel.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.cancel}</Button>;
}

/** Devices that a cancellation may concern: instructed and open, or not instructed yet. */
export function stillToCome({ totals, branches }: Pick<PlanDetail, 'totals'> & { readonly branches: readonly Pick<PlanDetail['branches'][number], 'devices'>[] }): number {
  const settled = Object.values(totals).reduce((sum, count) => sum + count, 0) - countOf(totals, openStates);
  return Math.max(0, branches.reduce((sum, { devices }) => sum + devices, 0) - settled);
}
