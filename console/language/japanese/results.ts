/** Results and the jobs that write them. */
import type { Sentences } from '../sentences.ts';

export const resultsSentences = {
  'Nothing has been heard of the job for a long time.': 'ジョブの進捗が長時間ありません。',
  'Ask for it again; where it stays so, see the log of the function `job`.': 'もう一度実行してください。解消しない場合は関数 `job` のログを確認してください。',
  'The plan is paused.': '計画は一時停止中です。',
  'The page asked for does not exist.': '指定されたページはありません。',
  'Use the `next` of the page before, unchanged.': '前のページの `next` をそのまま指定してください。',
  'There is no branch "{branch}".': '拠点「{branch}」はありません。',
  'Name one that `wavecast branch list` shows.': '`wavecast branch list` に表示される拠点を指定してください。',
  'There is 1 device more now than the file has': '現在のデバイスはファイルより 1 台多くなっています',
  'There is 1 device fewer now than the file has': '現在のデバイスはファイルより 1 台少なくなっています',
  'There are {difference} devices more now than the file has': '現在のデバイスはファイルより {difference} 台多くなっています',
  'There are {difference} devices fewer now than the file has': '現在のデバイスはファイルより {difference} 台少なくなっています',
  '{than:said}: devices were added, deleted or moved while it was written. Ask again for those.': '{than}（書き出し中にデバイスの追加・削除・移動がありました）。必要な場合は再度書き出してください。',
  'The plan is not for the branch "{branch}".': '計画の対象に拠点「{branch}」は含まれていません。',
  'Name one that `wavecast plan show` lists.': '`wavecast plan show` に表示される拠点を指定してください。',
  'The version is of another app.': '別のアプリのバージョンです。',
  'Name a version of the app, or leave the version out.': 'このアプリのバージョンを指定するか、バージョンを省略してください。',
  'There is no job {id}.': 'ジョブ {id} はありません。',
  'Use an id that `wavecast job list` shows; a job and its file are kept for seven days.': '`wavecast job list` に表示される ID を指定してください。ジョブとファイルの保存期間は 7 日です。',
} satisfies Sentences;
