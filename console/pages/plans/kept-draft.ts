/** A draft that is kept for the tab while it is typed: going to another page, or a reload, takes nothing away. */
import { useEffect, useState } from 'react';
import { draftShape, type Draft } from './draft.ts';

export interface DraftMemory {
  readonly recall: () => Draft | undefined;
  readonly keep: (draft: Draft) => void;
  readonly forget: () => void;
}

/** `place`: what it was begun from; drafts of different beginnings do not take each other's place. Where nothing can be kept, it holds until the page is left. */
export function draftMemory(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, place: string): DraftMemory {
  const key = `wavecast.plan-draft.${place}`;
  const attempt = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch {
      return undefined;
    }
  };
  return {
    recall: () => attempt(() => draftShape.parse(JSON.parse(storage.getItem(key) ?? ''))),
    keep: (draft) => { attempt(() => { storage.setItem(key, JSON.stringify(draft)); }); },
    forget: () => { attempt(() => { storage.removeItem(key); }); },
  };
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
