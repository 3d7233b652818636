/** The one way to ask before something that cannot be taken back: says what it does, and to how many devices. */
import { createContext, use, useCallback, useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useFormats, useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

export interface Question {
  readonly title: string;
  /** What will be so afterwards. */
  readonly text: string;
  /** Whom it concerns, at most. */
  readonly devices: number;
  /** On the button that does it: what it does, not `OK`. */
  readonly verb: string;
}

const words = bilingual({
  devices: [(count: string) => `Devices concerned: ${count}`, (count: string) => `対象デバイス: ${count} 台`],
  leave: ['Leave it', 'キャンセル'],
});

type Ask = (question: Question) => Promise<boolean>;
const ConfirmContext = createContext<Ask | undefined>(undefined);

export function ConfirmProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const say = useWords(words);
  const { number } = useFormats();
  const [asked, setAsked] = useState<{ readonly question: Question; readonly answer: (yes: boolean) => void } | undefined>(undefined);
  const ask = useCallback<Ask>((question) => new Promise((resolve) => { setAsked({ question, answer: resolve }); }), []);
  const answer = (yes: boolean): void => {
    asked?.answer(yes);
    setAsked(undefined);
  };
  return (
    <ConfirmContext value={ask}>
      {children}
      {asked === undefined ? null : (
        <Modal
          visible header={asked.question.title} onDismiss={() => { answer(false); }}
          footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={() => { answer(false); }}>{say.leave}</Button><Button variant="primary" onClick={() => { answer(true); }}>{asked.question.verb}</Button></SpaceBetween></Box>}
        >
          <SpaceBetween size="m"><Box variant="p">{asked.question.text}</Box><Alert type="warning">{say.devices(number(asked.question.devices))}</Alert></SpaceBetween>
        </Modal>
      )}
    </ConfirmContext>
  );
}

/** Asks, and resolves with whether the person wants it. */
export function useConfirm(): Ask {
  const ask = use(ConfirmContext);
  if (ask === undefined) throw new Error('There is no ConfirmProvider around this.');
  return ask;
}
