/** `node bootstrap.mjs bench/fuzz/one-case.ts SEED DECODER NUMBER`: one case of the fuzzing once more, its bytes and how it ends. */
import { makeCase, makeDecoders, runCase } from './cases.ts';

const [seed = '', name = '', number = ''] = process.argv.slice(2);
const decoders = await makeDecoders();
const decoder = decoders.find((each) => each.name === name);
if (decoder === undefined || !/^\d+$/.test(number)) {
  process.stderr.write(`Use one-case.ts SEED DECODER NUMBER, with a decoder of: ${decoders.map((each) => each.name).join(', ')}.\n`);
  process.exit(2);
}
const bytes = makeCase(decoder, seed, Number(number));
process.stdout.write(`${bytes.length} bytes, base64:\n${bytes.toString('base64')}\nas text:\n${bytes.toString('latin1').replaceAll(/[^\x20-\x7e\n]/g, '.').slice(0, 4_000)}\n`);
process.stdout.write(`${JSON.stringify(await runCase(decoder, bytes))}\n`);
