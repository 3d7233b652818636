/** Every page of the console: where it is, how its file is loaded, and what it is called in the navigation. A new page is one line here. */
import type { ComponentType } from 'react';
import { bilingual } from '../language/words.ts';

export const names = bilingual({
  overview: ['Overview', '概要'],
  apps: ['iOS applications', 'iOS アプリケーション'],
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
}

export const pages: readonly ConsolePage[] = [
  { path: '/', load: () => import('./overview/overview-page.tsx'), name: 'overview' },
  { path: '/apps', load: () => import('./apps/apps-page.tsx'), name: 'apps' },
  { path: '/branches', load: () => import('./branches/branches-page.tsx'), name: 'branches' },
  { path: '/branches/:id', load: () => import('./branches/branch-page.tsx') },
  { path: '/self-service', load: () => import('./self-service/self-service-page.tsx'), name: 'selfService' },
  { path: '/storage', load: () => import('./storage/storage-page.tsx'), name: 'storage' },
  { path: '/audit', load: () => import('./audit/audit-page.tsx'), name: 'audit' },
  { path: '/settings', load: () => import('./settings/settings-page.tsx'), name: 'settings' },
];
