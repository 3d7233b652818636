/** A draft that is kept for the tab while it is typed: going to another page, or a reload, takes nothing away. */
import { useEffect, useState } from 'react';
import { tabMemory, type TabMemory } from '../../parts/tab-memory.ts';
import { draftShape, type Draft } from './draft.ts';

export type DraftMemory = TabMemory<Draft>;

/** `place`: what it was begun from; drafts of different beginnings do not take each other's place. */
export function draftMemory(storage: Parameters<typeof tabMemory>[0], place: string): DraftMemory {
  return tabMemory<Draft>(storage, `wavecast.plan-draft.${place}`, draftShape);
}

export interface KeptDraft {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  /** It was left before it was saved, and is here again. */
  readonly recalled: boolean;
  readonly beginAnew: () => void;
  /** It is saved. */
  readonly forget: () => void;
}

export function useKeptDraft(place: string, start: Draft): KeptDraft {
  const [memory] = useState(() => draftMemory(sessionStorage, place));
  const [{ draft, recalled }, set] = useState(() => {
    const kept = memory.recall();
    return { draft: kept ?? start, recalled: kept !== undefined };
  });
  const touched = JSON.stringify(draft) !== JSON.stringify(start);
  useEffect(() => {
    if (touched) memory.keep(draft);
    else memory.forget();
  }, [memory, draft, touched]);
  return {
    draft, recalled, forget: memory.forget,
    change: (next) => { set((before) => ({ ...before, draft: { ...before.draft, ...next } })); },
    beginAnew: () => { set({ draft: start, recalled: false }); },
  };
}
