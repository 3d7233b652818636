/** A state with its colour and its word, in the language that is spoken. */
import type { ReactNode } from 'react';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useWords } from '../language/language.tsx';
import type { Words } from '../language/words.ts';

export interface StateProps<W extends Words, S extends keyof W & string> {
  readonly of: S;
  readonly words: W;
  readonly colours: Readonly<Record<S, StatusIndicatorProps.Type>>;
}

export function State<W extends Words, S extends keyof W & string>({ of, words, colours }: StateProps<W, S>): ReactNode {
  const said: Readonly<Partial<Record<string, unknown>>> = useWords(words);
  // The component breaks its text anywhere; a word of a state stays whole.
  return <StatusIndicator type={colours[of]}><span className="whole-words">{String(said[of])}</span></StatusIndicator>;
}
