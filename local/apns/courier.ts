/**
 * The last mile of a push, from Apple's servers to a device: here JSON lines over TCP on 127.0.0.1, to which a fleet
 * of simulated devices connects. One connection may speak for any number of tokens.
 *
 * client → server  {"register":token}   the token is valid from now on
 *                  {"unregister":token} pushes to it answer 410 from now on
 *                  {"connect":token}    the device is reachable; what was kept for it is delivered
 *                  {"disconnect":token} it is not; also when the TCP connection ends
 *                  {"ack":pushId}       the device has taken the push
 * server → client  {"push":pushId,"token":hex,"payload":{…}}
 *                  {"error":text}       a line that could not be read; the connection stays
 *
 * From a delivery to its acknowledgement the clock is held, so that a jump never passes a push by.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { listen } from '../listen.ts';
import type { Push, TokenRegistry } from './registry.ts';

const token = z.string().regex(/^(?:[0-9a-fA-F]{2}){32,100}$/).transform((hex) => hex.toLowerCase());
const messageShape = z.union([
  z.strictObject({ register: token }), z.strictObject({ unregister: token }), z.strictObject({ connect: token }),
  z.strictObject({ disconnect: token }), z.strictObject({ ack: z.string() }),
]);

interface InFlight {
  readonly push: Push;
  readonly release: () => void;
}

export class Courier {
  readonly #clock: LocalClock;
  readonly #registry: TokenRegistry;
  readonly #server: Server;
  /** By connected token. */
  readonly #sockets = new Map<string, Socket>();
  readonly #inFlight = new Map<string, InFlight>();

  constructor(clock: LocalClock, registry: TokenRegistry) {
    this.#clock = clock;
    this.#registry = registry;
    this.#server = createServer((socket) => { this.#serve(socket); });
  }

  /** Listens on 127.0.0.1; gives the port. */
  listen(port: number): Promise<number> {
    return listen(this.#server, port);
  }

  /** Delivers now when the device is connected, else keeps it. The clock is held before this returns. */
  deliver(push: Push): void {
    const socket = this.#sockets.get(push.token);
    if (socket === undefined) {
      this.#registry.keep(push);
      return;
    }
    this.#inFlight.set(push.id, { push, release: this.#clock.hold('push') });
    write(socket, { push: push.id, token: push.token, payload: push.payload });
  }

  /** Pushes delivered and not yet acknowledged. */
  unacknowledged(): number {
    return this.#inFlight.size;
  }

  connected(): number {
    return this.#sockets.size;
  }

  close(): Promise<void> {
    for (const socket of new Set([...this.#sockets.values(), ...this.#open])) socket.destroy();
    return new Promise((resolve) => { this.#server.close(() => { resolve(); }); });
  }

  readonly #open = new Set<Socket>();

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => { socket.destroy(); });
    createInterface({ input: socket }).on('line', (line) => { this.#hear(socket, line); }).on('error', () => { socket.destroy(); });
    socket.on('close', () => {
      this.#open.delete(socket);
      for (const [connected, its] of this.#sockets) if (its === socket) this.#disconnect(connected);
    });
  }

  #hear(socket: Socket, line: string): void {
    const message = messageShape.safeParse(parseJson(line));
    if (!message.success) {
      write(socket, { error: 'Expected one of {"register"|"unregister"|"connect"|"disconnect": hex token} and {"ack": push id}.' });
      return;
    }
    const said = message.data;
    if ('register' in said) this.#registry.register(said.register);
    else if ('unregister' in said) {
      this.#registry.unregister(said.unregister);
      this.#disconnect(said.unregister);
    } else if ('connect' in said) this.#connect(said.connect, socket);
    else if ('disconnect' in said) this.#disconnect(said.disconnect);
    else this.#acknowledge(said.ack);
  }

  #connect(device: string, socket: Socket): void {
    this.#sockets.set(device, socket);
    const kept = this.#registry.take(device);
    if (kept !== undefined) this.deliver(kept);
  }

  /** What was on its way and not acknowledged is kept, as if the device had been off. */
  #disconnect(device: string): void {
    this.#sockets.delete(device);
    for (const [id, { push, release }] of this.#inFlight) {
      if (push.token !== device) continue;
      this.#inFlight.delete(id);
      this.#registry.keep(push);
      release();
    }
  }

  #acknowledge(pushId: string): void {
    this.#inFlight.get(pushId)?.release();
    this.#inFlight.delete(pushId);
  }
}

function write(socket: Socket, message: Readonly<Record<string, unknown>>): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
