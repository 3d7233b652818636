/**
 * Shares the clock with other processes on this machine (the simulator): lines of JSON over TCP on 127.0.0.1. A client
 * counts as quiet only when it has acknowledged the latest change of the time and says that it is not busy.
 */
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Instant } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import { listen } from '../listen.ts';

export interface ClockChannel {
  readonly port: number;
  close(): Promise<void>;
}

interface Status {
  readonly epoch: number;
  readonly busy: boolean;
  readonly nextAt: Instant | null;
  readonly name: string;
}

/** Server to client: {epoch, virtual, real, speed}, at once and at every change. Client to server: {epoch, busy, nextAt, name}. */
export async function openClockChannel(clock: LocalClock, port: number): Promise<ClockChannel> {
  let epoch = 1;
  const clients = new Set<Socket>();
  const state = (): string => {
    const [virtual, real, speed] = new Float64Array(clock.shared, 0, 3);
    return `${JSON.stringify({ epoch, virtual, real, speed })}\n`;
  };
  const forget = clock.onChange(() => {
    epoch += 1;
    for (const client of clients) client.write(state());
  });
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    clients.add(socket);
    let status: Status = { epoch: 0, busy: true, nextAt: null, name: 'a client of the clock' };
    const leave = clock.join({
      get name() {
        return status.name;
      },
      quiet: () => status.epoch === epoch && !status.busy,
      nextAt: () => status.nextAt ?? undefined,
    });
    createInterface({ input: socket }).on('line', (line) => {
      const said = readStatus(line);
      if (said === undefined) {
        socket.destroy();
        return;
      }
      status = said;
      // It may have come to rest: a hold that is dropped makes the clock look again.
      clock.hold(status.name)();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clients.delete(socket);
      leave();
    });
    socket.write(state());
  });
  const bound = await listen(server, port);
  return {
    port: bound,
    async close() {
      forget();
      for (const client of clients) client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** Undefined where a line is no status: whoever sends that does not share the clock. */
function readStatus(line: string): Status | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const field = (name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined);
  const [epoch, busy, nextAt, name] = [field('epoch'), field('busy'), field('nextAt'), field('name')];
  if (typeof epoch !== 'number' || typeof busy !== 'boolean' || typeof name !== 'string') return undefined;
  return { epoch, busy, nextAt: typeof nextAt === 'number' ? nextAt : null, name };
}
