/** `npm start`. Its first line comes before the cloud's code is loaded, which takes a second or two. */
import { readOptions } from './start/options.ts';

const began = performance.now();
// A reader that goes away (`npm start | head`) ends the program; its engine goes with it.
process.stdout.on('error', () => process.exit(0));
const options = readOptions();
process.stdout.write('Wavecast on this machine: synthesising the cloud where it changed ...\n');
const { start } = await import('./start/run.ts');
start(options, began);
