import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  title: ['No role', '役割がありません'],
  text: [(name: string) => `${name} is signed in, and is in none of the groups viewer, operator and admin. Ask an administrator to be added to one, then sign in again.`, (name: string) => `${name} でサインインしていますが、viewer・operator・admin のいずれのグループにも属していません。管理者に追加を依頼し、もう一度サインインしてください。`],
});

export function NoRole({ name }: { readonly name: string }): ReactNode {
  const say = useWords(words);
  return <main className="landing"><Alert type="warning" header={say.title}>{say.text(name)}</Alert></main>;
}
