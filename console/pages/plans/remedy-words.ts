/** What helps against a reason for which a device was left out, or on which it failed: one sentence for whoever looks after the plan. */
import type { ReasonCode } from '../../../core/instruction/reasons.ts';
import { bilingual, speak, type Language, type Words } from '../../language/words.ts';

export const remedyWords = bilingual({
  'already-installed': ['Nothing: it has this version.', '対応不要です。'],
  'newer-installed': ['Nothing: it has a newer version.', '対応不要です。'],
  'not-installed': ['Nothing: the app is not on it.', '対応不要です。'],
  'not-managed': ['Only its user can delete this copy.', '利用者に削除を依頼してください。'],
  'nothing-known': ['Ask it for its inventory on the page of the device.', 'デバイスのページでインベントリを収集してください。'],
  'not-enrolled': ['Invite it. It is looked at again when its wave opens.', '招待して登録してください。配布時に再度判定されます。'],
  'os-too-old': ['Have its system updated, or build the app for older ones.', 'iOS を更新するか、古い OS に対応したビルドを用意してください。'],
  'wrong-device-family': ['The app is not built for this kind of device.', 'この機種に対応したビルドが必要です。'],
  'not-provisioned': ['Add it to the ad hoc profile, and register the build again.', 'プロビジョニングプロファイルに追加し、再登録してください。'],
  'other-instruction-live': ['Wait until the other instruction is over.', '実行中の指示の完了をお待ちください。'],
  'prompted-twice': ['Wait for a week, or instruct it with force.', '1 週間待つか、強制的に再指示してください。'],
  'user-rejected': ['Speak with its user, then instruct it again.', '利用者に確認し、再指示してください。'],
  'update-rejected': ['Speak with its user, then instruct it again.', '利用者に確認し、再指示してください。'],
  'management-rejected': ['Speak with its user, then instruct it again.', '利用者に確認し、再指示してください。'],
  'install-failed': ['See the device\'s own codes, then instruct it again.', 'デバイスのエラーコードを確認し、再指示してください。'],
  'device-error': ['See the device\'s own codes, then instruct it again.', 'デバイスのエラーコードを確認し、再指示してください。'],
  'app-not-supported': ['Register a build that it can run.', '対応するビルドを登録してください。'],
  'app-id-unverified': ['See that it reaches the internet, then instruct it again.', 'インターネット接続を確認し、再指示してください。'],
  'app-store-disabled': ['Lift the restriction on it, then instruct it again.', 'インストール制限を解除し、再指示してください。'],
  'not-an-app': ['Verify the version, and register it again.', 'バージョンを検証し、再登録してください。'],
  'management-unsupported': ['Have the copy on it deleted, then instruct it again.', '既存のアプリを削除し、再指示してください。'],
  'refused-by-device': ['See the device\'s own codes, then instruct it again.', 'デバイスのエラーコードを確認し、再指示してください。'],
  'malformed-command': ['A fault of Wavecast: report it.', 'Wavecast の不具合です。報告してください。'],
  'unreadable-report': ['Ask it for its inventory; the answer is kept.', 'インベントリを収集してください（応答は保存済み）。'],
  'left-management': ['Invite it again.', '再度招待してください。'],
  'not-finished': ['Its user may not have answered: instruct it again.', '利用者が未応答の可能性があります。再指示してください。'],
  'not-removed': ['Instruct it again.', '再指示してください。'],
  'not-heard-from': ['See that it is switched on and online, then instruct it again.', '電源と通信を確認し、再指示してください。'],
  'never-fetched': ['See that it is switched on and online, then instruct it again.', '電源と通信を確認し、再指示してください。'],
  'queue-cleared': ['Instruct it again.', '再指示してください。'],
} satisfies Partial<Record<ReasonCode, readonly [string, string]>> & Words);

/** A dash where nothing is known that helps. */
export function remedyText(code: string, language: Language): string {
  const known: Readonly<Record<string, string>> = speak(remedyWords, language);
  return Object.hasOwn(known, code) ? (known[code] ?? '-') : '-';
}
