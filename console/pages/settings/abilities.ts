/** What people may do, each by the operation of the API that does it: the role is the API's own, and cannot be told wrongly here. */
import type { OperationName } from '../../../protocol/admin/operations.ts';
import { bilingual } from '../../language/words.ts';

export const abilityWords = bilingual({
  look: ['See devices, apps, plans and results', 'デバイス・アプリ・計画・結果の閲覧'],
  status: ['Export the distribution status', '配布状況のエクスポート'],
  audit: ['Read the audit log', '監査ログの閲覧'],
  register: ['Register apps and verify their files', 'アプリの登録と配置の検証'],
  plan: ['Make plans, start, pause and cancel them', '計画の作成・開始・一時停止・中止'],
  reissue: ['Instruct devices, re-issue instructions', 'デバイスへの指示・再指示'],
  devices: ['Invite and change devices', 'デバイスの招待と変更'],
  selfService: ['Change the permissions of self-service', 'セルフサービス許可の変更'],
  branches: ['Change branches, pull the emergency brake', '拠点の変更・緊急ブレーキ'],
  unenrol: ['Unenrol and delete devices', 'デバイスの登録解除と削除'],
  withdraw: ['Withdraw and delete app versions', 'アプリのバージョンの取り下げと削除'],
  certificates: ['Set certificates', '証明書の設定'],
});

export const abilities: readonly { readonly id: keyof typeof abilityWords; readonly operation: OperationName }[] = [
  { id: 'look', operation: 'getOverview' }, { id: 'status', operation: 'exportDevices' }, { id: 'audit', operation: 'listAudit' },
  { id: 'register', operation: 'register' }, { id: 'plan', operation: 'startPlan' }, { id: 'reissue', operation: 'reissuePlan' },
  { id: 'devices', operation: 'invite' }, { id: 'selfService', operation: 'importPermissions' },
  { id: 'branches', operation: 'putBranch' }, { id: 'unenrol', operation: 'unenrolDevice' }, { id: 'withdraw', operation: 'withdrawVersion' }, { id: 'certificates', operation: 'setPushCertificate' },
];
