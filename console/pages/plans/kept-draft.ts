/** A draft that is kept for the tab while it is typed: going to another page, or a reload, takes nothing away. */
import { useEffect, useState } from 'react';
import * as z from 'zod';
import { tabMemory, type TabMemory } from '../../parts/tab-memory.ts';
import { carriedOver, draftShape, type Draft } from './draft.ts';

/** What is typed, what it was begun from, and of a plan that is edited the revision that this was. */
const keptShape = z.object({ draft: draftShape, start: draftShape, revision: z.number().exactOptional() }).readonly();
type Kept = z.infer<typeof keptShape>;

export type DraftMemory = TabMemory<Kept>;

/** `place`: what it was begun from; drafts of different beginnings do not take each other's place. */
export function draftMemory(storage: Parameters<typeof tabMemory>[0], place: string): DraftMemory {
  return tabMemory<Kept>(storage, `wavecast.plan-draft.${place}`, keptShape);
}

export interface KeptDraft {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  /** It was left before it was saved, and is here again. */
  readonly recalled: boolean;
  /** The revision that what is typed was begun from, of a plan that is edited. */
  readonly revision: number | undefined;
  /** Where it was taken over to a later one: fields that were changed on both sides. */
  readonly clashes: readonly (keyof Draft)[] | undefined;
  readonly beginAnew: () => void;
  /** Somebody has saved meanwhile: what is typed goes on from what is in `start` now. */
  readonly carryOver: () => void;
  /** It is saved. */
  readonly forget: () => void;
}

/** `start` and `revision`: as they are now; what is kept may have been begun from earlier ones. */
export function useKeptDraft(place: string, start: Draft, revision?: number): KeptDraft {
  const [memory] = useState(() => draftMemory(sessionStorage, place));
  const fresh = { draft: start, start, ...(revision === undefined ? {} : { revision }) };
  const [{ kept, recalled, clashes }, set] = useState<{ readonly kept: Kept; readonly recalled: boolean; readonly clashes?: KeptDraft['clashes'] }>(() => {
    const found = memory.recall();
    return { kept: found ?? fresh, recalled: found !== undefined };
  });
  const touched = JSON.stringify(kept.draft) !== JSON.stringify(kept.start);
  useEffect(() => {
    if (touched) memory.keep(kept);
    else memory.forget();
  }, [memory, kept, touched]);
  return {
    draft: kept.draft, recalled, revision: kept.revision, clashes, forget: memory.forget,
    change: (next) => { set((before) => ({ ...before, kept: { ...before.kept, draft: { ...before.kept.draft, ...next } } })); },
    beginAnew: () => { set({ kept: fresh, recalled: false }); },
    carryOver: () => {
      const { draft, clashes: both } = carriedOver(kept.start, kept.draft, start);
      set({ kept: { ...fresh, draft }, recalled: false, clashes: both });
    },
  };
}
