#!/usr/bin/env node
/** The command `wavecast`: gives the program its surroundings. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { openBrowser } from './browser.ts';
import { run } from './program.ts';
import { configFolder } from './session.ts';
import type { Sink, World } from './world.ts';

const FALLBACK_COLUMNS = 80;
const FALLBACK_ROWS = 24;
const INTERRUPTED = 130;

function sink(stream: NodeJS.WriteStream): Sink {
  // A reader that goes away early (`wavecast device list | head`) ends the command, and is no fault.
  stream.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 1); });
  return { write: (words) => { stream.write(words); }, isTTY: stream.isTTY, columns: () => (stream.isTTY ? stream.columns : FALLBACK_COLUMNS), rows: () => (stream.isTTY ? stream.rows : FALLBACK_ROWS) };
}

const interruption = new AbortController();
process.on('SIGINT', () => {
  // The second Ctrl-C does not wait for anything.
  if (interruption.signal.aborted) process.exit(INTERRUPTED);
  interruption.abort();
});

const world: World = {
  env: process.env, stdout: sink(process.stdout), stderr: sink(process.stderr), readStdin: () => text(process.stdin), now: () => Date.now(),
  fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([interruption.signal, ...(init?.signal ? [init.signal] : [])]) }),
  sleep: (milliseconds) => pause(milliseconds, undefined, { signal: interruption.signal }).catch(() => undefined),
  openBrowser: (address) => openBrowser(address, process.platform, process.env),
  configFolder: configFolder(process.env, process.platform, homedir()), interrupted: interruption.signal,
};

const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')));
const status = await run(process.argv.slice(2), world, version);
process.exitCode = interruption.signal.aborted ? INTERRUPTED : status;
