import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../core/ambient.ts';
import { stepsOf } from '../../../core/instruction/deadline.ts';
import { instructionStates } from '../../../core/instruction/instruction.ts';
import { isEnd, removalTransitions, statesBefore, transitions } from '../../../core/instruction/transitions.ts';

describe('the states of an install instruction', () => {
  it('leave an end only for a late success or the user\'s late answer', () => {
    for (const [from, targets] of Object.entries(transitions)) {
      if (isEnd(from as keyof typeof transitions)) expect(targets.every((to) => to === 'installed' || to === 'rejected')).toBe(true);
    }
  });

  it('reach installed from everything that was issued, and from no instruction that never was', () => {
    expect(statesBefore('installed')).toEqual(['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'rejected', 'failed', 'timedOut']);
  });

  it('can all be ended by time once issued', () => {
    expect(statesBefore('timedOut')).toEqual(['issued', 'delivered', 'deferred', 'acknowledged', 'installing']);
  });

  it('are all reachable', () => {
    for (const state of instructionStates) if (state !== 'scheduled') expect(state === 'issued' || statesBefore(state).length > 0).toBe(true);
  });
});

describe('the states of an instruction to remove an app', () => {
  it('leave an end only for a late success', () => {
    for (const [from, targets] of Object.entries(removalTransitions)) if (isEnd(from as keyof typeof removalTransitions)) expect(targets.every((to) => to === 'removed')).toBe(true);
  });

  it('reach removed from everything that was issued, and from no instruction that never was', () => {
    expect(statesBefore('removed')).toEqual(['issued', 'delivered', 'deferred', 'acknowledged', 'failed', 'timedOut']);
  });

  it('are those of an installation, but for what only an installation meets', () => {
    const common = new Set(Object.keys(removalTransitions));
    for (const [from, targets] of Object.entries(removalTransitions)) {
      const ofInstall = transitions[from as keyof typeof transitions] as readonly string[] | undefined;
      // A newer version found supersedes an installation that the device has taken already: nothing so supersedes a removal.
      const taken = from === 'delivered' || from === 'acknowledged';
      if (ofInstall !== undefined) expect(targets.filter((to) => to !== 'removed').toSorted()).toEqual(ofInstall.filter((to) => common.has(to) && !(taken && to === 'superseded')).toSorted());
    }
  });
});

describe('the steps of a wave', () => {
  it('end with its deadline, and ask shortly before it', () => {
    const steps = stepsOf('install', 0, 24 * HOUR);
    expect(steps.at(-1)).toEqual({ at: 24 * HOUR, push: false, poll: false, expire: true });
    expect(steps.filter(({ poll, at }) => poll && at >= 23 * HOUR).map(({ at }) => at / HOUR)).toEqual([23, 23.5]);
    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(steps.filter(({ expire }) => expire)).toHaveLength(1);
  });

  it('fit into a deadline of an hour', () => {
    expect(stepsOf('install', 0, HOUR).every(({ at }) => at > 0 && at <= HOUR)).toBe(true);
  });
});
