/** A plan is composed, with what it will do beside it: anew, from a copy of another, or in the place of a draft. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { composeWords } from './compose-words.ts';
import { PaceFields, SafetyFields, WhomFields } from './compose-terms.tsx';
import { SingleBranch } from './compose-branch.tsx';
import { WhatFields } from './compose-what.tsx';
import { WhereFields } from './compose-where.tsx';
import { draftOf, paceTyped } from './draft-of-plan.ts';
import { emptyDraft, type Draft } from './draft.ts';
import { EditNotices } from './edit-notices.tsx';
import { useListedDevices } from './listed-devices.ts';
import { Prospect } from './plan-progress.tsx';
import { useComposer, type Branch } from './use-composer.ts';

/**
 * What a plan was begun from, by the address: `?version=` one of its own, `?from=` a copy of a plan, `?edit=` a draft whose place it takes. `ended`: it was begun
 * as an edit of a draft that is none any more. `reading`: the plan is being asked for again.
 */
type Beginning = { readonly is: 'new' } | { readonly is: 'copy' | 'edit'; readonly plan: AnswerOf<'getPlan'>; readonly ended: boolean; readonly reading: boolean };

export default function ComposePage(): ReactNode {
  const [parameters] = useSearchParams();
  const branches = useAnswer('listBranches', {}, { fresh: 60_000 });
  const edited = parameters.get('edit');
  const planId = edited ?? parameters.get('from');
  const place = planId === null ? parameters.get('version') ?? '' : `${edited === null ? 'from' : 'edit'} ${planId}`;
  if (branches.data === undefined) return <Waiting answer={branches} />;
  const { items } = branches.data;
  return planId === null
    ? <ComposeForm key={place} branches={items} place={place} beginning={{ is: 'new' }} start={{ ...emptyDraft, versionId: parameters.get('version') ?? '' }} />
    : <Begun key={place} branches={items} place={place} planId={planId} how={edited === null ? 'copy' : 'edit'} />;
}

function Waiting({ answer }: { readonly answer: Parameters<typeof Answered<unknown>>[0]['answer'] }): ReactNode {
  const say = useWords(composeWords);
  return <Page title={say.title} description={say.about} above={[{ text: say.plans, href: '/plans' }]}><Answered answer={answer}>{() => null}</Answered></Page>;
}

/** From a plan that there is, with the devices that it lists. */
function Begun({ planId, how, ...props }: { readonly planId: string; readonly how: 'copy' | 'edit' } & Pick<ComposeFormProps, 'branches' | 'place'>): ReactNode {
  const plan = useAnswer('getPlan', { id: planId }, { fresh: 15_000 });
  const devices = useListedDevices(planId, plan.data?.targets !== 'list');
  if (plan.data === undefined) return <Waiting answer={plan} />;
  if (plan.data.targets === 'list' && devices.data === undefined) return <Waiting answer={devices} />;
  // Somebody may have started it meanwhile: what is under way has no other put in its place by an edit.
  const is = how === 'edit' && plan.data.status === 'draft' ? 'edit' : 'copy';
  const limited = new Set(props.branches.flatMap(({ id, openLimit }) => (openLimit === undefined ? [] : [id])));
  return <ComposeForm {...props} beginning={{ is, plan: plan.data, ended: is !== how, reading: plan.isFetching || devices.isFetching }} start={draftOf(plan.data, devices.data ?? [], is, limited)} />;
}

interface ComposeFormProps {
  readonly branches: readonly Branch[];
  readonly place: string;
  readonly beginning: Beginning;
  readonly start: Draft;
}

function ComposeForm({ branches, place, beginning, start }: ComposeFormProps): ReactNode {
  const say = useWords(composeWords);
  const refusal = useRefusal('operator');
  const navigate = useNavigate();
  const location: { readonly state: unknown } = useLocation();
  const edited = beginning.is === 'edit' ? beginning.plan : undefined;
  const composer = useComposer(branches, place, start, edited?.revision);
  const { composed, draft, change, preview, ready, recalled } = composer;
  const faults = 'faults' in composed ? composed.faults : new Map<string, string>();
  const save = useDeed('createPlan', { done: ({ name }) => say.saved(name), changes: ['listPlans'] });
  const edit = useDeed('editPlan', { done: ({ name }) => say.edited(name), changes: ['getPlan', 'listPlans', 'listTargets', 'previewPlan'], ownFailure: true });
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  const submit = (andStart: boolean): void => {
    if (!('request' in composed)) return;
    if (edited !== undefined && composer.revision !== undefined) {
      edit.mutate({ id: edited.id, body: { ...composed.request, revision: composer.revision } }, { onSuccess: ({ id }) => { leave(id, andStart); } });
      return;
    }
    save.mutate({ body: composed.request }, { onSuccess: ({ id }) => { leave(id, andStart); } });
  };
  const leave = (id: string, andStart: boolean): void => {
    composer.forget();
    // The form of a draft that is saved is nothing to come back to: back leads to where the edit was begun.
    if (edited !== undefined && !andStart && cameFrom(location.state) === id) void navigate(-1);
    else void navigate(`/plans/${id}${andStart ? '?start=1' : ''}`, { replace: edited !== undefined });
  };
  const busy = save.isPending || edit.isPending;
  const buttons = (
    <SpaceBetween direction="horizontal" size="xs">
      <Button {...why} loading={busy} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(false); }}>{say.saveDraft}</Button>
      <Button variant="primary" {...why} loading={busy} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(true); }}>{say.saveStart}</Button>
    </SpaceBetween>
  );
  const title = beginning.is === 'new' ? say.title : beginning.is === 'edit' ? say.editTitle(beginning.plan.name) : say.copyTitle(beginning.plan.name);
  const removes = draft.operation === 'remove';
  return (
    <Page title={title} description={beginning.is === 'edit' ? say.editAbout : say.about} above={[{ text: say.plans, href: '/plans' }]} actions={buttons}>
      {beginning.is === 'new' ? null : <EditNotices composer={composer} stale={edited !== undefined && edited.revision !== composer.revision && !edit.isPending && !edit.isSuccess} ended={beginning.ended ? beginning.plan.name : undefined} reading={beginning.reading} failure={edit.error} loaded={edit.reset} />}
      {recalled ? <Alert type="info" action={<Button onClick={composer.beginAnew}>{say.beginAnew}</Button>}>{say.recalled}</Alert> : null}
      <div className="compose">
        <SpaceBetween size="l">
          <WhatFields composer={composer} faults={faults} />
          <WhereFields composer={composer} branches={branches} faults={faults} />
          <PaceFields composer={composer} faults={faults} budget />
          <SingleBranch composer={composer} branches={branches} faults={faults} />
          <WhomFields composer={composer} faults={faults} />
          <SafetyFields composer={composer} faults={faults} />
        </SpaceBetween>
        <section aria-label={say.preview}>
          {ready && faults.size === 0
            ? <Answered answer={preview}>{(found) => <Prospect preview={found} removes={removes} refusal={refusal} take={(paces) => { change({ paces: { ...draft.paces, ...Object.fromEntries([...paces].map(([id, pace]) => [id, paceTyped(pace)])) } }); }} />}</Answered>
            : <Container header={<Header variant="h2">{say.preview}</Header>}>{(removes ? draft.bundleId : draft.versionId) !== '' && draft.branchIds.length > 0 && faults.size > 0 ? <Alert type="info">{say.faulty}</Alert> : <Empty title={say.previewEmpty}>{say.previewEmptyText}</Empty>}</Container>}
        </section>
      </div>
    </Page>
  );
}

/** The plan on whose page the edit was begun. */
function cameFrom(state: unknown): string | undefined {
  return typeof state === 'object' && state !== null && 'from' in state && typeof state.from === 'string' ? state.from : undefined;
}
