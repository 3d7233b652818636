/**
 * API Gateway's HTTP API in front of the functions: routes, payload 2.0, JWT authoriser, CORS and limits as AWS has
 * them. Not modelled: throttling, mutual TLS, access logs, parameter mapping. The limit of 30 s on a function is
 * measured in real time, since a function runs in it whatever the local clock's pace.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import { listen } from '../listen.ts';
import type { CallFunction } from '../step-functions/function-call.ts';
import { authorise, type Trust } from './authorise.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { HttpApiDefinition, HttpRoute } from './definition.ts';
import { proxyEvent } from './event.ts';
import { headerBytes, limits, readBody } from './limits.ts';
import { functionResponse, message, type HttpAnswer } from './response.ts';
import { createRouter, type Router } from './router.ts';

/** Something else served on the same port, below a path prefix (`/oidc`); it gets the request untouched. */
export interface Mount {
  readonly prefix: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface HttpApiOptions {
  readonly clock: LocalClock;
  readonly log: Logger;
  readonly api: HttpApiDefinition;
  /** 0 takes any free port. */
  readonly port: number;
  readonly account: string;
  readonly callFunction: CallFunction;
  readonly trust: Trust;
  /** So many times the limit on a function a request may take: see `BootOptions`. */
  readonly patience?: number;
}

export interface HttpApi {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Replaces what is mounted beside the API's routes. The longest prefix wins, and wins over routes. */
  setMounts(mounts: readonly Mount[]): void;
  close(): Promise<void>;
}

/** Starts the API on 127.0.0.1. Rejects when the port is taken. */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { clock, log } = options;
  const router = createRouter(options.api.routes);
  let mounts: readonly Mount[] = [];
  // Node's own limit is set above API Gateway's, so that the answer is API Gateway's.
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const mount = mounts.find(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`));
    if (mount !== undefined) {
      mount.handle(request, response);
      return;
    }
    const release = clock.hold('http request');
    response.once('close', release);
    void answer(request, path, router, options).then(
      (given) => { send(request, response, given, corsHeaders(options.api.cors, request)); },
      (error: unknown) => {
        log.error('the HTTP API failed to answer', { message: error instanceof Error ? error.message : String(error) });
        send(request, response, message(500, 'Internal Server Error'), {});
      },
    );
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`, port,
    setMounts: (next) => { mounts = [...next].sort((a, b) => b.prefix.length - a.prefix.length); },
    close: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
  };
}

async function answer(request: IncomingMessage, path: string, router: Router, options: HttpApiOptions): Promise<HttpAnswer> {
  const { api, clock } = options;
  if (headerBytes(request) > limits.headerBytes) return message(431, 'Request Header Fields Too Large');
  if (isPreflight(api.cors, request) && api.cors !== undefined) return { status: 204, headers: preflightHeaders(api.cors), body: Buffer.alloc(0) };
  const match = router(request.method ?? '', path);
  if (match === undefined) return message(404, 'Not Found');
  const { jwt } = match.route;
  const authorisation = jwt === undefined ? undefined : await authorise(request.headers.authorization, jwt, options.trust, clock);
  if (authorisation === 'unauthorized') return message(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
  if (authorisation === 'forbidden') return message(403, 'Forbidden', { 'www-authenticate': `Bearer scope="${jwt?.scopes.join(' ') ?? ''}" error="insufficient_scope"` });
  const body = await readBody(request);
  if (body === undefined) return message(413, 'Request Entity Too Large');
  const event = proxyEvent({ request, match, body, token: authorisation, apiId: api.apiId, account: options.account, requestId: randomUUID(), now: clock.now() });
  if (Buffer.byteLength(JSON.stringify(event)) > limits.functionBytes) return message(413, 'Request Entity Too Large');
  return callWithin(match.route, event, options);
}

async function callWithin(route: HttpRoute, event: unknown, { callFunction, log, patience = 1 }: HttpApiOptions): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => { timer = setTimeout(resolve, route.timeout * patience, 'late'); });
  try {
    const result = await Promise.race([callFunction(route.functionArn, event), late]);
    if (result === 'late') return message(503, 'Service Unavailable');
    if (result.fault === undefined) return functionResponse(result.payload);
    log.warn('a function failed behind the HTTP API', { route: route.key, error: result.fault.errorType });
  } catch (error) {
    log.error('a function could not be called behind the HTTP API', { route: route.key, message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
  return message(500, 'Internal Server Error');
}

/** The API's own CORS headers win over a function's. */
function send(request: IncomingMessage, response: ServerResponse, given: HttpAnswer, cors: Readonly<Record<string, string>>): void {
  if (response.destroyed) return;
  // A body that was refused unread would otherwise be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  const length = given.status === 204 || given.status === 304 ? {} : { 'content-length': String(given.body.length) };
  response.writeHead(given.status, { ...given.headers, ...cors, ...length, 'apigw-requestid': randomUUID() });
  response.end(request.method === 'HEAD' ? undefined : given.body);
}
