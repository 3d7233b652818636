import { bilingual } from '../../language/words.ts';

export const auditWords = bilingual({
  title: ['Audit log', '監査ログ'],
  about: ['Every change by a person, and what the engine does in their place. Days are in UTC.', '担当者による変更と、エンジンによる自動処理の記録です。日付は UTC です。'],
  day: ['Day (UTC)', '日付（UTC）'],
  dayBefore: ['Day before', '前日'],
  dayAfter: ['Day after', '翌日'],
  openCalendar: ['Choose a day', '日付を選択'],
  who: ['Who', '実行者'],
  whoHint: ['Only what this person did', 'この実行者の操作のみ表示'],
  noun: ['Kind', '種類'],
  time: ['Time', '日時'],
  action: ['Action', '操作'],
  subject: ['What it was done to', '対象'],
  change: ['Change', '変更内容'],
  whole: ['Before and after', '変更前後の値'],
  before: ['Before', '変更前'],
  after: ['After', '変更後'],
  exportCsv: ['Export the day as CSV', 'この日を CSV で出力'],
  exported: [(rows: string) => `The file has ${rows} records.`, (rows: string) => `${rows} 件を出力しました。`],
  empty: ['Nothing was changed on this day', 'この日の変更はありません'],
  emptyText: ['Choose another day.', '別の日付を選択してください。'],
  sparse: ['Nothing on this page; look at the next one', 'このページに該当はありません。次のページをご覧ください'],
});

/** The nouns of actions, and what is left where only what people asked for is written down. */
export const nounWords = bilingual({
  'app': ['Apps', 'アプリ'], 'authority': ['Authority', '認証局'], 'branch': ['Branches', '拠点'], 'device': ['Devices', 'デバイス'], 'file': ['Files', 'ファイル'], 'invitation': ['Invitations', '招待'],
  'plan': ['Plans', '計画'], 'profile-signer': ['Profile signer', 'プロファイル署名'], 'push-certificate': ['Push certificate', 'プッシュ証明書'], 'registration': ['Registrations', 'アプリの登録'],
  'self-service': ['Self-service', 'セルフサービス'], 'version': ['Versions', 'バージョン'], 'status': ['Exports of the distribution status', '配布状況の出力'], 'targets': ['Exports of plan targets', '計画対象の出力'],
});
