/** A failure in words: what it is, what the API found, what to do. */
import type { ReactNode } from 'react';
import { isPassing, type ApiFailure } from '../api/failure.ts';
import { useSaid, useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  unreachable: ['The server cannot be reached. It is tried again by itself.', 'サーバーに接続できません。自動的に再試行します。'],
  signedOut: ['The session has ended. Sign in again.', 'セッションが終了しました。もう一度サインインしてください。'],
  notUnderstood: ['The answer of the server is not understood. Reload the page: the console may be older than the server.', 'サーバーの応答を解釈できません。ページを再読み込みしてください。'],
  passing: ['The server cannot answer for the moment. Try again later.', 'サーバーが一時的に応答できません。しばらくしてからお試しください。'],
  whatToDo: ['What to do:', '対処:'],
});

export function FailureText({ failure }: { readonly failure: ApiFailure }): ReactNode {
  const say = useWords(words);
  const said = useSaid();
  const own = { 'unreachable': say.unreachable, 'signed-out': say.signedOut, 'not-understood': say.notUnderstood, 'refused': undefined }[failure.kind];
  const text = own ?? (failure.code === undefined && isPassing(failure) ? say.passing : said(failure.message));
  return (
    <>
      {text}
      {failure.evidence.length === 0 ? null : <ul>{failure.evidence.map((line) => <li key={line}>{said(line)}</li>)}</ul>}
      {failure.remedy === undefined ? null : <div>{say.whatToDo} {said(failure.remedy)}</div>}
    </>
  );
}
