/** An HTTP server for one test, on a free port of 127.0.0.1. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
}

export type Respond = (asked: Asked, raw: { readonly request: IncomingMessage; readonly response: ServerResponse }) => Answer | undefined | Promise<Answer | undefined>;

/** Its address. `respond` answers, or undefined where it has answered by itself. */
export async function serve(respond: Respond): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await respond({ method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, text: Buffer.concat(chunks).toString('latin1') }, { request, response });
      if (answer === undefined) return;
      const { status = 200, headers = {}, body } = answer;
      response.writeHead(status, { ...(typeof body === 'string' || body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }).end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
