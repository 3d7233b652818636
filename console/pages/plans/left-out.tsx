/** Whom a plan leaves out, and why: by what is known now of waves to come, or as it happened in those that have opened. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { useBranchNames } from './branch-names.ts';
import type { Preview } from './curves.ts';
import { pictureWords } from './picture-words.ts';
import { skipsForeseen, type ReasonCount } from './reasons-of-plan.ts';
import { remedyText } from './remedy-words.ts';

export function LeftOutTable({ rows, about }: { readonly rows: readonly ReasonCount[]; readonly about: string }): ReactNode {
  const say = useWords(pictureWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const nameOf = useBranchNames();
  return (
    <Table
      variant="container" items={rows} trackBy={({ code }) => code} wrapLines ariaLabels={{ tableLabel: say.skipped }} header={<Header variant="h2" description={about} counter={`(${number(rows.reduce((sum, { devices }) => sum + devices, 0))})`}>{say.skipped}</Header>}
      empty={<Empty title={say.nobodySkipped} />}
      columnDefinitions={[
        { id: 'reason', header: say.reason, isRowHeader: true, minWidth: 140, cell: ({ code }) => reasonText(code, language) },
        { id: 'devices', header: say.devices, minWidth: 90, cell: ({ devices }) => number(devices) },
        { id: 'branches', header: say.branches, minWidth: 150, cell: ({ branches }) => <BranchCounts branches={branches} nameOf={nameOf} /> },
        { id: 'remedy', header: say.whatToDo, minWidth: 180, cell: ({ code }) => remedyText(code, language) },
      ]}
    />
  );
}

/** More names than these are counted. */
const NAMED = 5;

export function BranchCounts({ branches, nameOf }: { readonly branches: ReasonCount['branches']; readonly nameOf: (branchId: string) => string }): ReactNode {
  const say = useWords(pictureWords);
  const { number } = useFormats();
  const largest = branches.toSorted((one, other) => other.devices - one.devices);
  return <>{largest.slice(0, NAMED).map(({ branchId, devices }) => `${nameOf(branchId)}: ${number(devices)}`).join(', ')}{largest.length > NAMED ? <> {say.moreBranches(number(largest.length - NAMED))}</> : null}</>;
}

/** Of a plan that is not started. `planId`: it is made, so that a large one can be counted. */
export function LeftOut({ preview, planId }: { readonly preview: Preview; readonly planId?: string | undefined }): ReactNode {
  const say = useWords(pictureWords);
  const { number } = useFormats();
  const [asked, ask] = useState(false);
  const counted = useAnswer('foreseeTargets', { id: planId ?? '', body: {} }, { wait: planId === undefined || !asked, fresh: 60_000 });
  if (preview.targets !== undefined) return <LeftOutTable rows={skipsForeseen(preview.targets)} about={say.skippedAbout} />;
  if (asked) return <Answered answer={counted}>{({ branches }) => <LeftOutTable rows={skipsForeseen(branches)} about={say.skippedAbout} />}</Answered>;
  return (
    <Container header={<Header variant="h2" description={say.skippedAbout} actions={planId === undefined ? undefined : <Button onClick={() => { ask(true); }}>{say.count}</Button>}>{say.skipped}</Header>}>
      <Box>{planId === undefined ? say.countedLater(number(preview.devices)) : say.notCounted(number(preview.devices))}</Box>
    </Container>
  );
}
