import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import { parseBranchId, parsePlanId } from '../../../core/ids.ts';
import { executionName, turnInputOf } from '../../../core/rollout/execution-name.ts';
import type { Run } from '../../../core/rollout/plan.ts';
import { runId } from '../../../core/rollout/store.ts';
import { testIdentifiers, uuidOf } from '../../support/memory/ambient.ts';

const ids = testIdentifiers();

describe('an execution\'s name', () => {
  const run: fc.Arbitrary<Run> = fc.record({
    planId: fc.constantFrom('a', 'b').map((text) => parsePlanId(uuidOf(text))), branchId: fc.constantFrom('berlin', 'tokyo').map(parseBranchId), kind: fc.constantFrom('install', 'inventory'), epoch: fc.integer({ min: 1, max: 9 }), opensAt: fc.integer({ min: 0, max: 9 }).map((days) => days * DAY),
    status: fc.constantFrom('waiting', 'running'), nextSeq: fc.integer({ min: 1, max: 999 }), nextAt: fc.nat(),
  }).map(({ opensAt, ...rest }): Run => ({ ...rest, pass: 'first', window: { opensAt, closesAt: opensAt + HOUR } }));

  it('is one that Step Functions takes', () => {
    fc.assert(fc.property(run, (given) => {
      expect(executionName(given, ids)).toMatch(/^[a-z0-9-]{1,80}$/);
    }));
  });

  it('is the same exactly for the same run, epoch and window, however far the run is', () => {
    fc.assert(fc.property(run, run, fc.boolean(), (a, b, alike) => {
      const other: Run = alike ? { ...b, planId: a.planId, branchId: a.branchId, kind: a.kind, epoch: a.epoch, window: a.window } : b;
      const same = runId(a) === runId(other) && a.epoch === other.epoch && a.window.opensAt === other.window.opensAt;
      expect(executionName(a, ids) === executionName(other, ids)).toBe(same);
    }));
  });

  it('goes with an input that a later release can read', () => {
    fc.assert(fc.property(run, (given) => {
      expect(turnInputOf(given)).toEqual({ format: 1, planId: given.planId, branchId: given.branchId, kind: given.kind, epoch: given.epoch, window: given.window });
    }));
  });
});
