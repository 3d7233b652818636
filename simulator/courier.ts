/** The simulated devices' line to the push service: one connection carries the pushes of all of them. */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

export interface Courier {
  /** The device with this token exists and is reachable. */
  connect(token: string): void;
  /** It is off: its last push is kept for it. */
  disconnect(token: string): void;
  register(token: string): void;
  close(): void;
}

/** `onPush` is awaited before the push is acknowledged: until then the local cloud's clock does not jump. */
export async function openCourier(port: number, onPush: (token: string, magic: string) => Promise<void>): Promise<Courier> {
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const send = (message: Readonly<Record<string, unknown>>): void => {
    socket.write(`${JSON.stringify(message)}\n`);
  };
  createInterface({ input: socket }).on('line', (line) => {
    const push = readPush(line);
    onPush(push.token, push.magic)
      .catch(() => undefined)
      .finally(() => {
        send({ ack: push.id });
      });
  });
  return {
    connect: (token) => {
      send({ connect: token });
    },
    disconnect: (token) => {
      send({ disconnect: token });
    },
    register: (token) => {
      send({ register: token });
    },
    close: () => {
      socket.on('error', () => undefined);
      socket.end();
    },
  };
}

function readPush(line: string): { readonly id: unknown; readonly token: string; readonly magic: string } {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error('The push service sent something else than a push.');
  const token: unknown = Reflect.get(value, 'token');
  const payload: unknown = Reflect.get(value, 'payload');
  const magic: unknown = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'mdm') : undefined;
  if (typeof token !== 'string' || typeof magic !== 'string') throw new Error('The push service sent a push without token or magic.');
  return { id: Reflect.get(value, 'push'), token, magic };
}
