/** Instructions by state as one bar, with the numbers beside it: what was done, what failed, what is under way, what is to come. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import { countOf, failures, type Totals } from '../../core/result/totals.ts';
import { useFormats, useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  done: [(count: string) => `${count} done`, (count: string) => `完了 ${count}`],
  failed: [(count: string) => `${count} failed`, (count: string) => `失敗 ${count}`],
  open: [(count: string) => `${count} under way`, (count: string) => `進行中 ${count}`],
  left: [(count: string) => `${count} to come`, (count: string) => `予定 ${count}`],
});

const kinds = ['done', 'failed', 'open', 'left'] as const;

/** `devices`: that it is for, where that is known; what no instruction speaks of is to come. */
export function TotalsBar({ totals, devices }: { readonly totals: Totals; readonly devices?: number }): ReactNode {
  const say = useWords(words);
  const { number } = useFormats();
  const counts = partsOf(totals, devices);
  const all = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const shown = kinds.filter((kind) => counts[kind] > 0);
  return (
    <div>
      <div className="totals-bar" aria-hidden="true">{shown.map((kind) => <div key={kind} className={`totals-${kind}`} style={{ flexGrow: counts[kind] / Math.max(1, all) }} />)}</div>
      <Box fontSize="body-s" color="text-body-secondary">{shown.length === 0 ? '-' : shown.map((kind) => say[kind](number(counts[kind]))).join(' · ')}</Box>
    </div>
  );
}

/** Left out, cancelled and superseded are in none: nothing is to become of them. */
export function partsOf(totals: Totals, devices?: number): Readonly<Record<(typeof kinds)[number], number>> {
  const done = countOf(totals, ['installed', 'removed', 'collected']);
  const failed = failures(totals);
  const open = countOf(totals, ['issued', 'delivered', 'deferred', 'acknowledged', 'installing']);
  const over = countOf(totals, ['skipped', 'cancelled', 'superseded']);
  const scheduled = countOf(totals, ['scheduled']);
  return { done, failed, open, left: devices === undefined ? scheduled : Math.max(scheduled, devices - done - failed - open - over) };
}
