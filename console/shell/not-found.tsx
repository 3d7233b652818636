import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';
import { Page } from '../parts/page.tsx';

const words = bilingual({
  title: ['There is no such page', 'ページが見つかりません'],
  text: ['The address may be mistyped, or what was there is gone.', 'アドレスが間違っているか、すでに削除された可能性があります。'],
  home: ['To the overview', '概要へ'],
});

export function NotFound(): ReactNode {
  const say = useWords(words);
  return <Page title={say.title}><Box variant="p">{say.text}</Box><Link href="/">{say.home}</Link></Page>;
}
