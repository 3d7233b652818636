/** The draft that is being composed, what it comes to, and its preview, which is asked for when nobody has typed for a moment. */
import { useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { compose, emptyDraft, type Composed, type Draft } from './draft.ts';

const QUIET = 500;
const FRESH = 15_000;

export type Branch = AnswerOf<'listBranches'>['items'][number];

export interface Composer {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  readonly composed: Composed;
  readonly usualName: string;
  readonly preview: ReturnType<typeof useAnswer<'previewNewPlan'>>;
  /** Something is entered that can be looked at. */
  readonly ready: boolean;
}

export function useComposer(branches: readonly Branch[]): Composer {
  const [parameters] = useSearchParams();
  const [draft, setDraft] = useState<Draft>(() => ({ ...emptyDraft, versionId: parameters.get('version') ?? '' }));
  const version = useAnswer('getVersion', { id: draft.versionId }, { wait: draft.versionId === '', fresh: FRESH });
  const usualName = version.data === undefined ? '' : `${version.data.title} ${version.data.shortVersion}`;
  const zones = useMemo(() => new Map(branches.map(({ id, timeZone }) => [id, timeZone])), [branches]);
  const composed = compose(draft, zones, usualName);
  const budget = Number(draft.budget) / 100;
  const body = 'request' in composed && budget > 0 && budget <= 1 ? { ...composed.request, budget } : undefined;
  const settled = useSettled(body);
  const preview = useAnswer('previewNewPlan', { body: settled ?? { name: '', branches: [] } }, { wait: settled === undefined, turns: true, fresh: FRESH });
  return { draft, change: (next) => { setDraft((before) => ({ ...before, ...next })); }, composed, usualName, preview, ready: settled !== undefined };
}

/** The value when it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ text, value });
  useEffect(() => {
    const timer = setTimeout(() => { setSettled((before) => (before.text === text ? before : { text, value })); }, QUIET);
    return () => { clearTimeout(timer); };
    // What it says is in `text`; the object is another at each drawing.
  }, [text]);
  return settled.value;
}
