/** `npm run bench -- NAME [--json] [--size-mb N]`: runs a benchmark; without a name it lists them. bench/README.md says what they measure. */
import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks.ts';
import { renderReport, reportOf } from './report.ts';

const USAGE = 'npm run bench -- NAME [--json] [--size-mb N]';

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
    asked = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false }, 'size-mb': { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { values: { json, help, 'size-mb': size }, positionals: [name, ...others] } = asked;
  if (help || name === undefined) {
    process.stdout.write(`Usage: ${USAGE}\n\n${list()}\nWith --json standard output holds one JSON object and nothing else.\n`);
    return 0;
  }
  const benchmark = benchmarks.find((one) => one.name === name);
  if (benchmark === undefined) return refuse(`There is no benchmark "${name}".`);
  if (others.length > 0) return refuse('Name one benchmark.');
  if (size !== undefined && benchmark.sized !== true) return refuse(`The benchmark "${name}" takes no --size-mb.`);
  if (size !== undefined && !/^[1-9]\d{0,4}$/.test(size)) return refuse(`--size-mb is a number of MiB from 1 to 99999, not "${size}".`);
  const report = await reportOf(benchmark, (line) => { process.stderr.write(`${line}\n`); }, size === undefined ? {} : { sizeMb: Number(size) });
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
