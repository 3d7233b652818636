import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import { useWords } from '../../language/language.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { appsWords } from './apps-words.ts';

export function RegisterButton(): ReactNode {
  const say = useWords(appsWords);
  const refusal = useRefusal('operator');
  return <Button variant="primary" {...(refusal === undefined ? { href: '/register' } : { disabled: true, disabledReason: refusal })}>{say.register}</Button>;
}
