/** Where a device is with a version, in both languages: the states of instructions, and that it was not instructed. */
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { InstructionState } from '../../core/instruction/instruction.ts';
import type { OutcomeState } from '../../core/result/outcome.ts';
import { bilingual, type Words } from '../language/words.ts';
import { instructionStateWords } from './states.ts';

const { removed: _, collected: __, ...installing } = instructionStateWords;

export const outcomeWords = bilingual({ none: ['Not instructed', '未指示'], ...installing } satisfies Record<OutcomeState, readonly [string, string]> & Words);

export const outcomeColours: Readonly<Record<OutcomeState, StatusIndicatorProps.Type>> = {
  none: 'stopped', scheduled: 'pending', issued: 'in-progress', delivered: 'in-progress', deferred: 'pending', acknowledged: 'pending', installing: 'in-progress',
  installed: 'success', rejected: 'error', failed: 'error', timedOut: 'error', skipped: 'stopped', cancelled: 'stopped', superseded: 'stopped',
};

/** Of instructions, whatever they are for. */
export const instructionColours: Readonly<Record<InstructionState, StatusIndicatorProps.Type>> = { ...outcomeColours, removed: 'success', collected: 'success' };
