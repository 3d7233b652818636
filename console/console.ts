/** What every part of the console works with. `main.tsx` makes it, once. */
import { createContext, use } from 'react';
import type { Pulse } from './api/answers.ts';
import type { ApiClient } from './api/client.ts';
import type { ConsoleSettings } from '../protocol/admin/console-settings.ts';
import type { Session } from './session/session.ts';

export interface Console {
  readonly settings: ConsoleSettings;
  readonly session: Session;
  readonly api: ApiClient;
  readonly pulse: Pulse;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const found = use(ConsoleContext);
  if (found === undefined) throw new Error('There is no ConsoleContext around this.');
  return found;
}
