/** DynamoDB Local, AWS's own engine, as a process of its own on 127.0.0.1. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../free-port.ts';

/** Where an engine answers, and whose tables it then speaks of. */
export interface EngineAddress {
  readonly url: string;
  /** An engine in memory keeps a database for each key, letters and digits; one with a folder has the same for all. */
  readonly accessKeyId: string;
}

export interface DynamoDbEngine extends EngineAddress {
  stop(): Promise<void>;
}

const PATIENCE = 60_000;

/**
 * Runs its arguments as a command that ends when standard input does. Whoever holds the other end of that pipe may be
 * killed outright: the pipe closes with it, and no engine stays behind that has the tables open.
 */
const LEASH = 'exec 3<&0; "$@" 3<&- & engine=$!; (cat <&3 >/dev/null; kill -9 $engine) 2>/dev/null & leash=$!; exec 3<&-; wait $engine; status=$?; kill $leash 2>/dev/null; exit $status';

/**
 * `folder`: where tables are kept; without it they are in memory. `heap`: of Java, in MiB. Rejects where Java fails, with what it said. The engine
 * has no switch for the address that it listens on: it answers on every address of the machine.
 */
export async function startEngine(options: { readonly java: string; readonly folder?: string; readonly heap?: number }): Promise<DynamoDbEngine> {
  const home = join(dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')), 'emulator');
  const port = await freePort();
  if (options.folder !== undefined) mkdirSync(options.folder, { recursive: true });
  const child = spawn('/bin/sh', [
    '-c', LEASH, 'engine', options.java,
    `-Xmx${options.heap ?? 512}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', '-disableTelemetry',
    '-port', String(port), ...(options.folder === undefined ? ['-inMemory'] : ['-sharedDb', '-dbPath', resolve(options.folder)]),
  ], { cwd: home, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  const ended = new Promise((done) => child.once('exit', done));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url, accessKeyId: 'local',
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    if (failed !== undefined || child.exitCode !== null) throw new Error(`DynamoDB Local did not start: ${failed?.message ?? said}`);
    // Any answer will do: an unsigned request is refused by a server that is up.
    const up = await fetch(url).then(() => true, () => false);
    if (up) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  child.stdin?.end();
  throw new Error(`DynamoDB Local did not answer within ${PATIENCE / 1000} seconds. ${said}`);
}
