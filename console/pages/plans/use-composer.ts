/** The draft that is being composed, what it comes to, and its preview, which is asked for when nobody has typed for a moment. */
import { useEffect, useMemo, useState } from 'react';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import { compose } from './compose.ts';
import { composeWords } from './compose-words.ts';
import type { Draft } from './draft.ts';
import { useKeptDraft, type KeptDraft } from './kept-draft.ts';

const QUIET = 500;
const FRESH = 15_000;

export type Branch = AnswerOf<'listBranches'>['items'][number];

/** What the fields need of it. */
export type Drafting = Pick<KeptDraft, 'draft' | 'change'>;

export interface Composer extends KeptDraft {
  readonly composed: ReturnType<typeof compose>;
  /** Where none is typed. */
  readonly usualName: string;
  readonly preview: ReturnType<typeof useAnswer<'previewNewPlan'>>;
  /** Something is entered that can be looked at. */
  readonly ready: boolean;
}

export function zonesOf(branches: readonly Branch[]): ReadonlyMap<string, string> {
  return new Map(branches.map(({ id, timeZone }) => [id, timeZone]));
}

/** `place`: what it was begun from (kept-draft.ts); `start`: what is in the fields to begin with, of a plan that is edited at its revision. */
export function useComposer(branches: readonly Branch[], place: string, start: Draft, revision?: number): Composer {
  const kept = useKeptDraft(place, start, revision);
  const { draft } = kept;
  const usualName = useUsualName(draft);
  const zones = useMemo(() => zonesOf(branches), [branches]);
  const composed = compose(draft, zones, usualName);
  const budget = Number(draft.budget) / 100;
  const body = 'request' in composed && budget > 0 && budget <= 1 ? { ...composed.request, budget } : undefined;
  const settled = useSettled(body);
  const preview = useAnswer('previewNewPlan', { body: settled ?? { name: '', branches: [] } }, { wait: settled === undefined, turns: true, fresh: FRESH });
  return { ...kept, composed, usualName, preview, ready: settled !== undefined };
}

function useUsualName({ operation, versionId, bundleId }: Draft): string {
  const say = useWords(composeWords);
  const removes = operation === 'remove';
  const version = useAnswer('getVersion', { id: versionId }, { wait: removes || versionId === '', fresh: FRESH });
  const app = useAnswer('getApp', { id: bundleId }, { wait: !removes || bundleId === '', fresh: FRESH });
  if (removes) return app.data === undefined ? '' : say.removalOf(app.data.title);
  return version.data === undefined ? '' : `${version.data.title} ${version.data.shortVersion}`;
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
