/** HTTP/1.1 as clients of different habits speak it. */
import { Agent, request as send, type IncomingHttpHeaders } from 'node:http';
import { request as sendSecurely } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Habits {
  /** Whether the type of a property list is told. */
  readonly tellsType: 'plainly' | 'with its charset' | 'never';
  /** How names of headers are written. */
  readonly names: 'As-Apple' | 'lower' | 'UPPER';
  /** The body comes in pieces of no stated length. */
  readonly inChunks: boolean;
  /** The body waits until the server says that it will take it. */
  readonly asksFirst: boolean;
  /** One connection for all requests. */
  readonly keepsAlive: boolean;
}

export const APPLE: Habits = { tellsType: 'plainly', names: 'As-Apple', inChunks: false, asksFirst: false, keepsAlive: true };

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asked {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export class Transport {
  habits: Habits;
  readonly #kept = new Agent({ keepAlive: true, maxSockets: 1 });
  /** How many connections there were. */
  connections = 0;

  constructor(habits: Habits) {
    this.habits = habits;
  }

  close(): void {
    this.#kept.destroy();
  }

  /** Rejects where there is no answer. Redirects are not followed. */
  async ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const { inChunks, asksFirst, keepsAlive } = this.habits;
    const all = { ...headers, ...(body === undefined ? {} : inChunks ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(body.length) }), ...(asksFirst && body !== undefined ? { Expect: '100-continue' } : {}) };
    const named = Object.fromEntries(Object.entries(all).map(([name, value]) => [this.#named(name), value]));
    return new Promise((resolve, reject) => {
      const secure = url.startsWith('https:');
      const request = (secure ? sendSecurely : send)(url, { method, headers: named, ...(secure ? {} : { agent: keepsAlive ? this.#kept : new Agent() }) });
      request.once('error', reject);
      request.once('socket', () => { if (!request.reusedSocket) this.connections += 1; });
      request.once('response', (response) => {
        buffer(response).then((bytes) => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }); }, reject);
      });
      const pour = (): void => {
        if (body !== undefined && inChunks) for (let at = 0; at < body.length; at += 1_000) request.write(body.subarray(at, at + 1_000));
        request.end(inChunks ? undefined : body);
      };
      if (asksFirst && body !== undefined) {
        request.once('continue', pour);
        request.flushHeaders();
      } else {
        pour();
      }
    });
  }

  #named(name: string): string {
    const { names } = this.habits;
    return names === 'As-Apple' ? name : names === 'lower' ? name.toLowerCase() : name.toUpperCase();
  }
}
