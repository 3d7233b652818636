/** `npm run bench -- NAME [--json] [--size-mb N] [--devices N] [--branches N] [--rows N]`: runs a benchmark; without a name it lists them. bench/README.md says what they measure. */
import { parseArgs } from 'node:util';
import { benchmarks, scales, type Scale } from './benchmarks.ts';
import { renderReport, reportOf } from './report.ts';

const USAGE = 'npm run bench -- NAME [--json] [--size-mb N] [--devices N] [--branches N] [--rows N]';
const flags: readonly Scale[] = ['size-mb', 'devices', 'branches', 'rows'];

function list(): string {
  const room = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks.map(({ name, about }) => `  ${name.padEnd(room)}  ${about}\n`).join('');
}

/** Says what is wrong and what there is. */
function refuse(what: string): number {
  process.stderr.write(`bench: ${what} Use ${USAGE}, with one of:\n${list()}`);
  return 2;
}

/** The exit status. */
async function main(): Promise<number> {
  let asked;
  try {
    asked = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false }, 'size-mb': { type: 'string' }, devices: { type: 'string' }, branches: { type: 'string' }, rows: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { values: { json, help, ...asks }, positionals: [name, ...others] } = asked;
  if (help || name === undefined) {
    process.stdout.write(`Usage: ${USAGE}\n\n${list()}\nWith --json standard output holds one JSON object and nothing else.\n`);
    return 0;
  }
  const benchmark = benchmarks.find((one) => one.name === name);
  if (benchmark === undefined) return refuse(`There is no benchmark "${name}".`);
  if (others.length > 0) return refuse('Name one benchmark.');
  const given = flags.flatMap((flag) => (asks[flag] === undefined ? [] : [{ flag, value: asks[flag] }]));
  for (const { flag, value } of given) {
    const { most, about } = scales[flag];
    if (benchmark.takes?.includes(flag) !== true) return refuse(`The benchmark "${name}" takes no --${flag}.`);
    if (!/^[1-9]\d*$/.test(value) || Number(value) > most) return refuse(`--${flag} is a number of ${about} from 1 to ${most}, not "${value}".`);
  }
  const report = await reportOf(benchmark, (line) => { process.stderr.write(`${line}\n`); }, Object.fromEntries(given.map(({ flag, value }) => [flag, Number(value)])));
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${renderReport(report).join('\n')}\n`);
  return 0;
}

main().then((status) => {
  // What a benchmark left open (sockets kept alive, a fleet's threads) must not keep the process.
  process.exit(status);
}, (error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
