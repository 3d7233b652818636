/** Plans from a file of bulk instructions: checked first, with every mistake by its line; where and when is entered as for any plan. */
import { useMemo, useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { CsvFile } from '../../parts/csv-file.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { composeImport } from './compose.ts';
import { SingleBranch } from './compose-branch.tsx';
import { PaceFields, SafetyFields } from './compose-terms.tsx';
import { WhereFields } from './compose-where.tsx';
import { emptyDraft } from './draft.ts';
import { importPlansWords } from './import-plans-words.ts';
import { useKeptDraft } from './kept-draft.ts';
import { zonesOf, type Branch } from './use-composer.ts';

export default function ImportPlansPage(): ReactNode {
  const say = useWords(importPlansWords);
  const branches = useAnswer('listBranches', {}, { fresh: 60_000 });
  return (
    <Page title={say.title} description={say.about} above={[{ text: say.plans, href: '/plans' }]}>
      <Answered answer={branches}>{({ items }) => <ImportForm branches={items} />}</Answered>
    </Page>
  );
}

function ImportForm({ branches }: { readonly branches: readonly Branch[] }): ReactNode {
  const say = useWords(importPlansWords);
  const { number } = useFormats();
  const refusal = useRefusal('operator');
  const [text, setText] = useState<string | undefined>(undefined);
  const composer = useKeptDraft('import', emptyDraft);
  const zones = useMemo(() => zonesOf(branches), [branches]);
  const check = useDeed('importPlans', { done: () => say.noMistakes, changes: [], ownFailure: true });
  const make = useDeed('importPlans', { done: ({ plans }) => say.done(number(plans.length)), changes: ['listPlans'], ownFailure: true });
  const composed = composeImport(composer.draft, zones, text ?? '-', false);
  const faults = 'faults' in composed ? composed.faults : new Map<string, string>();
  const why = { disabled: refusal !== undefined || text === undefined || faults.size > 0, ...(refusal === undefined ? {} : { disabledReason: refusal }) };
  // What was checked is what is made: after any change it is checked again.
  const asked = JSON.stringify('request' in composed ? composed.request : undefined);
  const [checked, setChecked] = useState<string | undefined>(undefined);
  const go = (only: boolean): void => {
    if (!('request' in composed)) return;
    const body = { ...composed.request, check: only };
    make.reset();
    if (only) check.mutate({ body }, { onSuccess: () => { setChecked(asked); } });
    else make.mutate({ body }, { onSuccess: () => { composer.forget(); } });
  };
  const failure = make.error ?? check.error;
  const found = make.data ?? (checked === asked ? check.data : undefined);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{say.what}</Header>}>
        <CsvFile about={say.file} chosen={(next) => { setText(next); check.reset(); make.reset(); setChecked(undefined); }} />
      </Container>
      <WhereFields composer={composer} branches={branches} faults={faults} />
      <PaceFields composer={composer} faults={faults} />
      <SingleBranch composer={composer} branches={branches} faults={faults} />
      <SafetyFields composer={composer} faults={faults} />
      <SpaceBetween direction="horizontal" size="xs">
        <Button {...why} loading={check.isPending} onClick={() => { go(true); }}>{say.check}</Button>
        <Button variant="primary" {...why} disabled={why.disabled || checked !== asked || make.data !== undefined} loading={make.isPending} onClick={() => { go(false); }}>{say.import}</Button>
      </SpaceBetween>
      {text !== undefined && faults.has('branchIds') ? <Alert type="info">{say.needsBranches}</Alert> : null}
      {failure === null ? null : <Alert type="error" header={say.mistakes}><FailureText failure={failure} /></Alert>}
      {found === undefined || failure !== null ? null : <Found plans={found.plans} made={make.data !== undefined} />}
    </SpaceBetween>
  );
}

function Found({ plans, made }: { readonly plans: AnswerOf<'importPlans'>['plans']; readonly made: boolean }): ReactNode {
  const say = useWords(importPlansWords);
  const said = useSaid();
  const { number } = useFormats();
  return (
    <Table
      variant="container" items={plans} trackBy={({ id }) => id} wrapLines ariaLabels={{ tableLabel: say.plans }} header={<Header variant="h2" counter={`(${number(plans.length)})`} description={made ? say.made : undefined}>{made ? say.plans : say.noMistakes}</Header>}
      columnDefinitions={[
        { id: 'plan', header: say.plan, isRowHeader: true, minWidth: 160, cell: ({ id, name, versionWarning }) => <>{made ? <Link href={`/plans/${id}`}>{name}</Link> : name}{versionWarning === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{said(versionWarning)}</Box>}</> },
        { id: 'app', header: say.app, minWidth: 160, cell: ({ bundleId, shortVersion, version }) => <><span className="breakable">{bundleId}</span> {`${shortVersion} (${version})`}</> },
        { id: 'devices', header: say.devices, minWidth: 90, cell: ({ devices }) => number(devices) },
      ]}
    />
  );
}
