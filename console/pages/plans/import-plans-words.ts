import { bilingual } from '../../language/words.ts';

export const importPlansWords = bilingual({
  title: ['Import bulk instructions', '一括指示の取り込み'],
  about: ['Each version that the file names becomes a plan, a draft, for the devices that it lists. None is made while a line has a mistake.', 'ファイル内のバージョンごとに、記載されたデバイス向けの計画（下書き）を作成します。誤りがある間は何も作成しません。'],
  plans: ['Plans', '配布計画'],
  what: ['What', '配布内容'],
  file: ['Operation,OS type,Distributed application,Version,Smart device name[,Comment], a title line first. Operation "install", OS type "iOS"; the application by package name or title.', 'Operation,OS type,Distributed application,Version,Smart device name[,Comment]（1 行目は見出し）。Operation は install、OS type は iOS、アプリはパッケージ名または名称で指定します。'],
  check: ['Check', '確認する'],
  import: ['Make the plans', '計画を作成'],
  needsBranches: ['Choose the branches of these devices: their windows count for every plan of the file.', 'デバイスの拠点を選択してください。時間帯はすべての計画に適用されます。'],
  mistakes: ['The file cannot be carried out as it is', 'このままでは作成できません'],
  noMistakes: ['No mistakes: this is what would be made', '誤りはありません。作成される計画は次のとおりです'],
  made: ['The plans are made. Nothing happens to any device until they are started.', '計画を作成しました。開始するまでデバイスには何も行われません。'],
  done: [(count: string) => `Plans made: ${count}.`, (count: string) => `${count} 件の計画を作成しました。`],
  plan: ['Plan', '計画'],
  app: ['Application', 'アプリケーション'],
  devices: ['Devices', 'デバイス'],
});
