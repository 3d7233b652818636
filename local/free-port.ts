/** A port of 127.0.0.1 to listen on in a moment. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below every system's range for outgoing connections: one of those could take a port of that range between its choice and the
 * moment at which somebody listens on it, which is seconds later where a cloud boots.
 */
const FROM = 20_000;
const TO = 32_000;

export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    if (!taken.has(port) && await isFree(port)) return port;
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
