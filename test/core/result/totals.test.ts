import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionStates, type InstructionState } from '../../../core/instruction/instruction.ts';
import { addTotals, countOf, countStates, failures, openStates, subtractTotals, type Totals } from '../../../core/result/totals.ts';
import { isEnd } from '../../../core/instruction/transitions.ts';

const states = fc.array(fc.constantFrom(...instructionStates).map((state) => ({ state })), { maxLength: 60 });
const totals = states.map(countStates);

describe('a count of instructions', () => {
  it('holds each of them once, under its state, in whatever order they come', () => {
    fc.assert(fc.property(states, (instructions) => {
      const counted = countStates(instructions);
      expect(countOf(counted, instructionStates)).toBe(instructions.length);
      expect(countStates(instructions.toReversed())).toEqual(counted);
      for (const state of instructionStates) expect(counted[state]).toBe(instructions.filter((each) => each.state === state).length || undefined);
    }));
  });
});

describe('totals', () => {
  it('come to what was counted after a difference is added to what was counted before', () => {
    fc.assert(fc.property(totals, totals, (before, after) => {
      expect(addTotals([before, subtractTotals(after, before)])).toEqual(after);
    }));
  });

  it('differ from themselves by nothing: a recount changes no sum', () => {
    fc.assert(fc.property(totals, (counted) => {
      expect(subtractTotals(counted, counted)).toEqual({});
    }));
  });

  it('add up in any order, and to the same whether one by one or all at once', () => {
    fc.assert(fc.property(fc.array(totals, { maxLength: 6 }), (parts) => {
      const sum = addTotals(parts);
      expect(addTotals(parts.toReversed())).toEqual(sum);
      expect(parts.reduce<Totals>((so, part) => addTotals([so, part]), {})).toEqual(sum);
      expect(countOf(sum, instructionStates)).toBe(parts.reduce((count, part) => count + countOf(part, instructionStates), 0));
    }));
  });

  it('do not name a state that came to nothing', () => {
    expect(addTotals([{ issued: 3, failed: 1 }, { issued: -3, installed: 3 }])).toEqual({ failed: 1, installed: 3 });
  });

  it('call failed what failed, was rejected or ran out of time, and nothing else', () => {
    const failing: readonly InstructionState[] = ['failed', 'rejected', 'timedOut'];
    for (const state of instructionStates) expect(failures({ [state]: 2 })).toBe(failing.includes(state) ? 2 : 0);
  });

  it('call open exactly what is not at an end', () => {
    expect(instructionStates.filter((state) => !isEnd(state))).toEqual([...openStates]);
  });
});
