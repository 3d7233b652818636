/** What the console itself says in the API's place. */
import type { Sentences } from '../sentences.ts';

export const ownSentences = {
  'The file has mistakes; nothing was imported.': 'ファイルに誤りがあります。何も取り込まれていません。',
  'The communication server did not take the file.': '配信サーバーがファイルを受け付けませんでした。',
} satisfies Sentences;
