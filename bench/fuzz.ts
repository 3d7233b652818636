/**
 * A million damaged and invented inputs for every decoder of bytes from outside. Each must end in a value or in an error that
 * the sender is told of (4xx), within 50 ms. Counted, and the same for the same seed on every machine; the times are information.
 */
import { commandFor, LONGEST, makeCase, makeDecoders, runCase } from './fuzz/cases.ts';
import type { Decoder } from './fuzz/decoder.ts';
import type { Run } from './benchmarks.ts';
import { rounded } from './report.ts';

/** `FUZZ_SEED` and `FUZZ_CASES` in the environment: other cases, or more of them. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 1_000_000);
/** Compiles what is run hot, before times count. */
const WARM_UP = 300;
const MOST_TOLD = 5;

export const run: Run = async (say) => {
  const seed = process.env['FUZZ_SEED'] ?? 'wavecast';
  const decoders = await makeDecoders();
  const shares = decoders.reduce((sum, { share }) => sum + share, 0);
  const results = [];
  for (const decoder of decoders) {
    say(`${decoder.name} ...`);
    results.push(await fuzz(decoder, seed, Math.ceil((CASES * decoder.share) / shares), say));
  }
  const cases = results.reduce((sum, one) => sum + one.cases, 0);
  const faults = results.reduce((sum, one) => sum + one.faults, 0);
  if (faults > 0) say(`${faults} of ${cases} cases ended as none may.`);
  return { facts: { seed, cases, faults, 'slowest ms': Math.max(...results.map((one) => one['slowest ms'])) }, rows: results };
};

async function fuzz(decoder: Decoder, seed: string, cases: number, say: (line: string) => void) {
  for (let number = 0; number < Math.min(WARM_UP, cases); number += 1) await runCase(decoder, makeCase(decoder, seed, number));
  let [taken, faults, slowest, slowestCase] = [0, 0, 0, 0];
  const began = performance.now();
  for (let number = 0; number < cases; number += 1) {
    const end = await runCase(decoder, makeCase(decoder, seed, number));
    if (end.taken) taken += 1;
    if (end.milliseconds > slowest) [slowest, slowestCase] = [end.milliseconds, number];
    if (end.fault === undefined) continue;
    faults += 1;
    if (faults <= MOST_TOLD) say(`${decoder.name} ${number} ${end.fault}. Again: ${commandFor(decoder.name, seed, number)}`);
  }
  const seconds = (performance.now() - began) / 1_000;
  return { decoder: decoder.name, cases, 'gave a value': taken, faults, 'slowest ms': rounded(slowest), 'slowest case': slowestCase, 'allowed ms': LONGEST, seconds: rounded(seconds) };
}
