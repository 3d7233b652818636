/** The checks of a package and of its placement in both languages. What they found, and what to do, is said by the API. */
import type { CheckName } from '../../core/catalog/check-names.ts';
import { bilingual, speak, type Language, type Words } from '../language/words.ts';

export const checkWords = bilingual({
  'Distribution': ['Distribution', '配布形態'],
  'Package name': ['Package name', 'パッケージ名'],
  'Version': ['Version', 'バージョン'],
  'Build': ['Build', 'ビルド'],
  'File while registered': ['File while registered', '登録中のファイル変更'],
  'File name': ['File name', 'ファイル名'],
  'File unchanged': ['File unchanged', '登録ファイルの同一性'],
  'Served copy': ['Served copy', '配信用コピー'],
  'Manifest address': ['Manifest address', 'マニフェストの URL'],
  'Manifest certificate': ['Manifest certificate', 'マニフェスト配信の証明書'],
  'Manifest download': ['Manifest download', 'マニフェストの取得'],
  'Manifest content type': ['Manifest content type', 'マニフェストの Content-Type'],
  'Manifest content': ['Manifest content', 'マニフェストの内容'],
  'Package name in the manifest': ['Package name in the manifest', 'マニフェスト内のパッケージ名'],
  'Version in the manifest': ['Version in the manifest', 'マニフェスト内のバージョン'],
  'Title in the manifest': ['Title in the manifest', 'マニフェスト内のタイトル'],
  'Digests in the manifest': ['Digests in the manifest', 'マニフェスト内のハッシュ値'],
  'Package address': ['Package address', 'パッケージの URL'],
  'Package certificate': ['Package certificate', 'パッケージ配信の証明書'],
  'Package download': ['Package download', 'パッケージの取得'],
  'Link lifetime': ['Link lifetime', 'リンクの有効期間'],
  'Content type': ['Content type', 'パッケージの Content-Type'],
  'Size': ['Size', 'サイズ'],
  'Resumable download': ['Resumable download', '分割ダウンロード'],
  'Resumed download': ['Resumed download', 'ダウンロードの再開'],
  'Whole download': ['Whole download', '全体のダウンロード'],
  'Digest': ['Digest', 'ハッシュ値'],
  'Digests of the parts': ['Digests of the parts', '分割ごとのハッシュ値'],
  'Package content': ['Package content', 'パッケージの内容'],
  'Package name in the file': ['Package name in the file', 'ファイル内のパッケージ名'],
  'Version in the file': ['Version in the file', 'ファイル内のバージョン'],
  'Title in the file': ['Title in the file', 'ファイル内のタイトル'],
  'Provisioning profile': ['Provisioning profile', 'プロビジョニングプロファイル'],
} satisfies Record<CheckName, readonly [string, string]> & Words);

/** A check of another release names itself. */
export function checkText(name: string, language: Language): string {
  const known: Readonly<Record<string, string>> = speak(checkWords, language);
  return Object.hasOwn(known, name) ? (known[name] ?? name) : name;
}
