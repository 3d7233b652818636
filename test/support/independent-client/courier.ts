/** A device's line to the push service, as the local one speaks it: JSON, a line for each message. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Says that a device with this token is there, and calls back with the payload of each push. */
export async function listen(port: number, token: Buffer, onPush: (payload: unknown) => Promise<void>): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const say = (message: Readonly<Record<string, string>>): void => { socket.write(`${JSON.stringify(message)}\n`); };
  say({ register: token.toString('hex') });
  say({ connect: token.toString('hex') });
  createInterface({ input: socket }).on('line', (line) => {
    const { push, payload } = JSON.parse(line) as { readonly push: string; readonly payload: unknown };
    void onPush(payload).finally(() => { say({ ack: push }); });
  });
  return socket;
}
