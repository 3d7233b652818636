import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../core/ambient.ts';
import { kept } from '../../functions/kept.ts';
import { testClock } from '../support/memory/ambient.ts';

function counting(values: readonly (number | undefined)[]) {
  const clock = testClock();
  let reads = 0;
  const subject = kept(clock, 5 * MINUTE, () => {
    reads += 1;
    return Promise.resolve(values[Math.min(reads, values.length) - 1]);
  });
  return { clock, subject, reads: () => reads };
}

describe('what is kept', () => {
  it('is read once in five minutes', async () => {
    const { clock, subject, reads } = counting([1, 2]);
    expect([await subject.get(), await subject.get()]).toEqual([1, 1]);
    clock.pass(5 * MINUTE - 1);
    expect(await subject.get()).toBe(1);
    clock.pass(1);
    expect(await subject.get()).toBe(2);
    expect(reads()).toBe(2);
  });

  it('is asked for anew while there is nothing', async () => {
    const { subject } = counting([undefined, 1, 2]);
    expect([await subject.get(), await subject.get(), await subject.get()]).toEqual([undefined, 1, 1]);
  });

  it('is read again at once for who misses something, but not at anybody\'s will', async () => {
    const { clock, subject, reads } = counting([1, 2, 3]);
    await subject.get();
    expect([await subject.again(), await subject.again(), await subject.again()]).toEqual([2, 2, 2]);
    expect(await subject.get()).toBe(2);
    clock.pass(SECOND);
    expect(await subject.again()).toBe(3);
    expect(reads()).toBe(3);
  });
});
