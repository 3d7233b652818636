import { bilingual } from '../../language/words.ts';

export const appsWords = bilingual({
  title: ['iOS applications', 'iOS アプリケーション'],
  about: ['In-house apps that are registered, with their newest version.', '登録済みの社内アプリと最新バージョン。'],
  list: ['Applications', 'アプリケーション'],
  find: ['title or package name', 'タイトル・パッケージ名'],
  name: ['Application', 'アプリケーション'],
  version: ['Newest version', '最新バージョン'],
  versions: ['Versions', 'バージョン数'],
  placement: ['Placement', '配置状態'],
  adoption: ['Adoption of the newest', '最新版の普及状況'],
  ends: ['Works until', '有効期限'],
  ending: [(count: number) => `${count} ending`, (count: number) => `${count} 件が期限間近`],
  none: ['None', 'なし'],
  empty: ['No application is registered yet', 'アプリケーションはまだ登録されていません'],
  emptyText: ['Register one with: wavecast app register FILE.ipa', '次のコマンドで登録できます: wavecast app register FILE.ipa'],
});
