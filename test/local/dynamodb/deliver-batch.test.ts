import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliverBatch, type BatchRules } from '../../../local/dynamodb/deliver-batch.ts';

interface Story {
  /** In the order in which they happened. */
  readonly passed: number[];
  readonly givenUp: number[];
  readonly tries: Map<number, number>;
  calls: number;
}

/** Delivers 0..n-1 to a handler that stops before the first record that is still to fail. */
async function deliver(n: number, rules: BatchRules, failures: ReadonlyMap<number, number>, partly: boolean, patience = Infinity): Promise<Story> {
  const story: Story = { passed: [], givenUp: [], tries: new Map(), calls: 0 };
  const left = new Map(failures);
  let waits = 0;
  await deliverBatch([...Array(n).keys()], rules, {
    handle: (records) => {
      story.calls += 1;
      const at = records.findIndex((record) => (left.get(record) ?? 0) > 0);
      if (at === -1) return Promise.resolve(records.length);
      const culprit = records[at] ?? 0;
      left.set(culprit, (left.get(culprit) ?? 0) - 1);
      story.tries.set(culprit, (story.tries.get(culprit) ?? 0) + 1);
      return Promise.resolve(partly ? at : 0);
    },
    passed: (records) => story.passed.push(...records),
    giveUp: (records) => story.givenUp.push(...records),
    wait: () => Promise.resolve((waits += 1) <= patience),
  });
  return story;
}

const batch = fc.record({
  n: fc.integer({ min: 0, max: 40 }), maximumAttempts: fc.integer({ min: 1, max: 6 }), bisect: fc.boolean(), partly: fc.boolean(),
  poison: fc.dictionary(fc.integer({ min: 0, max: 39 }).map(String), fc.integer({ min: 1, max: 3 })),
});
const failuresOf = (poison: Record<string, number>): Map<number, number> => new Map(Object.entries(poison).map(([record, times]) => [Number(record), times]));

describe('a batch of stream records', () => {
  it('is done with record after record in order, none lost, whatever fails', async () => {
    await fc.assert(fc.asyncProperty(batch, async ({ n, maximumAttempts, bisect, partly, poison }) => {
      const { passed } = await deliver(n, { maximumAttempts, bisect }, failuresOf(poison), partly);
      expect(passed).toEqual([...Array(n).keys()]);
    }));
  });

  it('loses only the records that always fail when it is halved', async () => {
    await fc.assert(fc.asyncProperty(batch, async ({ n, maximumAttempts, partly, poison }) => {
      const always = new Map([...failuresOf(poison).keys()].map((record) => [record, Infinity]));
      const { givenUp, tries } = await deliver(n, { maximumAttempts, bisect: true }, always, partly);
      expect(givenUp).toEqual([...always.keys()].filter((record) => record < n).toSorted((a, b) => a - b));
      for (const record of givenUp) expect(tries.get(record)).toBeGreaterThanOrEqual(maximumAttempts);
    }));
  });

  it('is tried again as a whole, so often and no more, where nothing is halved', async () => {
    expect(await deliver(3, { maximumAttempts: 6, bisect: false }, new Map([[1, 5]]), false)).toMatchObject({ calls: 6, givenUp: [], passed: [0, 1, 2] });
    expect(await deliver(3, { maximumAttempts: 6, bisect: false }, new Map([[1, 6]]), false)).toMatchObject({ calls: 6, givenUp: [0, 1, 2], passed: [0, 1, 2] });
  });

  it('counts anew behind what was handled of it', async () => {
    expect(await deliver(4, { maximumAttempts: 2, bisect: false }, new Map([[1, 1], [2, 1], [3, 1]]), true)).toMatchObject({ givenUp: [], passed: [0, 1, 2, 3] });
  });

  it('ends where it is told to, with nothing passed that was not handled', async () => {
    expect(await deliver(4, { maximumAttempts: Infinity, bisect: false }, new Map([[2, Infinity]]), true, 3)).toMatchObject({ passed: [0, 1], givenUp: [], calls: 4 });
  });
});
