/** Every page of the console: where it is, how its file is loaded, and what it is called in the navigation. A new page is one line here. */
import type { ComponentType } from 'react';
import { bilingual } from '../language/words.ts';

export const names = bilingual({
  overview: ['Overview', '概要'],
  apps: ['iOS applications', 'iOS アプリケーション'],
  plans: ['Plans', '配布計画'],
  devices: ['Devices', 'デバイス'],
  invitations: ['Invitations', '招待'],
  branches: ['Branches', '拠点'],
  selfService: ['Self-service', 'セルフサービス'],
  storage: ['Storage', 'ストレージ'],
  audit: ['Audit log', '監査ログ'],
  settings: ['Settings', '設定'],
});

export interface ConsolePage {
  /** As React Router writes it. */
  readonly path: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  /** In the navigation, in this order; absent: reached from another page. */
  readonly name?: keyof typeof names;
  /** The path of the page in the navigation that it is reached from, where its own does not begin so. */
  readonly under?: string;
}

export const pages: readonly ConsolePage[] = [
  { path: '/', load: () => import('./overview/overview-page.tsx'), name: 'overview' },
  { path: '/apps', load: () => import('./apps/apps-page.tsx'), name: 'apps' },
  { path: '/plans', load: () => import('./plans/plans-page.tsx'), name: 'plans' },
  { path: '/plans/new', load: () => import('./plans/compose-page.tsx') },
  { path: '/plans/import', load: () => import('./plans/import-plans-page.tsx') },
  { path: '/plans/:id', load: () => import('./plans/plan-page.tsx') },
  { path: '/apps/:id', load: () => import('./apps/app-page.tsx') },
  { path: '/versions/:id', load: () => import('./versions/version-page.tsx'), under: '/apps' },
  { path: '/register', load: () => import('./register/register-page.tsx'), under: '/apps' },
  { path: '/devices', load: () => import('./devices/devices-page.tsx'), name: 'devices' },
  { path: '/devices/import', load: () => import('./devices/import-page.tsx') },
  { path: '/devices/:id', load: () => import('./devices/device-page.tsx') },
  { path: '/invitations', load: () => import('./invitations/invitations-page.tsx'), name: 'invitations' },
  { path: '/invitations/file', load: () => import('./invitations/invite-file-page.tsx') },
  { path: '/branches', load: () => import('./branches/branches-page.tsx'), name: 'branches' },
  { path: '/branches/:id', load: () => import('./branches/branch-page.tsx') },
  { path: '/self-service', load: () => import('./self-service/self-service-page.tsx'), name: 'selfService' },
  { path: '/storage', load: () => import('./storage/storage-page.tsx'), name: 'storage' },
  { path: '/audit', load: () => import('./audit/audit-page.tsx'), name: 'audit' },
  { path: '/settings', load: () => import('./settings/settings-page.tsx'), name: 'settings' },
];
