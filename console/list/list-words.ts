import { bilingual } from '../language/words.ts';

export const listWords = bilingual({
  find: ['Find', '検索'],
  clear: ['Clear the filter', 'フィルターを解除'],
  any: [(label: string) => `${label}: any`, (label: string) => `${label}: すべて`],
  matches: [(count: string) => `${count} match`, (count: string) => `${count} 件一致`],
  noMatch: ['Nothing matches', '一致する項目がありません'],
  noMatchText: ['Look for something else, or clear the filter.', '条件を変更するか、フィルターを解除してください。'],
  page: [(page: number) => `Page ${page}`, (page: number) => `${page} ページ`],
  next: ['Next page', '次のページ'],
  previous: ['Previous page', '前のページ'],
  chosen: ['Chosen rows', '選択した項目'],
  choose: [(name: string) => `Choose ${name}`, (name: string) => `${name} を選択`],
  chooseAll: ['Choose all of this page', 'このページのすべてを選択'],
  loading: ['Loading', '読み込み中'],
});
