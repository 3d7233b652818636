/** Why an instruction ended as it did, in a few words of both languages. The API's own words are longer, and English. */
import type { ReasonCode } from '../../core/instruction/reasons.ts';
import { bilingual, speak, type Language, type Words } from '../language/words.ts';

export const reasonWords = bilingual({
  'user-rejected': ['Declined by the user', '利用者が拒否'],
  'update-rejected': ['Update declined by the user', '利用者が更新を拒否'],
  'management-rejected': ['Management declined by the user', '利用者が管理を拒否'],
  'user-installed': ['Installed by the user, unmanaged', '利用者がインストール（管理外）'],
  'install-failed': ['The device could not install it', 'デバイスでインストール失敗'],
  'device-error': ['Error on the device', 'デバイスのエラー'],
  'app-not-supported': ['The device cannot run it', 'デバイスが非対応'],
  'app-id-unverified': ['The device could not verify it', 'アプリを検証できない'],
  'app-store-disabled': ['Installing is switched off on the device', 'インストールが無効'],
  'not-an-app': ['The device says it is no app', 'アプリではないと応答'],
  'management-unsupported': ['The copy there cannot be managed', '既存アプリを管理できない'],
  'refused-by-device': ['Refused by the device', 'デバイスが拒否'],
  'malformed-command': ['The command was not understood', 'コマンドの形式エラー'],
  'unreadable-report': ['The answer could not be read', '応答を解読できない'],
  'left-management': ['Left management', '管理から離脱'],
  'device-deleted': ['Record deleted', 'デバイス情報を削除'],
  'not-finished': ['Not finished in time', '期限内に未完了'],
  'not-removed': ['Not removed in time', '期限内に未削除'],
  'not-heard-from': ['Not heard from', '応答なし'],
  'never-fetched': ['Never fetched', '指示を未取得'],
  'already-installed': ['Has it already', 'インストール済み'],
  'not-installed': ['Does not have it', '未インストール'],
  'not-managed': ['Has an unmanaged copy', '管理外のアプリ'],
  'nothing-known': ['Nothing known of it', '情報なし'],
  'not-enrolled': ['Not enrolled', '未登録'],
  'os-too-old': ['System too old', 'OS が古い'],
  'wrong-device-family': ['Another kind of device', '機種が非対応'],
  'not-provisioned': ['Not in the ad hoc profile', 'プロファイルに未登録'],
  'other-instruction-live': ['Another instruction is live', '別の指示が実行中'],
  'prompted-twice': ['Prompted twice within a week', '一週間に二度確認済み'],
  'in-live-plan': ['A live plan will instruct it', '実行中の計画で指示予定'],
  'newer-installed': ['Has a newer version', '新しいバージョンあり'],
  'queue-cleared': ['Queue emptied', 'キューを消去'],
  // Of what inventory says, not of an instruction's end.
  'gone-since': ['Was there, and is gone', '削除された可能性'], 'cannot-run-yet': ['Cannot run yet', 'まだ起動できない'],
  'plan-superseded': ['Replaced by a later plan', '後の計画に置き換え'],
  'plan-cancelled': ['Plan cancelled', '計画を中止'],
} satisfies Record<ReasonCode, readonly [string, string]> & Words);

/** A code of another release names itself. */
export function reasonText(code: string, language: Language): string {
  const known: Readonly<Record<string, string>> = speak(reasonWords, language);
  return Object.hasOwn(known, code) ? (known[code] ?? code) : code;
}
