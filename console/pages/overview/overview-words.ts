import { bilingual } from '../../language/words.ts';

export const overviewWords = bilingual({
  title: ['Overview', '概要'],
  fleet: ['Fleet', 'デバイス全体'],
  enrolled: ['Enrolled devices', '登録済みデバイス'],
  unreachable: ['Cannot be woken', '起動不可'],
  installs: ['Installations by day', '日別インストール数'],
  installsAbout: ['The last 14 days (UTC), by the day on which the device proved it.', '過去 14 日間（UTC）。デバイスで確認された日で集計しています。'],
  noInstalls: ['Nothing was installed in these days', 'この期間のインストールはありません'],
  ofDay: [(day: string, count: string) => `${day}: ${count}`, (day: string, count: string) => `${day}: ${count} 件`],
  branches: ['Branches', '拠点'],
  underWay: ['Rollouts under way', '進行中の配布'],
  rollouts: ['Rollouts', '配布'],
  noRollouts: ['No rollout is under way', '進行中の配布はありません'],
  noRolloutsText: ['Plans that are started appear here, with what becomes of them.', '開始した計画の進捗がここに表示されます。'],
  toBranches: [(count: string) => `${count} branches`, (count: string) => `${count} 拠点`],
  started: ['Started', '開始'],
  pausedBecause: ['Paused because', '一時停止の理由'],
  failures: ['Failures by reason', '失敗の理由'],
  noFailures: ['No failures', '失敗はありません'],
  attention: ['What needs you', '対応が必要な項目'],
  nothing: ['Nothing needs you', '対応が必要な項目はありません'],
  remove: ['Removal', '削除'],
});

export const attentionWords = bilingual({
  'push-certificate-missing': ['There is no push certificate: no device can enrol or be woken.', 'プッシュ証明書がありません。デバイスの登録と起動ができません。'],
  'push-certificate-ends': [(day: string) => `The push certificate ends on ${day}. Renew it with the Apple account that made it.`, (day: string) => `プッシュ証明書は ${day} に期限切れになります。作成時の Apple アカウントで更新してください。`],
  'push-refused': [(reason: string) => `Apple refuses our pushes (${reason}). Plans pause before their next wave.`, (reason: string) => `Apple がプッシュを拒否しています（${reason}）。計画は次の配布前に一時停止します。`],
  'plan-paused': [(name: string) => `${name} is paused.`, (name: string) => `${name} は一時停止中です。`],
  'version-ends': [(app: string, day: string) => `${app}: its provisioning ends on ${day}. Renew the profile, or distribute a newer version.`, (app: string, day: string) => `${app}: プロビジョニングが ${day} に期限切れになります。プロファイルを更新するか、新しいバージョンを配布してください。`],
  'placement-broken': [(app: string) => `${app}: its file is missing or is another one. Place it again and verify it.`, (app: string) => `${app}: ファイルがないか、内容が異なります。再配置して検証してください。`],
  'placement-unproven': [(app: string) => `${app}: no test device has it yet. Install it on one before it is distributed.`, (app: string) => `${app}: まだテスト端末で確認されていません。配布前にテスト端末へインストールしてください。`],
  'devices-unreachable': [(devices: string) => `Devices that cannot be woken: ${devices}. Apple no longer knows their addresses: they were erased, or their profile was removed. Each tells its address again when it enrols.`, (devices: string) => `起動できないデバイス: ${devices} 台。初期化またはプロファイル削除により、プッシュの宛先が無効です。再登録すると復旧します。`],
  'brake': [(branch: string) => `The emergency brake is on in ${branch}: no package is served there.`, (branch: string) => `${branch} の緊急ブレーキが有効です。パッケージは配信されません。`],
});
