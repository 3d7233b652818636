/** The states of things in both languages: one word for one state, on every page. */
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { InstructionState } from '../../core/instruction/instruction.ts';
import type { PlanState } from '../../core/rollout/plan-state.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { bilingual, type Words } from '../language/words.ts';

type Placement = AnswerOf<'getVersion'>['placement'];
type DeviceStatus = AnswerOf<'listDevices'>['items'][number]['status'];
type Colour = StatusIndicatorProps.Type;
type Named<State extends string> = Record<State, readonly [string, string]> & Words;

export const planStateWords = bilingual({
  draft: ['Draft', '下書き'], starting: ['Starting', '開始処理中'], waiting: ['Waiting for its window', '時間帯待ち'], running: ['Running', '配布中'],
  collecting: ['Collecting inventory', 'インベントリ収集中'], finished: ['Finished', '完了'], paused: ['Paused', '一時停止'], cancelled: ['Cancelled', '中止'],
} satisfies Named<PlanState>);

export const planStateColours: Readonly<Record<PlanState, Colour>> = {
  draft: 'pending', starting: 'in-progress', waiting: 'pending', running: 'in-progress', collecting: 'in-progress', finished: 'success', paused: 'warning', cancelled: 'stopped',
};

export const placementWords = bilingual({
  missing: ['File missing', 'ファイルなし'], placed: ['Placed, not verified', '配置済み（未検証）'], mismatched: ['Another file', 'ファイル不一致'], verified: ['Verified', '検証済み'], proven: ['Proven on a test device', 'テスト端末で確認済み'],
} satisfies Named<Placement>);

export const placementColours: Readonly<Record<Placement, Colour>> = { missing: 'error', placed: 'pending', mismatched: 'error', verified: 'info', proven: 'success' };

export const deviceStatusWords = bilingual({
  expected: ['Expected', '登録待ち'], authenticated: ['Enrolling', '登録中'], enrolled: ['Enrolled', '登録済み'], left: ['Left', '離脱'],
} satisfies Named<DeviceStatus>);

export const deviceStatusColours: Readonly<Record<DeviceStatus, Colour>> = { expected: 'pending', authenticated: 'in-progress', enrolled: 'success', left: 'stopped' };

export const instructionStateWords = bilingual({
  scheduled: ['Scheduled', '予定'], issued: ['Instructed', '指示済み'], delivered: ['Delivered', '受信済み'], deferred: ['Deferred', '保留'], acknowledged: ['Waiting for its user', '利用者の応答待ち'],
  installing: ['Installing', 'インストール中'], installed: ['Installed', 'インストール済み'], removed: ['Removed', '削除済み'], rejected: ['Declined', '拒否'], failed: ['Failed', '失敗'], timedOut: ['Not finished in time', '時間切れ'],
  skipped: ['Left out', '対象外'], cancelled: ['Cancelled', '中止'], superseded: ['Superseded', '置き換え'], collected: ['Collected', '収集済み'],
} satisfies Named<InstructionState>);

export const instructionStateColours: Readonly<Record<InstructionState, Colour>> = {
  scheduled: 'pending', issued: 'in-progress', delivered: 'in-progress', deferred: 'pending', acknowledged: 'in-progress', installing: 'in-progress', installed: 'success', removed: 'success', rejected: 'error', failed: 'error', timedOut: 'error',
  skipped: 'stopped', cancelled: 'stopped', superseded: 'stopped', collected: 'success',
};
