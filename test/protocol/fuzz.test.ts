import { describe, expect, it } from 'vitest';
import { commandFor, makeCase, makeDecoders, runCase } from '../../bench/fuzz/cases.ts';
import type { Decoder } from '../../bench/fuzz/decoder.ts';
import { diceOf } from '../../bench/fuzz/dice.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** A sample of what `npm run bench -- fuzz` does a million times. */
const SEED = 'suite';
/** Milliseconds for each decoder, and cases that it is done after. */
const PATIENCE = 250;
const [FEWEST, MOST] = [40, 3_000];

const decoders = await makeDecoders();

describe('damaged or invented bytes', () => {
  it.each(decoders)('$name: end in a value or in an error that the sender is told of, soon', async (decoder) => {
    const until = performance.now() + PATIENCE;
    // What is compiled while it is measured looks slow.
    for (let number = 0; number < FEWEST; number += 1) await runCase(decoder, makeCase(decoder, `${SEED} warm-up`, number));
    for (let number = 0; number < FEWEST || (number < MOST && performance.now() < until); number += 1) {
      const { fault } = await runCase(decoder, makeCase(decoder, SEED, number));
      if (fault !== undefined) expect.fail(`${fault}. Again: ${commandFor(decoder.name, SEED, number)}`);
    }
  });

  it.each(decoders)('$name: are the same for the same seed and number', (decoder) => {
    expect(makeCase(decoder, 'a', 17)).toEqual(makeCase(decoder, 'a', 17));
    expect([0, 1, 2, 3].map((number) => makeCase(decoder, 'b', number).toString('base64'))).not.toEqual([0, 1, 2, 3].map((number) => makeCase(decoder, 'a', number).toString('base64')));
  });

  it.each(decoders)('$name: begin with samples that are good', async (decoder) => {
    for (const sample of decoder.corpus.samples) expect(await runCase(decoder, sample)).toMatchObject({ taken: true });
  });
});

describe('the fuzzing itself', () => {
  const bytes = { name: 'a rig', share: 1, corpus: { samples: [Buffer.from('x')], words: ['x'] } } as const satisfies Omit<Decoder, 'decode'>;

  it('sees an error of another kind, and one that would be our fault', async () => {
    expect(await runCase({ ...bytes, decode: () => { throw new TypeError('x is not a function'); } }, Buffer.from('x'))).toMatchObject({ fault: expect.stringContaining('TypeError: x is not a function') as string });
    expect(await runCase({ ...bytes, decode: () => Promise.reject(new RangeError('late')) }, Buffer.from('x'))).toMatchObject({ fault: expect.stringContaining('late') as string });
  });

  it('sees a decoder that takes its time, each time', async () => {
    // Of the processor: a busy machine would let less of the clock's time count.
    const slow = () => { for (const began = cpuTime(); cpuTime() - began < 150;); };
    expect((await runCase({ ...bytes, decode: slow }, Buffer.from('x'))).fault).toMatch(/^took \d+ ms$/);
    let calls = 0;
    expect(await runCase({ ...bytes, decode: () => { if (calls++ === 0) slow(); } }, Buffer.from('x'))).not.toHaveProperty('fault');
  });

  it('throws fair dice', () => {
    const dice = diceOf('fair');
    const counts = Array.from({ length: 6 }, () => 0);
    for (let throws = 0; throws < 6_000; throws += 1) { const side = dice.below(6); counts[side] = (counts[side] ?? 0) + 1; }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
