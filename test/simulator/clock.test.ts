import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openClockChannel } from '../../local/clock/channel.ts';
import { createClock } from '../../local/clock/clock.ts';
import { memoryStateStore } from '../../local/state-store.ts';
import { followClock, machineClock } from '../../simulator/clock.ts';

const startAt = Date.parse('2026-11-23T01:00:00Z');
const MINUTE = 60_000;

describe('a clock that follows the local cloud\'s', () => {
  const clock = createClock({ pace: 'real', startAt, store: memoryStateStore() });
  const opening = openClockChannel(clock, 0);
  const closing: (() => void)[] = [];
  afterEach(() => { for (const close of closing.splice(0)) close(); });

  it('shows its time, and fires nothing early when it jumps', async () => {
    const follower = await followClock((await opening).port, 'a test');
    closing.push(() => { follower.close(); });
    expect(Math.abs(follower.now() - clock.now())).toBeLessThan(1_000);
    const fired: number[] = [];
    await new Promise<void>((resolve) => {
      follower.at(startAt + 90 * MINUTE, () => {
        fired.push(follower.now());
        resolve();
        return Promise.resolve();
      });
      clock.setPace('max');
    });
    clock.setPace('real');
    expect(fired).toHaveLength(1);
    expect(fired[0]).toBeGreaterThanOrEqual(startAt + 90 * MINUTE);
  });

  it('says no more once it is closed, whatever it is still told', async () => {
    const follower = await followClock((await opening).port, 'a test');
    follower.close();
    // An answer to what was on its way would be written behind the end, which ends the process.
    for (let change = 0; change < 20; change += 1) {
      clock.setPace(change % 2 === 0 ? 2 : 'real');
      await pause(1);
    }
    await (await opening).close();
    clock.stop();
  });
});

describe('timers of a clock', () => {
  it('fire in the order of their instants, those of one instant in the order in which they were set', async () => {
    const clock = machineClock();
    const from = clock.now() + 20;
    const after = [7, 3, 3, 9, 0, 7, 3, 5, 9, 0];
    const fired: number[] = [];
    await Promise.all(after.map((milliseconds, index) => new Promise<void>((resolve) => {
      clock.at(from + milliseconds, () => {
        fired.push(index);
        resolve();
        return Promise.resolve();
      });
    })));
    clock.close();
    expect(fired).toEqual([4, 9, 1, 2, 6, 7, 0, 5, 3, 8]);
  });
});
