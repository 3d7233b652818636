import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import { ANSWER_TIME, checkOf, needsPoll, needsPush, stepsOf, timeoutReason, type WaveStep } from '../../../core/instruction/deadline.ts';
import { instructionStates, type InstructionState } from '../../../core/instruction/instruction.ts';

const kinds = fc.constantFrom('install', 'inventory');
const hours = fc.integer({ min: 1, max: 168 });
const openings = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2032, 0) });

describe('the steps of a wave', () => {
  it('are in order, within its time, and end with its deadline and nothing else', () => {
    fc.assert(fc.property(kinds, openings, hours, (kind, openedAt, duration) => {
      const deadline = openedAt + duration * HOUR;
      const steps = stepsOf(kind, openedAt, deadline);
      for (const [index, { at }] of steps.entries()) {
        expect(at).toBeGreaterThan(openedAt);
        expect(at).toBeGreaterThanOrEqual(steps[index - 1]?.at ?? 0);
      }
      expect(steps.at(-1)).toEqual({ at: deadline, push: false, poll: false, expire: true });
      expect(steps.slice(0, -1).every(({ at, push, poll, expire }) => at < deadline && (push || poll) && !expire)).toBe(true);
    }));
  });

  it('ask about an installation within the hour before its deadline, whatever that is', () => {
    fc.assert(fc.property(openings, hours, (openedAt, duration) => {
      const deadline = openedAt + duration * HOUR;
      const asked = stepsOf('install', openedAt, deadline).filter(({ poll, at }) => poll && at >= deadline - HOUR);
      expect(asked.length).toBeGreaterThan(0);
      expect(Math.max(...asked.map(({ at }) => at))).toBeLessThanOrEqual(deadline - ANSWER_TIME);
    }));
  });

  it('of a day push and ask ever less often, and once more before its end', () => {
    const day = stepsOf('install', 0, 24 * HOUR);
    const hoursOf = (chosen: (step: WaveStep) => boolean): readonly number[] => day.filter(chosen).map(({ at }) => at / HOUR);
    expect(hoursOf(({ push }) => push)).toEqual([0.25, 1, 4, 12, 23, 23.5]);
    expect(hoursOf(({ poll }) => poll)).toEqual([12, 23, 23.5]);
  });

  it('ask nothing besides where inventory itself is asked for', () => {
    fc.assert(fc.property(openings, hours, (openedAt, duration) => {
      expect(stepsOf('inventory', openedAt, openedAt + duration * HOUR).some(({ poll }) => poll)).toBe(false);
    }));
  });
});

describe('a check of a wave', () => {
  /** Goes from check to check, each `late` after it was due; what is left of the last lateness is not used. */
  function follow(steps: readonly WaveStep[], openedAt: number, lateness: readonly number[]): readonly { readonly at: number; readonly push: boolean; readonly poll: boolean; readonly expire: boolean }[] {
    const done: { at: number; push: boolean; poll: boolean; expire: boolean }[] = [];
    for (let next: { step: number; at: number } | undefined = { step: 0, at: steps[0]?.at ?? openedAt }; next !== undefined;) {
      const at: number = next.at + (lateness[done.length % Math.max(1, lateness.length)] ?? 0);
      const check = checkOf(steps, next.step, at);
      if (check === undefined) throw new Error('A step that is due is not there.');
      done.push({ at, push: check.push, poll: check.poll, expire: check.expire });
      next = check.next;
    }
    return done;
  }

  it('on time does each step, and ends exactly at the deadline', () => {
    fc.assert(fc.property(kinds, openings, hours, (kind, openedAt, duration) => {
      const steps = stepsOf(kind, openedAt, openedAt + duration * HOUR);
      const done = follow(steps, openedAt, []);
      expect(new Set(done.map(({ at }) => at))).toEqual(new Set(steps.map(({ at }) => at)));
      expect(done.at(-1)).toMatchObject({ at: openedAt + duration * HOUR, expire: true });
    }));
  });

  it('however late ends once, never before the deadline, and never sooner after asking than an answer takes', () => {
    const late = fc.array(fc.oneof(fc.nat(5 * MINUTE), fc.nat(200 * HOUR)), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(openings, hours, late, (openedAt, duration, lateness) => {
      const deadline = openedAt + duration * HOUR;
      const done = follow(stepsOf('install', openedAt, deadline), openedAt, lateness);
      expect(done.map(({ expire }) => expire)).toEqual([...Array.from({ length: done.length - 1 }, () => false), true]);
      const [asked, end] = [done.filter(({ poll }) => poll).at(-1), done.at(-1)];
      expect(end?.at).toBeGreaterThanOrEqual(deadline);
      expect((end?.at ?? 0) - (asked?.at ?? Infinity)).toBeGreaterThanOrEqual(ANSWER_TIME);
      expect(asked?.at ?? 0).toBeGreaterThanOrEqual(deadline - HOUR);
    }));
  });

  it('beyond the last step is nothing', () => {
    expect(checkOf(stepsOf('install', 0, HOUR), 99, HOUR)).toBeUndefined();
  });
});

describe('a step concerns', () => {
  it('with a push those that may not have fetched their instruction, with a question those that took it', () => {
    const chosen = (rule: typeof needsPush): readonly InstructionState[] => instructionStates.filter((state) => rule({ state }));
    expect(chosen(needsPush)).toEqual(['issued', 'delivered', 'deferred']);
    expect(chosen(needsPoll)).toEqual(['delivered', 'acknowledged', 'installing']);
  });
});

describe('a timeout says', () => {
  it.each<[InstructionState, number | undefined, string]>([
    ['issued', undefined, 'not-heard-from'], ['acknowledged', 999, 'not-heard-from'], ['issued', 1_000, 'never-fetched'], ['deferred', 2_000, 'never-fetched'],
    ['delivered', 2_000, 'not-finished'], ['acknowledged', 1_000, 'not-finished'], ['installing', 2_000, 'not-finished'],
  ])('of one that is %s, last heard from at %s: %s', (state, lastSeenAt, code) => {
    expect(timeoutReason({ kind: 'install', state, issuedAt: 1_000 }, lastSeenAt).code).toBe(code);
  });

  it('of a removal that the device took: not removed', () => {
    expect(timeoutReason({ kind: 'remove', state: 'acknowledged', issuedAt: 1_000 }, 2_000).code).toBe('not-removed');
  });
});
