/** In the place of a page that broke, or that could not be loaded: most often because a newer console was deployed. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useRouteError } from 'react-router';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';

const words = bilingual({
  title: ['This page has broken', 'このページでエラーが発生しました'],
  text: ['A newer console may have been deployed: reload the page. Nothing that you did before is lost.', '新しいバージョンが公開された可能性があります。ページを再読み込みしてください。これまでの操作は失われていません。'],
  reload: ['Reload', '再読み込み'],
});

export function Crash(): ReactNode {
  const say = useWords(words);
  const error = useRouteError();
  return (
    <Alert type="error" header={say.title} action={<Button onClick={() => { location.reload(); }}>{say.reload}</Button>}>
      {say.text}{error instanceof Error ? <div><code>{error.message}</code></div> : null}
    </Alert>
  );
}
