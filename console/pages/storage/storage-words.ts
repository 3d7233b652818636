import { bilingual, type Words } from '../../language/words.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

type Standing = AnswerOf<'getStorage'>['versions'][number]['standing'];

export const standingWords = bilingual({
  'in-use': ['In use', '使用中'], 'new': ['New', '新規'], 'superseded': ['A newer one is installed', '新しい版に置き換え済み'], 'unused': ['Unused', '未使用'], 'withdrawn': ['Withdrawn', '取り下げ済み'],
} satisfies Record<Standing, readonly [string, string]> & Words);

export const storageWords = bilingual({
  title: ['Storage', 'ストレージ'],
  about: ['What the files of app versions take, and which of them nobody needs.', 'アプリのファイルが使用している容量と、不要なファイルを確認できます。'],
  taken: ['Taken by versions', 'バージョンの使用容量'],
  cost: ['A month, at the list price', '月額（定価換算）'],
  unused: ['Of versions that nobody needs', '不要なバージョン'],
  leftovers: ['Files that no version goes by', 'どのバージョンにも属さないファイル'],
  filesOf: [(files: string, bytes: string) => `${files} (${bytes})`, (files: string, bytes: string) => `${files} 件（${bytes}）`],
  versions: ['Versions', 'バージョン'],
  find: ['package name or version', 'パッケージ名・バージョン'],
  app: ['Package name', 'パッケージ名'],
  version: ['Version', 'バージョン'],
  standing: ['State', '状態'],
  size: ['Takes', '容量'],
  installed: ['Installed by plans', '計画によるインストール数'],
  registered: ['Registered', '登録日時'],
  noVersions: ['No version is registered yet', '登録されたバージョンはありません'],
  files: ['Placed files', '配置されたファイル'],
  filesAbout: ['What administrators put on the communication server, by name.', '管理者が配信サーバーに置いたファイルの一覧です。'],
  file: ['File', 'ファイル'],
  placed: ['Placed', '配置日時'],
  belongs: ['Version', 'バージョン'],
  noVersion: ['None', 'なし'],
  deeds: ['Actions', '操作'],
  register: ['Register', '登録'],
  registerOf: [(name: string) => `Register ${name}`, (name: string) => `${name} を登録`],
  noFiles: ['There are no placed files', '配置されたファイルはありません'],
  noFilesText: ['Files that are uploaded at registration are placed by that.', '登録時にアップロードしたファイルは自動的に配置されます。'],
  remove: ['Remove', '削除'],
  removeOf: [(name: string) => `Remove ${name}`, (name: string) => `${name} を削除`],
  removeTitle: [(name: string) => `Remove ${name}?`, (name: string) => `${name} を削除しますか？`],
  removeText: ['The file is removed from the communication server. No version goes by it.', '配信サーバーからファイルを削除します。このファイルを使用しているバージョンはありません。'],
  removed: [(name: string) => `${name} is removed.`, (name: string) => `${name} を削除しました。`],
});
