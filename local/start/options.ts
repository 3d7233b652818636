/** The flags of `npm start`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEVICES, FEWEST_DEVICES } from '../demo/scenario.ts';
import type { Pace } from '../clock.ts';

export interface StartOptions {
  readonly data: string;
  readonly ephemeral: boolean;
  readonly fresh: boolean;
  readonly demo: boolean;
  /** Simulated devices of the demo. */
  readonly devices: number;
  readonly exit: boolean;
  readonly summary: string | undefined;
  /** Undefined where it is not given: the demo's time jumps, else it is the machine's. */
  readonly speed: Pace | undefined;
  readonly apiPort: number | undefined;
  readonly awsPort: number | undefined;
  readonly consolePort: number | undefined;
  /** Origin under which devices beyond this machine come: real ones, woken by Apple. */
  readonly publicUrl: string | undefined;
}

const DATA = '.wavecast';
/** Real devices live on real time: what a demo left behind may be days ahead. */
const PUBLIC_DATA = '.wavecast-public';
/** Each has a key of its own and lives in this process. */
const MOST_DEVICES = 10_000;

function pace(text: string): Pace {
  if (text === 'real' || text === 'max') return text;
  const factor = Number(text);
  if (!(factor > 0)) throw new InvalidArgumentError('Use a factor such as 60, or real, or max.');
  return factor;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError('Use a port from 1 to 65535.');
  return value;
}

function publicOrigin(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') throw new InvalidArgumentError('Use an https address without a path, such as https://abc.example.com: devices take no other.');
  return url.origin;
}

function deviceCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < FEWEST_DEVICES || value > MOST_DEVICES) throw new InvalidArgumentError(`Use a whole number from ${FEWEST_DEVICES} to ${MOST_DEVICES}.`);
  return value;
}

/** Ends the program where a flag is wrong or help is asked for. */
export function readOptions(argv: readonly string[] = process.argv): StartOptions {
  const program = new Command('npm start --')
    .description('Boots the whole of Wavecast on this machine, from the template that goes to AWS, and shows a rollout to simulated devices. Ctrl-C stops everything.')
    .option('--no-demo', 'boot it without the demo')
    .addOption(new Option('--devices <count>', 'simulated devices of the demo').default(DEVICES).argParser(deviceCount))
    .addOption(new Option('--data <dir>', 'where everything is kept').default(DATA))
    .option('--ephemeral', 'keep nothing')
    .option('--fresh', 'empty the data folder first')
    .addOption(new Option('--speed <pace>', 'how fast time passes: a factor, real, or max (jumps over time in which nothing is due); default: max during the demo, else real').argParser(pace))
    .option('--exit', 'end after the demo, with status 1 if server and devices disagree; keeps nothing unless --data is given')
    .option('--summary <file>', 'write what became of the demo, as JSON')
    .addOption(new Option('--api-port <port>', 'of the HTTP API').argParser(port))
    .addOption(new Option('--aws-port <port>', 'of the AWS services').argParser(port))
    .addOption(new Option('--console-port <port>', 'of the web console').argParser(port))
    .addOption(new Option('--public-url <origin>', 'the https address of a tunnel to the HTTP API\'s port: real devices can enrol, and Apple wakes them (docs/first-iphone.md); no demo, real time').argParser(publicOrigin));
  program.parse([...argv]);
  const { data, ephemeral = false, fresh = false, demo, devices, exit = false, summary, speed, apiPort, awsPort, consolePort, publicUrl } = program.opts<Partial<StartOptions> & { readonly data: string; readonly demo: boolean; readonly devices: number }>();
  if (exit && !demo) program.error('error: --exit ends after the demo, and --no-demo leaves it out. Leave out one of the two.', { exitCode: 2 });
  if (summary !== undefined && !demo) program.error('error: --summary is about the demo, and --no-demo leaves it out. Leave out one of the two.', { exitCode: 2 });
  if (fresh && ephemeral) program.error('error: --fresh empties a data folder, and --ephemeral has none. Leave out one of the two.', { exitCode: 2 });
  if (publicUrl !== undefined && (exit || summary !== undefined)) program.error('error: --public-url is for real devices, and --exit and --summary are about the demo. Leave out one of the two.', { exitCode: 2 });
  if (publicUrl !== undefined && speed !== undefined && speed !== 'real') program.error('error: real devices live on real time: leave out --speed with --public-url.', { exitCode: 2 });
  return { data: publicUrl !== undefined && program.getOptionValueSource('data') !== 'cli' ? PUBLIC_DATA : data, ephemeral: ephemeral || (exit && program.getOptionValueSource('data') !== 'cli'), fresh, demo: demo && publicUrl === undefined, devices, exit, summary, speed, apiPort, awsPort, consolePort, publicUrl };
}
