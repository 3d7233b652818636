/** A port of 127.0.0.1 to listen on in a moment. */
import { randomInt } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Below every system's range for outgoing connections: one of those could take a port of that range between its choice and the
 * moment at which somebody listens on it, which is seconds later where a cloud boots.
 */
const FROM = 20_000;
const TO = 32_000;

/** Milliseconds that a cloud has to listen on a port that it has chosen, before another may choose it. */
const KEPT_FOR = 120_000;

/** Free, and not chosen by another process that is about to listen there. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    if (!taken.has(port) && await isFree(port) && reserve(port)) return port;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Says to the user's other processes that the port is taken; false where one of them has said so. */
function reserve(port: number): boolean {
  const folder = join(tmpdir(), `wavecast-ports-${process.getuid?.() ?? ''}`);
  mkdirSync(folder, { recursive: true });
  const mark = join(folder, String(port));
  const before = statSync(mark, { throwIfNoEntry: false });
  if (before !== undefined && Date.now() - before.mtimeMs < KEPT_FOR) return false;
  try {
    writeFileSync(mark, '', { flag: before === undefined ? 'wx' : 'w' });
    return true;
  } catch (error) {
    // Another process was there between the look and the mark.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
