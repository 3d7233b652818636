/** `npm start`: synthesises the cloud where it changed, boots it on this machine, says where everything is, and stays up. */
import { chmodSync, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { LogFields, Logger } from '../core/ambient.ts';
import { synthesise } from '../infra/synth.ts';
import { bootLocalCloud, PLACE, type LocalCloud } from './boot.ts';
import type { Pace } from './clock.ts';
import { ensureJava } from './dynamodb/java.ts';

interface Options {
  readonly data: string;
  readonly ephemeral?: boolean;
  readonly speed: Pace;
  readonly apiPort?: number;
  readonly awsPort?: number;
}

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

const program = new Command('npm start --')
  .description('Boots the whole of Wavecast on this machine, from the template that goes to AWS. Ctrl-C stops everything.')
  .addOption(new Option('--data <dir>', 'where everything is kept').default('.wavecast'))
  .option('--ephemeral', 'keep nothing')
  .addOption(new Option('--speed <pace>', 'how fast time passes: a factor, real, or max (jumps over time in which nothing is due)').default('real').argParser(pace))
  .addOption(new Option('--api-port <port>', 'of the HTTP API').argParser(port))
  .addOption(new Option('--aws-port <port>', 'of the AWS services').argParser(port));

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

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

function describe(cloud: LocalCloud, dataFolder: string | undefined): void {
  const [client] = Object.entries(cloud.issuer.clientSecrets);
  say('');
  say(`  API          ${cloud.apiUrl}          try: curl ${cloud.apiUrl}/v1/configuration`);
  say(`  Sign-in      ${cloud.issuer.issuer}`);
  for (const [user, password] of Object.entries(cloud.passwords)) say(`               ${user.padEnd(10)} ${password}`);
  if (client !== undefined) say(`  Program      client ${client[0]}, secret ${client[1]}`);
  say(`  AWS          ${cloud.awsUrl}          AWS_ACCESS_KEY_ID=${cloud.developer.accessKeyId} AWS_SECRET_ACCESS_KEY=${cloud.developer.secretAccessKey} AWS_REGION=${PLACE.region}`);
  say(`  Simulator    courier port ${cloud.ports.courier}, clock port ${cloud.ports.clock}`);
  say(`  Data         ${dataFolder ?? 'in memory'}`);
  say('');
  say('Ctrl-C stops everything.');
}

async function main(): Promise<void> {
  program.parse();
  const { data, ephemeral, speed, apiPort, awsPort } = program.opts<Options>();
  const dataFolder = ephemeral === true ? undefined : resolve(data);
  say('Wavecast on this machine: synthesising the cloud where it changed ...');
  const { outdir } = await synthesise({ say });
  const java = ensureJava(say);
  say('Booting DynamoDB, S3, queues, Step Functions, schedules, sign-in, the edge and the push service ...');
  const logFolder = dataFolder ?? resolve('.wavecast');
  mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  const cloud = await bootLocalCloud({
    assembly: outdir, pace: speed, java, ...openLog(join(logFolder, 'log.jsonl')), ...(dataFolder === undefined ? {} : { dataFolder }),
    ports: { ...(apiPort === undefined ? {} : { api: apiPort }), ...(awsPort === undefined ? {} : { aws: awsPort }) },
  });
  const addresses = join(logFolder, 'local.json');
  writeFileSync(addresses, JSON.stringify({ pid: process.pid, apiUrl: cloud.apiUrl, awsUrl: cloud.awsUrl, issuer: cloud.issuer.issuer, ports: cloud.ports }, undefined, 2));
  chmodSync(addresses, 0o600);
  describe(cloud, dataFolder);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    say('Stopping ...');
    void cloud.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`wavecast: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
