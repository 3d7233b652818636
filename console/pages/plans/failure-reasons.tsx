/** Why devices failed, in the plan and by branch, each reason with the way to instruct those devices again. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { Empty } from '../../parts/answered.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { reasonText } from '../../vocabulary/reasons.ts';
import { controlWords } from './control-words.ts';
import { BranchCounts } from './left-out.tsx';
import type { PlanDetail } from './plan-page.tsx';
import { failuresOf } from './reasons-of-plan.ts';
import { ReissueDialog } from './reissue-dialog.tsx';
import { remedyText } from './remedy-words.ts';

export function FailureReasons({ plan, nameOf }: { readonly plan: PlanDetail; readonly nameOf: (branchId: string) => string }): ReactNode {
  const say = useWords(controlWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const refusal = useRefusal('operator');
  const [again, setAgain] = useState<string | undefined>(undefined);
  const failures = failuresOf(plan);
  if (failures.length === 0) return <Container header={<Header variant="h2">{say.reasons}</Header>}><Empty title={say.noFailures} /></Container>;
  return (
    <>
      <Table
        variant="container" items={failures} trackBy={({ code }) => code} wrapLines header={<Header variant="h2">{say.reasons}</Header>} ariaLabels={{ tableLabel: say.reasons }}
        columnDefinitions={[
          { id: 'reason', header: say.reason, isRowHeader: true, minWidth: 140, cell: ({ code }) => reasonText(code, language) },
          { id: 'devices', header: say.devices, minWidth: 90, cell: ({ devices }) => number(devices) },
          { id: 'branches', header: say.branches, minWidth: 160, cell: ({ branches }) => <BranchCounts branches={branches} nameOf={nameOf} /> },
          { id: 'remedy', header: say.whatToDo, minWidth: 180, cell: ({ code }) => remedyText(code, language) },
          { id: 'act', header: '', minWidth: 150, cell: ({ code }) => <Button wrapText={false} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} ariaLabel={say.reissueFor(reasonText(code, language))} onClick={() => { setAgain(code); }}>{say.reissueShort}</Button> },
        ]}
      />
      {again === undefined ? null : <ReissueDialog plan={plan} reasons={[again]} close={() => { setAgain(undefined); }} />}
    </>
  );
}
