/** Where the browser comes back to after signing in. Source: RFC 8252, section 7.3 (loopback interface redirection). */
import { createServer, type ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { CliFailure, notSignedIn, wrongUsage } from './failure.ts';

/** What the deployed client allows: Cognito compares the port as well. */
export const CALLBACK_PORT = 8421;
const LONGEST_SIGN_IN = 5 * 60_000;

export interface Loopback {
  readonly redirectUri: string;
  /** The code of the answer with this state. Throws where the issuer refuses, nobody comes, or the command is interrupted. */
  readonly code: Promise<string>;
  readonly close: () => void;
}

/** `port` 0 takes a free one. */
export async function listenForCode(port: number, state: string, interrupted: AbortSignal): Promise<Loopback> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // A refusal may come before anybody waits for it.
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== '/callback') {
      page(response, 404, 'There is nothing here.');
    } else if (!isSame(url.searchParams.get('state') ?? '', state)) {
      page(response, 400, 'This is not the answer to the sign-in that was begun. Begin again in the terminal.');
    } else if (url.searchParams.get('code') !== null) {
      page(response, 200, 'You are signed in. This window can be closed.');
      resolve(url.searchParams.get('code') ?? '');
    } else {
      page(response, 400, 'The sign-in was refused. The terminal says why.');
      reject(notSignedIn(`The sign-in was refused: ${url.searchParams.get('error_description') ?? url.searchParams.get('error') ?? 'no reason given'}.`, 'Run `wavecast login` again.'));
    }
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      failed(error.code === 'EADDRINUSE' ? wrongUsage(`Port ${port} of this machine is taken, and the sign-in returns there.`, 'End the program that listens there, or name another port that the client allows with --callback-port.') : error);
    });
    server.listen(port, '127.0.0.1', listening);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const timer = setTimeout(() => { reject(notSignedIn('Nobody signed in within five minutes.', 'Run `wavecast login` again.')); }, LONGEST_SIGN_IN);
  const interrupt = (): void => { reject(new CliFailure('Interrupted.', { code: 'interrupted' })); };
  interrupted.addEventListener('abort', interrupt, { once: true });
  return {
    redirectUri: `http://127.0.0.1:${actual}/callback`, code,
    close: () => {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', interrupt);
      server.close();
      server.closeIdleConnections();
    },
  };
}

function isSame(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function page(response: ServerResponse, status: number, text: string): void {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Wavecast</title></head><body><p>${text}</p></body></html>`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(html), 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'", connection: 'close',
  }).end(html);
}
