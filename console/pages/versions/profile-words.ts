import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { bilingual, type Words } from '../../language/words.ts';

type ProfileState = AnswerOf<'listProfileDevices'>['items'][number]['state'];

export const profileStateWords = bilingual({
  'not-sent': ['Not sent', '未送信'], 'waiting': ['Waiting to be fetched', '取得待ち'], 'handed-out': ['Fetched', '取得済み'], 'not-now': ['Asked again later', '後で再送'], 'acknowledged': ['Has it', '適用済み'],
  'failed': ['Failed', '失敗'], 'expired': ['Never fetched', '未取得のまま終了'], 'withdrawn': ['Withdrawn', '取り消し'],
} satisfies Record<ProfileState, readonly [string, string]> & Words);

export const profileStateColours = {
  'not-sent': 'stopped', 'waiting': 'pending', 'handed-out': 'in-progress', 'not-now': 'pending', 'acknowledged': 'success', 'failed': 'error', 'expired': 'error', 'withdrawn': 'stopped',
} as const satisfies Record<ProfileState, string>;

export const profileWords = bilingual({
  profile: ['Provisioning profile', 'プロビジョニングプロファイル'],
  profileAbout: ['When it ends, devices no longer start the app. It can be renewed without sending the app again.', '期限が切れるとアプリを起動できなくなります。アプリを再配布せずに更新できます。'],
  ends: ['Works until', '有効期限'],
  renewedBy: ['Renewed', '更新'],
  renewedName: ['Profile', 'プロファイル名'],
  by: [(name: string) => `by ${name}`, (name: string) => `実行者: ${name}`],
  renew: ['Renew the profile', 'プロファイルを更新'],
  renewTitle: [(name: string) => `Renew the profile of ${name}`, (name: string) => `${name} のプロファイルを更新`],
  renewText: ['Renew the same profile in Apple\'s developer portal, with the same certificate, and choose the file here. Nothing is sent to devices yet.', 'Apple Developer サイトで同じプロファイルを同じ証明書で更新し、そのファイルを選択してください。この時点ではデバイスに送信されません。'],
  renewVerb: ['Renew', '更新'],
  renewed: [(name: string) => `The profile of ${name} is renewed.`, (name: string) => `${name} のプロファイルを更新しました。`],
  leftOut: [(count: string) => `Devices that it no longer lists: ${count}.`, (count: string) => `プロファイルから外れたデバイス: ${count} 台。`],
  needBuild: [(count: string) => `Devices that need a new build: ${count}.`, (count: string) => `新しいビルドが必要なデバイス: ${count} 台。`],
  leave: ['Leave it', 'キャンセル'],
  file: ['Renewed profile', '更新したプロファイル'],
  fileAbout: ['A .mobileprovision file of at most 128 KB.', '.mobileprovision ファイル（128 KB 以内）'],
  fileNeeded: ['Choose the file.', 'ファイルを選択してください。'],
  fileLarge: ['The file is larger than a profile is.', 'ファイルが大きすぎます。'],
  send: ['Send it to devices', 'デバイスに送信'],
  sendTitle: ['Send the renewed profile?', '更新したプロファイルを送信しますか？'],
  sendText: ['It goes to every device that has this version by its last inventory, in all branches. Nobody is asked anything, and none is sent it twice.', '最新のインベントリでこのバージョンがインストールされている全拠点のデバイスに送信します。利用者の操作は不要で、二重に送信されることはありません。'],
  sending: [(sent: string) => `Sent to ${sent} devices so far`, (sent: string) => `${sent} 台に送信済み`],
  sent: [(sent: string, before: string) => `The profile was sent to ${sent} devices; ${before} had been sent it before.`, (sent: string, before: string) => `${sent} 台に送信しました（送信済み: ${before} 台）。`],
  needsRenewal: ['Renew it first.', '先に更新してください。'],
  ofBranch: ['Who got it, by branch', '拠点ごとの送信状況'],
  nobody: ['No device of this branch has the version.', 'この拠点にこのバージョンのデバイスはありません。'],
  more: ['Show more', 'さらに表示'],
});
