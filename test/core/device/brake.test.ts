import { beforeEach, describe, expect, it } from 'vitest';
import { applyBrake } from '../../../core/device/brake.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { memoryEdgeGate } from '../../support/memory/edge-gate.ts';
import { seedBranch } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const berlin = parseBranchId('berlin');
let world: MemoryWorld;
let closed: Set<string>;
beforeEach(() => {
  world = memoryWorld();
  closed = new Set();
});
const apply = (gate = memoryEdgeGate(closed)) => applyBrake({ branches: world.branches, gate }, berlin);

describe('the brake of a branch at the edge', () => {
  it.each([[true, ['branch/berlin']], [false, []]])('is what the record says (%s), whatever the edge did before', async (brake, expected) => {
    seedBranch(world, 'berlin', { brake });
    for (const before of [[], ['branch/berlin']]) {
      closed = new Set(before);
      await apply();
      expect([...closed]).toEqual(expected);
    }
  });

  it('is told to the edge by a request that is repeated after one that broke off', async () => {
    seedBranch(world, 'berlin', { brake: true });
    await expect(apply({ close: () => Promise.reject(new Error('the edge is away')), open: () => Promise.resolve() })).rejects.toThrow('away');
    expect([...closed]).toEqual([]);
    await apply();
    expect([...closed]).toEqual(['branch/berlin']);
  });

  it('ends as the record ends where it was released while it was being set', async () => {
    seedBranch(world, 'berlin', { brake: true });
    const released = () => {
      seedBranch(world, 'berlin', { brake: false });
      closed.delete('branch/berlin');
    };
    const slow = memoryEdgeGate(closed, (operation) => { if (operation === 'close') released(); });
    await apply(slow);
    expect([...closed]).toEqual([]);
  });
});
