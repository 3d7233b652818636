/** The frame of the dialogs that change a plan: what is entered, what the API says against it, and the two buttons. */
import type { ReactNode, SubmitEvent } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ApiFailure } from '../../api/failure.ts';
import { useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { controlWords } from './control-words.ts';

export interface DialogProps {
  readonly title: string;
  readonly verb: string;
  readonly busy: boolean;
  readonly failure: ApiFailure | null;
  readonly submit: () => void;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, verb, busy, failure, submit, close, children }: DialogProps): ReactNode {
  const say = useWords(controlWords);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!busy) submit();
  };
  return (
    <Modal
      visible header={title} onDismiss={close}
      footer={<Box float="right"><SpaceBetween direction="horizontal" size="xs"><Button variant="link" onClick={close}>{say.close}</Button><Button variant="primary" loading={busy} onClick={submit}>{verb}</Button></SpaceBetween></Box>}
    >
      <form onSubmit={onSubmit}>
        <SpaceBetween size="m">
          {failure === null ? null : <Alert type="error"><FailureText failure={failure} /></Alert>}
          {children}
          {/* Enter in a field does what the button does. */}
          <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
        </SpaceBetween>
      </form>
    </Modal>
  );
}
