/** What whoever is not signed in sees, at any address: where they wanted to go is where they come after signing in. */
import { useEffect, useState, type ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'react-router';
import { useConsole } from '../console.ts';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  title: ['Sign in to Wavecast', 'Wavecast にサインイン'],
  what: ['In-house apps for iPhones and iPads, distributed in waves that no branch\'s line feels.', '社内 iPhone・iPad アプリを、拠点の回線に負担をかけずに段階的に配布します。'],
  signIn: ['Sign in', 'サインイン'],
  ended: ['The session has ended. Sign in again; you come back to this page.', 'セッションが終了しました。もう一度サインインすると、このページに戻ります。'],
  failed: ['The sign-in was not completed. Begin it again.', 'サインインが完了しませんでした。もう一度お試しください。'],
  unreachable: ['The sign-in service cannot be reached. Check the network and try again.', 'サインインサービスに接続できません。ネットワークを確認して再試行してください。'],
});

export function Landing({ because }: { readonly because: 'ended' | 'failed' | undefined }): ReactNode {
  const say = useWords(words);
  const { session } = useConsole();
  const { pathname, search, hash } = useLocation();
  const [leaving, setLeaving] = useState<'no' | 'yes' | 'failed'>('no');
  useEffect(() => { document.title = `${say.signIn} - Wavecast`; }, [say]);
  const signIn = (): void => {
    setLeaving('yes');
    session.signIn(`${pathname}${search}${hash}`).catch(() => { setLeaving('failed'); });
  };
  const trouble = leaving === 'failed' ? say.unreachable : because === undefined ? undefined : say[because];
  return (
    <main className="landing">
      <Container header={<Header variant="h1">{say.title}</Header>}>
        <SpaceBetween size="l">
          {trouble === undefined ? null : <Alert type={leaving === 'failed' ? 'error' : 'info'}>{trouble}</Alert>}
          <Box variant="p">{say.what}</Box>
          <Button variant="primary" loading={leaving === 'yes'} onClick={signIn}>{say.signIn}</Button>
        </SpaceBetween>
      </Container>
    </main>
  );
}
