import { describe, expect, it } from 'vitest';
import { verdictToKeep } from '../../../core/rollout/kept-verdict.ts';
import type { Run, Verdict } from '../../../core/rollout/plan.ts';
import { aRun } from '../../support/samples/plan.ts';
import { MORNING } from '../../support/samples/unique.ts';

const run = aRun({ nextSeq: 4 });
const verdict = (decision: Verdict['decision'], at = MORNING, words = 'Because.'): Verdict => ({ decision, words, at });
const advance = verdict('advance');

describe('of a run\'s verdicts', () => {
  it.each<[string, Run | undefined, Run, unknown]>([
    ['the one that opened a wave, with its number', run, { ...run, nextSeq: 5, lastVerdict: advance }, { ...advance, seq: 4 }],
    ['one in the same words for the next wave', { ...run, lastVerdict: advance }, { ...run, nextSeq: 5, lastVerdict: advance }, { ...advance, seq: 4 }],
    ['a pause', { ...run, lastVerdict: advance }, { ...run, status: 'paused', lastVerdict: verdict('pause', MORNING + 1) }, verdict('pause', MORNING + 1)],
    ['a pause at the instant of what was before', { ...run, lastVerdict: advance }, { ...run, status: 'paused', lastVerdict: verdict('pause') }, verdict('pause')],
    ['that of a new run without windows', undefined, { ...run, lastVerdict: verdict('pause') }, verdict('pause')],
  ])('is kept %s', (_, before, after, kept) => {
    expect(verdictToKeep(before, after)).toEqual(kept);
  });

  it.each<[string, Run | undefined, Run]>([
    ['a run that has none', run, run],
    ['a new run', undefined, run],
    ['a look at devices that opened no wave', run, { ...run, lastVerdict: advance }],
    ['a change that brings no other', { ...run, lastVerdict: verdict('pause') }, { ...run, epoch: 2, lastVerdict: verdict('pause') }],
    ['a pause that is taken back', { ...run, lastVerdict: verdict('pause', MORNING + 1) }, { ...run, lastVerdict: verdict('wait') }],
    ['a run that is resumed', { ...run, lastVerdict: verdict('pause') }, run],
  ])('none is kept of %s', (_, before, after) => {
    expect(verdictToKeep(before, after)).toBeUndefined();
  });
});
