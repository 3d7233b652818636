/**
 * An edge in the place of CloudFront: the template's behaviours and headers, signed URLs checked on the local clock, objects
 * streamed out of the local S3. It caches nothing, so an invalidation has nothing to do.
 */
import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import { listen } from '../listen.ts';
import type { TlsIdentity } from '../tls/issue.ts';
import { accessRecord, type AccessRecord } from './access-record.ts';
import { errorAnswer, objectAnswer, withErrorPage, type Answer, type OriginPlace } from './answer.ts';
import { behaviourFor, type Behaviour, type EdgeDefinition } from './definition.ts';
import type { ObjectReader } from './object-reader.ts';
import { checkSignedUrl, type Refusal } from './signed-url.ts';
import { loadViewerFunction, type KeyValues, type ViewerFunction } from './viewer-function.ts';

export interface EdgeOptions {
  readonly clock: LocalClock;
  readonly log: Logger;
  readonly definition: EdgeDefinition;
  /** Undefined: without TLS, for browsers, which do not know the local root. */
  readonly tls: TlsIdentity | undefined;
  /** 0 takes any free port. */
  readonly port: number;
  readonly objects: ObjectReader;
  /** What functions at the edge look up, by the store's ARN. */
  readonly keyValues?: (storeArn: string) => KeyValues;
  /** Called once per request, when its answer is finished or broken off. Takes its own hold for what it begins. */
  readonly onAccess: (record: AccessRecord) => void;
}

export interface Edge {
  /** `https://localhost:<port>`, or without TLS `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Sets a key that only deployment makes. Throws when it is no PEM public key. */
  setPublicKey(id: string, pem: string): void;
  /** Shows another certificate from now on, to those that connect anew. */
  showCertificate(tls: TlsIdentity): void;
  /** Serves the same below a path of another server, which the world knows as `origin`: links are signed for that. */
  behind(origin: string, prefix: string): (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** Starts the edge on 127.0.0.1. Rejects when the port is taken. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { log, definition } = options;
  const keys = new Map<string, KeyObject>(Object.entries(definition.publicKeys).map(([id, pem]) => [id, createPublicKey(pem)]));
  const functions = new Map<Behaviour, ViewerFunction>(definition.behaviours.flatMap((behaviour) => {
    const { code, keyValueStoreArn } = behaviour.onRequest ?? {};
    return code === undefined ? [] : [[behaviour, loadViewerFunction(code, keyValueStoreArn === undefined ? undefined : options.keyValues?.(keyValueStoreArn))] as const];
  }));
  const handler = (asked: (request: IncomingMessage) => Pick<Asked, 'url' | 'target'>) => (request: IncomingMessage, response: ServerResponse): void => {
    const place = asked(request);
    void serve(request, response, place.target, (requestId) => answerOf({ message: request, requestId, ...place }, options, keys, functions), options).catch((error: unknown) => {
      log.error('the edge failed to answer', { message: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
  const { tls } = options;
  const direct = handler(({ url = '/', headers }) => ({ url: `https://${headers.host ?? ''}${url}`, target: url }));
  const secure = tls === undefined ? undefined : createServer({ cert: tls.certificate, key: tls.key }, direct);
  const server = secure ?? createPlainServer(direct);
  const port = await listen(server, options.port);
  return {
    url: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`, port,
    setPublicKey: (id, pem) => { keys.set(id, createPublicKey(pem)); },
    showCertificate: ({ certificate, key }) => { secure?.setSecureContext({ cert: certificate, key }); },
    behind: (origin, prefix) => handler(({ url = '/' }) => ({ url: `${origin}${url}`, target: url.slice(prefix.length) || '/' })),
    close: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
  };
}

/** A request: its whole address, as its link was signed, and its path and query as the distribution knows them. */
interface Asked {
  readonly message: IncomingMessage;
  readonly requestId: string;
  readonly url: string;
  readonly target: string;
}

async function answerOf({ message, requestId, url, target }: Asked, { definition, objects, clock, log }: EdgeOptions, keys: ReadonlyMap<string, KeyObject>, functions: ReadonlyMap<Behaviour, ViewerFunction>): Promise<Answer> {
  const [path = '/', query = ''] = target.split(/\?(.*)/s);
  const behaviour = behaviourFor(definition, path);
  const originOf = (wanted: string): OriginPlace => {
    const { bucket, originPath, missing } = behaviourFor(definition, wanted);
    const object = wanted === '/' && definition.rootObject !== undefined ? `/${definition.rootObject}` : wanted;
    return { bucket, key: decodePath(`${originPath}${object}`).replace(/^\//, ''), missing };
  };
  const finish = (answer: Answer): Answer => {
    const finished = answer.status >= 400 ? withErrorPage(answer, definition, objects, originOf) : answer;
    return { ...finished, headers: { ...finished.headers, ...behaviour.headers } };
  };
  if (!behaviour.methods.includes(message.method ?? '') || (message.method !== 'GET' && message.method !== 'HEAD')) {
    return finish(errorAnswer(403, 'AccessDenied', 'This distribution is not configured to allow the HTTP request method that was used for this request.', true));
  }
  if (behaviour.signers !== undefined) {
    const { signers } = behaviour;
    const refusal = checkSignedUrl({ url, viewerAddress: message.socket.remoteAddress ?? '' }, (id) => (signers.includes(id) ? keys.get(id) : undefined), clock.now());
    if (refusal !== undefined) return finish(errorAnswer(403, refusal, refusalMessages[refusal], true));
  }
  let served = path;
  try {
    const verdict = await functions.get(behaviour)?.run({ message, path, query, requestId });
    // What a function answers itself goes out as it is: error pages are for what comes from the origin.
    if (verdict !== undefined && 'status' in verdict) return { ...verdict, headers: { ...verdict.headers, 'content-length': String(Buffer.byteLength(verdict.body)) }, refused: true };
    served = verdict?.path ?? path;
  } catch (error) {
    log.error('the function at the edge failed', { error: error instanceof Error ? error.message : 'unknown' });
    return finish(errorAnswer(503, 'FunctionExecutionError', 'The CloudFront function associated with the CloudFront distribution is invalid or could not run.', true));
  }
  const { bucket, key, missing } = originOf(served);
  return finish(objectAnswer(objects.find(bucket, key), message.headers, missing));
}

const refusalMessages: Readonly<Record<Refusal, string>> = {
  MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
  InvalidKey: 'Unknown Key',
  AccessDenied: 'Access denied',
  MalformedPolicy: 'Malformed Policy',
};

/** The clock is held until the answer begins; from then on the viewer says how fast it takes it. */
async function serve(request: IncomingMessage, response: ServerResponse, target: string, decide: (requestId: string) => Promise<Answer>, options: EdgeOptions): Promise<void> {
  const { clock } = options;
  const release = clock.hold('edge request');
  const startedAt = clock.now();
  const requestId = randomUUID();
  const ended = new Promise<void>((resolve) => { response.once('close', resolve); });
  let [bytes, complete] = [0, false];
  response.once('finish', () => { complete = true; });
  let answer: Answer;
  try {
    answer = await decide(requestId);
    response.writeHead(answer.status, { ...answer.headers, server: 'AmazonS3', via: '1.1 local.cloudfront.net (CloudFront)', 'x-cache': answer.status >= 400 ? 'Error from cloudfront' : 'Miss from cloudfront', 'x-amz-cf-id': requestId });
    response.flushHeaders();
  } finally {
    release();
  }
  const firstByteAt = clock.now();
  const withoutBody = request.method === 'HEAD' || answer.body === undefined;
  if (withoutBody || typeof answer.body === 'string') {
    const text = withoutBody || typeof answer.body !== 'string' ? '' : answer.body;
    bytes = Buffer.byteLength(text);
    response.end(text);
  } else if (answer.body !== undefined) {
    const { object, range } = answer.body;
    const stream = object.read(range);
    stream.on('data', (chunk: Buffer) => { bytes += chunk.length; });
    // A viewer that goes away in the middle is not a fault of ours; the record says so.
    await pipeline(stream, response).catch(() => undefined);
  }
  await ended;
  const range = typeof answer.body === 'object' ? answer.body.range : undefined;
  const length = answer.headers['content-length'];
  options.onAccess(accessRecord(request, {
    target, requestId, startedAt, firstByteAt, endedAt: clock.now(), status: answer.status, bytes, contentType: answer.headers['content-type'] ?? '-',
    contentLength: length === undefined ? undefined : Number(length), range, refused: answer.refused, complete,
  }));
}

/** A path that is not valid percent-encoding names itself. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
