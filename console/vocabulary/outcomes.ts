/** Where a device is with a version, in both languages: the states of instructions, and that it was not instructed. */
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { InstructionState } from '../../core/instruction/instruction.ts';
import type { OutcomeState } from '../../core/result/outcome.ts';
import { bilingual, type Words } from '../language/words.ts';
import { instructionStateWords } from './states.ts';

const { removed: _, collected: __, ...installing } = instructionStateWords;

export const outcomeWords = bilingual({ none: ['Not instructed', '未指示'], ...installing } satisfies Record<OutcomeState, readonly [string, string]> & Words);

/** What is awaited, of a device that has no reason; nothing where the state says all. */
export const awaitedWords = bilingual({
  none: ['', ''], scheduled: ['A plan will instruct it', '計画で指示予定'], issued: ['Not fetched yet', '指示を未取得'], delivered: ['Not answered yet', '応答待ち'], deferred: ['Asked again later', '後で再送'],
  acknowledged: ['Its user may not have answered', '利用者が未応答の可能性'], installing: ['Being fetched or installed', '取得・インストール中'], installed: ['', ''],
  rejected: ['', ''], failed: ['', ''], timedOut: ['', ''], skipped: ['', ''], cancelled: ['', ''], superseded: ['', ''],
} satisfies Record<OutcomeState, readonly [string, string]> & Words);

export const outcomeColours: Readonly<Record<OutcomeState, StatusIndicatorProps.Type>> = {
  none: 'stopped', scheduled: 'pending', issued: 'in-progress', delivered: 'in-progress', deferred: 'pending', acknowledged: 'pending', installing: 'in-progress',
  installed: 'success', rejected: 'error', failed: 'error', timedOut: 'error', skipped: 'stopped', cancelled: 'stopped', superseded: 'stopped',
};

/** Of instructions, whatever they are for. */
export const instructionColours: Readonly<Record<InstructionState, StatusIndicatorProps.Type>> = { ...outcomeColours, removed: 'success', collected: 'success' };
