/** What there is to see of an answer: that it is on its way, that it may not be seen, that it failed, or what it says. The same everywhere. */
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ApiFailure } from '../api/failure.ts';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';
import { FailureText } from './failure-text.tsx';

const words = bilingual({
  loading: ['Loading', '読み込み中'],
  again: ['Try again', '再試行'],
  forbidden: ['Your role does not allow this', 'この操作を行う権限がありません'],
  missing: ['This does not exist, or no more', '存在しないか、削除されています'],
  failed: ['This could not be loaded', '読み込めませんでした'],
  old: ['What you see may be old: it could not be refreshed', '表示内容は最新でない可能性があります（更新に失敗しました）'],
});

export interface AnsweredProps<T> {
  readonly answer: Pick<UseQueryResult<T, ApiFailure>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  readonly children: (data: T) => ReactNode;
}

export function Answered<T>({ answer: { data, error, isFetching, refetch }, children }: AnsweredProps<T>): ReactNode {
  const say = useWords(words);
  if (error === null) return data === undefined ? <div aria-busy="true"><Box textAlign="center" padding="xl"><StatusIndicator type="loading">{say.loading}</StatusIndicator></Box></div> : children(data);
  const refused = error.code === 'forbidden' || error.status === 403 ? say.forbidden : error.code === 'not-found' ? say.missing : undefined;
  const alert = (
    <Alert type={refused === undefined && data === undefined ? 'error' : 'warning'} header={refused ?? (data === undefined ? say.failed : say.old)} action={refused === undefined ? <Button loading={isFetching} onClick={() => { void refetch(); }}>{say.again}</Button> : undefined}>
      <FailureText failure={error} />
    </Alert>
  );
  // What was seen before stays: a network that fails for a minute takes nothing away.
  return data === undefined || refused !== undefined ? alert : <SpaceBetween size="l">{alert}{children(data)}</SpaceBetween>;
}

/** In the place of a list without items: why it is empty, and what fills it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return <Box textAlign="center" color="inherit" padding="l"><Box variant="strong">{title}</Box>{children === undefined ? null : <Box variant="p" color="inherit">{children}</Box>}</Box>;
}
