/** What happened, above the page: what was done, and what failed with its remedy. One place for all pages. */
import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import type { ApiFailure } from '../api/failure.ts';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';
import { FailureText } from '../parts/failure-text.tsx';

const words = bilingual({ dismiss: ['Dismiss the notice', '通知を閉じる'] });

export interface Notices {
  /** `deed`: what was done; that it failed before is said no more. */
  done(text: string, deed?: string): void;
  failed(failure: ApiFailure, deed?: string): void;
}

type Notice = { readonly id: string; readonly text: string } | { readonly id: string; readonly failure: ApiFailure; readonly deed: string | undefined };

const NoticesContext = createContext<{ readonly notices: Notices; readonly shown: readonly Notice[]; readonly dismiss: (id: string) => void } | undefined>(undefined);

/** More than these push the page out of sight. */
const MOST = 3;
/** What was done is said for so long, in milliseconds: the page shows it as well. What failed stays until it is dismissed, or succeeds. */
const SAID_FOR = 10_000;

export function NoticesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<readonly Notice[]>([]);
  const value = useMemo(() => {
    const dismiss = (id: string): void => { setShown((before) => before.filter((notice) => notice.id !== id)); };
    return {
      shown, dismiss,
      notices: {
        // One deed after the other: the last one is what a person wants to know of.
        done: (text: string, deed?: string) => {
          const id = crypto.randomUUID();
          setShown((before) => [{ id, text }, ...before.filter((notice) => 'failure' in notice && (deed === undefined || notice.deed !== deed))].slice(0, MOST));
          setTimeout(dismiss, SAID_FOR, id);
        },
        failed: (failure: ApiFailure, deed?: string) => { setShown((before) => [{ id: crypto.randomUUID(), failure, deed }, ...before.filter((notice) => !('failure' in notice) || deed === undefined || notice.deed !== deed)].slice(0, MOST)); },
      },
    };
  }, [shown]);
  return <NoticesContext value={value}>{children}</NoticesContext>;
}

export function useNotices(): Notices {
  return useNoticesContext().notices;
}

function useNoticesContext() {
  const found = use(NoticesContext);
  if (found === undefined) throw new Error('There is no NoticesProvider around this.');
  return found;
}

export function NoticesBar(): ReactNode {
  const say = useWords(words);
  const { shown, dismiss } = useNoticesContext();
  const items = shown.map((notice): FlashbarProps.MessageDefinition => ({
    id: notice.id, dismissible: true, dismissLabel: say.dismiss, onDismiss: () => { dismiss(notice.id); },
    ...('failure' in notice ? { type: 'error', content: <FailureText failure={notice.failure} /> } : { type: 'success', content: notice.text }),
  }));
  return <Flashbar items={items} />;
}
