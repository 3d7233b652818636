import { useSyncExternalStore } from 'react';
import type { Role } from '../../protocol/admin/caller.ts';
import { bilingual } from '../language/words.ts';
import { useWords } from '../language/language.tsx';
import { useConsole } from '../console.ts';
import { mayAct } from './role.ts';
import type { SessionState } from './session.ts';

export function useSession(): SessionState {
  const { session } = useConsole();
  return useSyncExternalStore(session.onChange, session.state);
}

const words = bilingual({
  needs: [(needed: string, own: string) => `This needs the role ${needed}; yours is ${own}.`, (needed: string, own: string) => `この操作には ${needed} の役割が必要です（現在の役割: ${own}）。`],
  none: ['none', 'なし'],
});

/** Why the person may not do what needs this role; undefined where they may. For `disabledReason`. */
export function useRefusal(needed: Role): string | undefined {
  const state = useSession();
  const say = useWords(words);
  const role = state.is === 'signed-in' ? state.person.role : undefined;
  return mayAct(role, needed) ? undefined : say.needs(needed, role ?? say.none);
}
