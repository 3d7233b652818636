import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare, rollOut, startAt, unitsPerInstall, type Rollout } from '../../bench/cycles/rollout.ts';
import { withStage } from '../../bench/stage.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** A wave of this size bears its share of the sweeps, which look after all waves at once. */
const DEVICES = 20;
/** Capacity units of one install, all tables and indexes: about 40 and 50. How many changes a recount of totals covers is left to chance, and so are some of them. */
const READ = 55;
const WRITE = 65;

let test: TestCloud;
let rollout: Rollout;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  rollout = await withStage(test.cloud, () => undefined, async (stage) => rollOut(stage, (await prepare(stage)).id, 'head-office', DEVICES, true));
});

afterAll(async () => {
  await test.cloud.stop();
});

describe('a whole install, from the opening of the wave to the last proof', () => {
  it('is done by every device', () => {
    expect(rollout.installed).toBe(DEVICES);
  });

  it('costs at most so much capacity, with its share of what looks after the wave', () => {
    const { read, write } = unitsPerInstall(rollout);
    expect(read, 'read units').toBeLessThanOrEqual(READ);
    expect(write, 'write units').toBeLessThanOrEqual(WRITE);
    // Or something was not weighed.
    expect(write).toBeGreaterThan(30);
  });

  it('needs no permission that the functions do not have', () => {
    expect(test.faults).toEqual([]);
  });
});
