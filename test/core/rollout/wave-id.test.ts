import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBranchId, parsePlanId, parseWaveId } from '../../../core/ids.ts';
import type { RunKey } from '../../../core/rollout/plan.ts';
import { directWaveId, isWaveOf, placeOfWave, waveIdOf } from '../../../core/rollout/wave-id.ts';
import { testIdentifiers } from '../../support/memory/ambient.ts';

const ids = testIdentifiers();
const uuid = fc.uuid().map((text) => parsePlanId(text.toLowerCase()));
const branchId = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/).map(parseBranchId);
const key: fc.Arbitrary<RunKey> = fc.record({ planId: uuid, branchId, kind: fc.constantFrom('install', 'inventory') });
const seq = fc.integer({ min: 1, max: 999_999 });

describe('a wave\'s id', () => {
  it('says where the wave is, and is one that the API takes', () => {
    fc.assert(fc.property(key, seq, (at, number) => {
      const id = waveIdOf(at, number);
      expect(placeOfWave(id)).toEqual({ key: at, seq: number });
      expect(parseWaveId(id)).toBe(id);
    }));
  });

  it('is of its own plan and of no other', () => {
    fc.assert(fc.property(key, seq, uuid, (at, number, planId) => {
      expect(isWaveOf(waveIdOf(at, number), at.planId)).toBe(true);
      expect(isWaveOf(waveIdOf(at, number), planId)).toBe(planId === at.planId);
    }));
  });

  it('outside a plan is another each time, and in no place', () => {
    const [one, two] = [directWaveId(ids), directWaveId(ids)];
    expect(one).not.toBe(two);
    expect([one, two].map(placeOfWave)).toEqual([undefined, undefined]);
    expect(isWaveOf(one, parsePlanId('00000000-0000-4000-8000-000000000001'))).toBe(false);
  });
});
