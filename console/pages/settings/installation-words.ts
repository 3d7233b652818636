import { bilingual } from '../../language/words.ts';

export const installationWords = bilingual({
  title: ['Installation', 'システム構成'],
  about: ['Said when it was deployed, and changed by deploying it again.', 'デプロイ時に指定した内容です。変更するには再デプロイが必要です。'],
  organisation: ['Organisation named in prompts', 'プロンプトに表示される組織名'],
  organisationAbout: ['The parameter Organisation of the service stack. Devices are told when they enrol.', 'サービススタックのパラメーター Organisation で指定します。デバイスには登録時に通知されます。'],
  eventBus: ['Event bus', 'イベントバス'],
  eventBusAbout: ['What happens to plans, and what ends soon, for rules of your own (EventBridge).', '計画の状況や期限切れの予告が送信されます（EventBridge）。独自のルールを追加できます。'],
  topic: ['Topic of notifications', '通知トピック'],
  topicAbout: ['Subscribe to it to be told of the same by e-mail (SNS). Alarms have a topic of their own: AlarmTopic among the outputs of the stack.', '購読すると同じ内容をメールなどで受け取れます（SNS）。アラームは別のトピックです（スタックの出力 AlarmTopic）。'],
  links: ['Keys of download links', 'ダウンロードリンクの署名鍵'],
  linksAbout: ['Replaced by deploying with the setting linkKeys one higher.', '設定 linkKeys の値を 1 増やして再デプロイすると、新しい鍵に切り替わります。'],
  generation: [(number: string) => `Generation ${number}`, (number: string) => `第 ${number} 世代`],
  api: ['Address of the API', 'API のアドレス'],
  mdm: ['Where enrolled devices come', 'デバイスの接続先'],
  edge: ['Where packages are fetched', 'パッケージの配信元'],
});
