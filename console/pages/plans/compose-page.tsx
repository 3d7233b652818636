/** A plan is composed, with what it will do beside it. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
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
import { Prospect } from './plan-progress.tsx';
import { useComposer, type Branch } from './use-composer.ts';

export default function ComposePage(): ReactNode {
  const branches = useAnswer('listBranches', {}, { fresh: 60_000 });
  const say = useWords(composeWords);
  return branches.data === undefined
    ? <Page title={say.title} description={say.about} above={[{ text: say.plans, href: '/plans' }]}><Answered answer={branches}>{() => null}</Answered></Page>
    : <ComposeForm branches={branches.data.items} />;
}

function ComposeForm({ branches }: { readonly branches: readonly Branch[] }): ReactNode {
  const say = useWords(composeWords);
  const refusal = useRefusal('operator');
  const navigate = useNavigate();
  const composer = useComposer(branches);
  const { composed, draft, change, preview, ready } = composer;
  const faults = 'faults' in composed ? composed.faults : new Map<string, string>();
  const save = useDeed('createPlan', { done: ({ name }) => say.saved(name), changes: ['listPlans'] });
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  const submit = (start: boolean): void => {
    if ('request' in composed) save.mutate({ body: composed.request }, { onSuccess: ({ id }) => { void navigate(`/plans/${id}${start ? '?start=1' : ''}`); } });
  };
  const buttons = (
    <SpaceBetween direction="horizontal" size="xs">
      <Button {...why} loading={save.isPending} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(false); }}>{say.saveDraft}</Button>
      <Button variant="primary" {...why} loading={save.isPending} disabled={refusal !== undefined || faults.size > 0} onClick={() => { submit(true); }}>{say.saveStart}</Button>
    </SpaceBetween>
  );
  return (
    <Page title={say.title} description={say.about} above={[{ text: say.plans, href: '/plans' }]} actions={buttons}>
      <div className="compose">
        <SpaceBetween size="l">
          <WhatFields composer={composer} faults={faults} />
          <WhereFields composer={composer} branches={branches} faults={faults} />
          <PaceFields composer={composer} faults={faults} />
          <WhomFields composer={composer} faults={faults} />
          <SafetyFields composer={composer} faults={faults} />
        </SpaceBetween>
        <section aria-label={say.preview}>
          {ready && faults.size === 0
            ? <Answered answer={preview}>{(found) => <Prospect preview={found} refusal={refusal} take={(paces) => { change({ paces: { ...draft.paces, ...Object.fromEntries(paces) } }); }} />}</Answered>
            : <Container header={<Header variant="h2">{say.preview}</Header>}>{draft.versionId !== '' && draft.branchIds.length > 0 && faults.size > 0 ? <Alert type="info">{say.faulty}</Alert> : <Empty title={say.previewEmpty}>{say.previewEmptyText}</Empty>}</Container>}
        </section>
      </div>
    </Page>
  );
}
