/** What `npm start` does: synthesises the cloud where it changed, boots it, runs the demo, says where everything is, and stays up. */
import { chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliFailure } from '../../cli/failure.ts';
import { MINUTE, type LogFields, type Logger } from '../../core/ambient.ts';
import { synthesise } from '../../infra/synth.ts';
import { bootLocalCloud, PLACE, type LocalCloud } from '../boot.ts';
import { runDemo, writeSummary } from '../demo/demo.ts';
import { startOfDemo } from '../demo/scenario.ts';
import { ensureJava } from '../dynamodb/java.ts';
import type { StartOptions } from './options.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Who wakes real devices. */
const APPLE_PUSH = 'https://api.push.apple.com';
/** How far ahead of the machine's clock ours may be before real devices would refuse what we issue. */
const AHEAD = 5 * MINUTE;

/** In every data folder: where the running cloud is. */
const ADDRESSES = 'local.json';

/** Where things are kept in this run. */
interface Home {
  /** Undefined: in memory. */
  readonly data: string | undefined;
  /** Log, addresses, the demo's package. */
  readonly working: string;
}

function openHome({ data, ephemeral, fresh }: StartOptions): Home {
  if (ephemeral) {
    const working = mkdtempSync(join(tmpdir(), 'wavecast-'));
    process.on('exit', () => { rmSync(working, { recursive: true, force: true }); });
    return { data: undefined, working };
  }
  const folder = resolve(data);
  if (fresh && existsSync(folder)) {
    // A mistyped folder must not be lost.
    if (!existsSync(join(folder, ADDRESSES)) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty, and no data folder of ours: --fresh would delete what is in it. Name another folder with --data.`);
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { data: folder, working: folder };
}

/** Functions and stand-ins write into one file; the terminal shows what went wrong. */
function openLog(path: string): { readonly log: Logger; readonly functionLog: (name: string, text: string) => void } {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    file.write(`${JSON.stringify({ level, message, ...fields })}\n`);
    if (level === 'error') process.stderr.write(`${message} (see ${path})\n`);
  };
  return {
    log: { debug: () => undefined, info: (message, fields) => { write('info', message, fields); }, warn: (message, fields) => { write('warn', message, fields); }, error: (message, fields) => { write('error', message, fields); } },
    functionLog: (_name, text) => { file.write(text); },
  };
}

/** What an earlier run in this folder did with its demo. */
function demoBefore(working: string): 'none' | 'under way' | 'done' {
  const path = join(working, 'demo', 'state');
  if (!existsSync(path)) return 'none';
  return readFileSync(path, 'utf8') === 'done' ? 'done' : 'under way';
}

function noteDemo(working: string, state: 'under way' | 'done'): void {
  mkdirSync(join(working, 'demo'), { recursive: true });
  writeFileSync(join(working, 'demo', 'state'), state);
}

function describe(cloud: LocalCloud, { data, working }: Home, planId: string | undefined): void {
  const [client] = Object.entries(cloud.issuer.clientSecrets);
  const wavecast = 'npm run --silent wavecast --';
  say('');
  say(`  Console      ${cloud.consoleUrl}`);
  say(`  Sign in as   ${Object.entries(cloud.passwords).map(([user, password]) => `${user} (${password})`).join(', ')}`);
  say(`  API          ${cloud.apiUrl}/v1          described at ${cloud.apiUrl}/v1/openapi.json`);
  say(`  CLI          ${wavecast} login --url ${cloud.apiUrl}`);
  if (planId !== undefined) say(`               ${wavecast} plan show ${planId} --waves`);
  if (planId !== undefined) say(`               ${wavecast} export-distribution-status --plan ${planId}`);
  if (client !== undefined) say(`  Programs     WAVECAST_URL=${cloud.apiUrl} WAVECAST_CLIENT_ID=${client[0]} WAVECAST_CLIENT_SECRET=${client[1]}`);
  // Of the AWS CLI version 1 knows the region by its second name alone.
  say(`  AWS          AWS_ENDPOINT_URL=${cloud.awsUrl} AWS_REGION=${PLACE.region} AWS_DEFAULT_REGION=${PLACE.region} AWS_ACCESS_KEY_ID=${cloud.developer.accessKeyId} AWS_SECRET_ACCESS_KEY=${cloud.developer.secretAccessKey}`);
  say(`  Simulator    courier port ${cloud.ports.courier}, clock port ${cloud.ports.clock}`);
  say(`  Data         ${data ?? 'in memory'}; log ${join(working, 'log.jsonl')}`);
  say(`  Clock        ${new Date(cloud.clock.now()).toISOString().slice(0, 16).replace('T', ' ')} UTC, at the pace "${String(cloud.clock.pace)}"`);
  say('');
}

/** Resolves when all is said; the process stays up unless the options say otherwise. `began`: `performance.now()` when the program was started. */
async function run(options: StartOptions, began: number): Promise<void> {
  const home = openHome(options);
  const before = demoBefore(home.working);
  const demo = options.demo && before === 'none';
  const { outdir } = await synthesise({ say });
  const java = ensureJava(say);
  say('Booting DynamoDB, S3, queues, Step Functions, schedules, sign-in, the edge and the push service ...');
  const cloud = await bootLocalCloud({
    assembly: outdir, java, ...openLog(join(home.working, 'log.jsonl')), ...(home.data === undefined ? {} : { dataFolder: home.data }),
    // The demo's own pace begins when its devices are there.
    ...(demo ? { pace: 'real', startAt: startOfDemo(Date.now()) } : { pace: options.speed ?? 'real' }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl, parameters: { ApnsUrl: APPLE_PUSH } }),
    ports: { ...(options.apiPort === undefined ? {} : { api: options.apiPort }), ...(options.awsPort === undefined ? {} : { aws: options.awsPort }), ...(options.consolePort === undefined ? {} : { console: options.consolePort }) },
  });
  if (options.publicUrl !== undefined && cloud.clock.now() - Date.now() > AHEAD) {
    await cloud.stop();
    throw new Error(`The time kept in ${home.working} is ahead of this machine's, as a demo leaves it: real devices would refuse certificates of the future. Name another folder with --data, or empty it with --fresh.`);
  }
  const addresses = join(home.working, ADDRESSES);
  writeFileSync(addresses, JSON.stringify({ pid: process.pid, apiUrl: cloud.apiUrl, consoleUrl: cloud.consoleUrl, awsUrl: cloud.awsUrl, issuer: cloud.issuer.issuer, ports: cloud.ports }, undefined, 2));
  chmodSync(addresses, 0o600);

  const interruption = new AbortController();
  const stop = (status: number): void => {
    if (interruption.signal.aborted) return;
    interruption.abort();
    say('\nStopping ...');
    void cloud.stop().then(() => process.exit(status));
  };
  process.on('SIGINT', () => { stop(options.exit ? 130 : 0); });
  process.on('SIGTERM', () => { stop(options.exit ? 143 : 0); });

  if (before === 'under way' && options.demo) say(`The demo in ${home.working} was interrupted, and its devices went with it. \`npm start -- --fresh\` empties the folder and runs it again.`);
  if (before === 'done' && options.demo) say(`The demo has run in ${home.working}; what it did is kept, and its simulated devices are no longer there: nobody answers new plans. \`npm start -- --fresh\` empties the folder and runs it again.`);
  if (!demo) {
    describe(cloud, home, undefined);
    if (options.publicUrl !== undefined) say(`  Devices      come by ${options.publicUrl}, which must lead to ${cloud.apiUrl}; pushes go to ${APPLE_PUSH}. Next: docs/first-iphone.md\n`);
    say('Ctrl-C stops everything.');
    return;
  }
  // Whoever wants to watch can, while it runs.
  if (options.exit) say('');
  else describe(cloud, home, undefined);
  noteDemo(home.working, 'under way');
  const result = await runDemo({ cloud, folder: join(home.working, 'demo'), pace: options.speed ?? 'max', devices: options.devices, interrupted: interruption.signal, began });
  if (result === undefined) return;
  noteDemo(home.working, 'done');
  if (options.summary !== undefined) await writeSummary(options.summary, result);
  if (options.exit) {
    stop(result.summary.mismatches === 0 ? 0 : 1);
    return;
  }
  describe(cloud, home, result.planId);
  say('The simulated devices stay: plan in the console, and they answer. Time passes as on the wall; `npm start -- --fresh --speed 120` is a run in which an hour is half a minute.');
  say(`Ctrl-C stops everything${home.data === undefined ? '' : '; \`npm start\` goes on from here'}.`);
}

/** Ends the process with status 1 where something fails, with what to do about it. */
export function start(options: StartOptions, began: number): void {
  run(options, began).catch((error: unknown) => {
    process.stderr.write(`\nwavecast: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof CliFailure) process.stderr.write([...error.evidence.map((each) => `  - ${each}\n`), ...(error.remedy === undefined ? [] : [`What to do: ${error.remedy}\n`])].join(''));
    process.exit(1);
  });
}
