/** Words of the API that stand in places of its sentences, or by themselves: states, kinds, units. The same words as on the pages. */
import type { PackageKind } from '../../../core/catalog/package-facts.ts';
import type { PlacementState } from '../../../core/catalog/app.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import type { PlanState } from '../../../core/rollout/plan-state.ts';
import { speak } from '../words.ts';
import { checkWords } from '../../vocabulary/checks.ts';
import { placementWords, planStateWords } from '../../vocabulary/states.ts';
import type { Sentences } from '../sentences.ts';

const plan = { draft: '下書き', live: '実行中', paused: '一時停止中', cancelled: '中止済み' } satisfies Record<Plan['status'], string>;
const planState: Readonly<Record<PlanState, string>> = speak(planStateWords, 'ja');
const run = { waiting: '時間帯待ち', running: '配布中', paused: '一時停止中', finished: '完了', cancelled: '中止済み' } satisfies Record<Run['status'], string>;
const placement: Readonly<Record<PlacementState, string>> = speak(placementWords, 'ja');
const packageKind = {
  'enterprise': 'エンタープライズ（社内）', 'ad-hoc': 'アドホック', 'development': '開発用', 'app-store': 'App Store', 'store-download': 'App Store からのダウンロード', 'unsigned': '署名なし',
} satisfies Record<PackageKind, string>;

/** Of a plan alone, or of its branch, is said what it is; of a state what is seen of it. */
export const apiWords = {
  ...speak(checkWords, 'ja'), ...placement, ...planState, ...run, ...plan, ...packageKind,
  install: 'インストール', remove: '削除', start: '開始', pause: '一時停止', resume: '再開', cancel: '中止',
  body: '本文', query: 'パラメーター', erase: '消去', nothing: 'なし', new: '新規', unchanged: '変更なし', removed: '削除', exchanged: '交換',
  deadline: '期限', interval: '配布間隔', hours: '時間', times: '回', characters: '文字', branches: '拠点', windows: '時間帯', devices: '台', minutes: '分',
} satisfies Sentences;

/** Forms without words: what is in their places has them. */
export const apiForms = {
  '{what:said}: {words:said}': '{what}: {words}',
  '{name} ({id}): {state:said}': '{name}（{id}）: {state}',
  '({codes})': '（{codes}）',
  'Evidence: {evidence:list}.': '根拠: {evidence}。',
} satisfies Sentences;
