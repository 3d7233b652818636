/** Branch by branch in words: how many waves, from when to when, how much of the line, and the advice with the button that takes it. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { WholeList } from '../../list/whole-list.tsx';
import { Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { advisedPaces, byNeed, type Pace, type PreviewBranch } from './curves.ts';
import { pictureWords } from './picture-words.ts';

export interface ForecastTableProps {
  readonly branches: readonly PreviewBranch[];
  readonly nameOf: (branchId: string) => string;
  /** Takes advice; absent where nothing can be changed. */
  readonly take?: (paces: ReadonlyMap<string, Pace>) => void;
  readonly refusal?: string | undefined;
}

export function ForecastTable({ branches, nameOf, take, refusal }: ForecastTableProps): ReactNode {
  const say = useWords(pictureWords);
  const { number } = useFormats();
  const advised = advisedPaces(branches);
  const columns = useColumns({ branches, nameOf, ...(take === undefined ? {} : { take }), refusal });
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  return (
    <WholeList
      title={say.forecast} items={branches.toSorted(byNeed)} columns={columns} idOf={({ branchId }) => branchId} textsOf={({ branchId }) => [branchId, nameOf(branchId)]} {...(branches.length > 10 ? { find: say.branch } : {})}
      actions={take === undefined || advised.size === 0 ? undefined : <Button {...why} onClick={() => { take(advised); }}>{`${say.takeAll} (${number(advised.size)})`}</Button>}
      empty={<Empty title={say.nobody}>{say.nobodyText}</Empty>}
    />
  );
}

function useColumns({ nameOf, take, refusal }: ForecastTableProps): readonly Column<PreviewBranch>[] {
  const say = useWords(pictureWords);
  const { number, share } = useFormats();
  const why = refusal === undefined ? {} : { disabled: true, disabledReason: refusal };
  const advice = (branch: PreviewBranch): ReactNode => {
    const pace = advisedPaces([branch]).get(branch.branchId);
    return (
      <SpaceBetween size="xxs">
        <AdviceText branch={branch} />
        {take === undefined || pace === undefined ? null : <Button {...why} variant="inline-link" ariaLabel={say.takeIn(nameOf(branch.branchId))} onClick={() => { take(new Map([[branch.branchId, pace]])); }}>{say.take}</Button>}
      </SpaceBetween>
    );
  };
  return [
    { id: 'branch', header: say.branch, value: ({ branchId }) => nameOf(branchId), cell: ({ branchId }) => nameOf(branchId) },
    // Beside the name: what is to be done is seen without pushing the table sideways.
    { id: 'advice', header: say.advice, cell: advice },
    { id: 'devices', header: say.devices, value: ({ devices }) => devices, cell: ({ devices, left }) => <>{number(devices)}{left === 0 ? null : <StatusIndicator type="warning">{say.left(number(left))}</StatusIndicator>}</> },
    { id: 'waves', header: say.waves, value: ({ waves }) => waves.length, cell: ({ waves }) => number(waves.length) },
    { id: 'pace', header: say.pace, cell: ({ waveSize, intervalMinutes }) => say.paceOf(number(waveSize), number(intervalMinutes)) },
    { id: 'first', header: say.first, value: ({ waves }) => waves[0]?.at ?? 0, cell: ({ waves: [first], timeZone }) => (first === undefined ? '-' : <Moment at={first.at} zone={timeZone} />) },
    { id: 'last', header: say.last, value: ({ finishesAt = 0 }) => finishesAt, cell: ({ finishesAt, timeZone }) => (finishesAt === undefined ? '-' : <Moment at={finishesAt} zone={timeZone} />) },
    { id: 'peak', header: say.peakColumn, value: ({ load }) => load?.peakShare ?? 0, cell: ({ load }) => (load === undefined ? '-' : share(load.peakShare)) },
    { id: 'over', header: say.overColumn, value: ({ load }) => load?.minutesOver ?? 0, cell: ({ load }) => (load === undefined ? '-' : number(load.minutesOver)) },
  ];
}

function AdviceText({ branch: { advice } }: { readonly branch: PreviewBranch }): ReactNode {
  const say = useWords(pictureWords);
  const { number, share } = useFormats();
  if (advice === undefined) return '-';
  if (advice.kind === 'none') return <StatusIndicator type="error">{say[advice.because]}</StatusIndicator>;
  if (advice.pace === undefined) return <StatusIndicator type="success">{say.within}</StatusIndicator>;
  const pace = say.paceOf(number(advice.pace.waveSize), number(advice.pace.intervalMinutes));
  return advice.kind === 'slower' ? <StatusIndicator type="warning">{say.slower(pace, share(advice.pace.peakShare))}</StatusIndicator> : <StatusIndicator type="info">{say.quicker(pace, share(advice.pace.peakShare))}</StatusIndicator>;
}
