/** A plan is composed, with what it will do beside it: anew, from a copy of another, or in the place of a draft. */
import { useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { composeWords } from './compose-words.ts';
import { PaceFields, SafetyFields, WhomFields } from './compose-terms.tsx';
import { WhatFields } from './compose-what.tsx';
import { WhereFields } from './compose-where.tsx';
import { draftOf } from './draft-of-plan.ts';
import { emptyDraft, type Draft } from './draft.ts';
import { useListedDevices } from './listed-devices.ts';
import { Prospect } from './plan-progress.tsx';
import { useComposer, type Branch } from './use-composer.ts';

/** What a plan was begun from, by the address: `?version=` one of its own, `?from=` a copy of a plan, `?edit=` a draft that it takes the place of. */
type Beginning = { readonly is: 'new' } | { readonly is: 'copy' | 'edit'; readonly plan: AnswerOf<'getPlan'> };

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
  return <ComposeForm {...props} beginning={{ is, plan: plan.data }} start={draftOf(plan.data, devices.data ?? [], is)} />;
}

interface ComposeFormProps {
  readonly branches: readonly Branch[];
  readonly place: string;
  readonly beginning: Beginning;
  readonly start: Draft;
}

function ComposeForm({ branches, place, beginning, start: first }: ComposeFormProps): ReactNode {
  const say = useWords(composeWords);
  const refusal = useRefusal('operator');
  const navigate = useNavigate();
  const [start] = useState(first);
  const composer = useComposer(branches, place, start);
  const { composed, draft, change, preview, ready, recalled } = composer;
  const faults = 'faults' in composed ? composed.faults : new Map<string, string>();
  const save = useDeed('createPlan', { done: ({ name }) => say.saved(name), changes: ['listPlans'] });
  const replace = useDeed('cancelPlan', { done: () => say.replaced, changes: ['listPlans', 'getPlan'] });
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  const submit = (andStart: boolean): void => {
    if (!('request' in composed)) return;
    save.mutate({ body: composed.request }, {
      onSuccess: ({ id }) => {
        composer.forget();
        if (beginning.is === 'edit') replace.mutate({ id: beginning.plan.id, body: { onlyDraft: true } });
        void navigate(`/plans/${id}${andStart ? '?start=1' : ''}`);
      },
    });
  };
  const buttons = (
    <SpaceBetween direction="horizontal" size="xs">
      <Button {...why} loading={save.isPending} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(false); }}>{say.saveDraft}</Button>
      <Button variant="primary" {...why} loading={save.isPending} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(true); }}>{say.saveStart}</Button>
    </SpaceBetween>
  );
  const title = beginning.is === 'new' ? say.title : beginning.is === 'edit' ? say.editTitle(beginning.plan.name) : say.copyTitle(beginning.plan.name);
  const removes = draft.operation === 'remove';
  return (
    <Page title={title} description={beginning.is === 'edit' ? say.editAbout : say.about} above={[{ text: say.plans, href: '/plans' }]} actions={buttons}>
      {recalled ? <Alert type="info" action={<Button onClick={composer.beginAnew}>{say.beginAnew}</Button>}>{say.recalled}</Alert> : null}
      <div className="compose">
        <SpaceBetween size="l">
          <WhatFields composer={composer} faults={faults} />
          <WhereFields composer={composer} branches={branches} faults={faults} />
          <PaceFields composer={composer} faults={faults} budget />
          <WhomFields composer={composer} faults={faults} />
          <SafetyFields composer={composer} faults={faults} />
        </SpaceBetween>
        <section aria-label={say.preview}>
          {ready && faults.size === 0
            ? <Answered answer={preview}>{(found) => <Prospect preview={found} removes={removes} refusal={refusal} take={(paces) => { change({ paces: { ...draft.paces, ...Object.fromEntries(paces) } }); }} />}</Answered>
            : <Container header={<Header variant="h2">{say.preview}</Header>}>{(removes ? draft.bundleId : draft.versionId) !== '' && draft.branchIds.length > 0 && faults.size > 0 ? <Alert type="info">{say.faulty}</Alert> : <Empty title={say.previewEmpty}>{say.previewEmptyText}</Empty>}</Container>}
        </section>
      </div>
    </Page>
  );
}
