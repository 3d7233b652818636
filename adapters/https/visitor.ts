/** Asks a server as a device does: its certificate must be trusted and be for its name, a redirect is not followed. */
import { request as overHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { LookServices, Visit } from '../../core/catalog/look-from-outside.ts';

/** A device waits longer; an administrator who verifies wants an answer. Milliseconds without a byte. */
const PATIENCE = 20_000;
/** What may pass by itself is tried again, after pauses of milliseconds. */
const PAUSES = [300, 1_000];
const passing: ReadonlySet<string> = new Set(['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE']);

/** Each request has a connection of its own, as another device's would: what a server shows now is what counts. */
export const visit: LookServices['visit'] = async (method, url, headers = {}) => {
  for (let tries = 0; ; tries += 1) {
    try {
      return visited(await ask(url, { method, headers }));
    } catch (error) {
      const [problem, rest] = [codeOf(error), PAUSES[tries]];
      if (rest === undefined || !passing.has(problem)) return { status: 0, contentType: '', problem, body: Readable.from([]) };
      await pause(rest);
    }
  }
};

function ask(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const begin = url.startsWith('https:') ? overHttps : overHttp;
    const asked = begin(url, { ...options, agent: false, timeout: PATIENCE }, resolve);
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('No answer.'), { code: 'ETIMEDOUT' })));
    asked.on('error', reject);
    asked.end();
  });
}

function visited(answer: IncomingMessage): Visit {
  const { headers, statusCode = 0, socket } = answer;
  const length = headers['content-length'];
  const until = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.NaN;
  return {
    status: statusCode, contentType: headers['content-type'] ?? '', ...(length === undefined ? {} : { size: Number(length) }), ...(headers.etag === undefined ? {} : { etag: headers.etag }),
    ...(Number.isNaN(until) ? {} : { certificateUntil: until }), body: bytesOf(answer),
  };
}

async function* bytesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of answer) yield piece as Uint8Array;
  return undefined;
}

/** `CERT_HAS_EXPIRED`, `ENOTFOUND`, …; never a message: it may hold the address, which is a secret. */
function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
