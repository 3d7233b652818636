/** Whether a device manages its copy of an app, in both languages. By Apple's own words for it, in its list of managed apps. */
import { bilingual, speak, type Language } from '../language/words.ts';

const managementWords = bilingual({
  Absent: ['Not managed', '管理外'],
  Queued: ['Queued', '待機中'],
  NeedsRedemption: ['Needs a code to be redeemed', 'コードの引き換え待ち'],
  Redeeming: ['Redeeming its code', 'コードの引き換え中'],
  Prompting: ['Waiting for its user', '利用者の応答待ち'],
  PromptingForLogin: ['Waiting for a sign-in to the App Store', 'App Store へのサインイン待ち'],
  ValidatingPurchase: ['Validating the purchase', '購入の確認中'],
  PromptingForUpdate: ['Managed, update waiting for its user', '管理対象（更新は利用者の応答待ち）'],
  PromptingForUpdateLogin: ['Managed, update waiting for a sign-in', '管理対象（更新はサインイン待ち）'],
  PromptingForManagement: ['Management waiting for its user', '管理への同意待ち'],
  ValidatingUpdate: ['Managed, update being validated', '管理対象（更新の確認中）'],
  Updating: ['Managed, being updated', '管理対象（更新中）'],
  Installing: ['Installing', 'インストール中'],
  Managed: ['Managed', '管理対象'],
  ManagedButUninstalled: ['Managed, deleted by its user', '管理対象（利用者が削除）'],
  Unknown: ['Unknown', '不明'],
  UserInstalledApp: ['Installed by the user, unmanaged', '利用者がインストール（管理外）'],
  UserRejected: ['Declined by the user', '利用者が拒否'],
  UpdateRejected: ['Update declined by the user', '利用者が更新を拒否'],
  ManagementRejected: ['Management declined by the user', '利用者が管理を拒否'],
  Failed: ['Failed', '失敗'],
});

/** A word of another system names itself. */
export function managementText(status: string, language: Language): string {
  const known: Readonly<Record<string, string>> = speak(managementWords, language);
  return Object.hasOwn(known, status) ? (known[status] ?? status) : status;
}
