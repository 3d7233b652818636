/**
 * Apple's push service as the waker sees it: HTTP/2 over TLS with a client certificate whose UID is the topic.
 * Modelled, not Apple: tokens are those that the courier's clients register, and nobody checks the push magic.
 * Source: Apple, "Sending notification requests to APNs" and "Handling notification responses from APNs".
 */
import { randomUUID } from 'node:crypto';
import http2, { type IncomingHttpHeaders, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import { listen } from '../listen.ts';
import type { StateStore } from '../state-store.ts';
import type { TlsIdentity } from '../tls/issue.ts';
import { Courier } from './courier.ts';
import { expiryOf, TokenRegistry } from './registry.ts';
import { judgePush, type Answer } from './verdict.ts';

export interface ApnsOptions {
  readonly clock: LocalClock;
  readonly store: StateStore;
  readonly log: Logger;
  readonly tls: TlsIdentity;
  /** Certificate (PEM) of the root that issues push certificates. */
  readonly root: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly courierPort: number;
}

export interface ApnsCounts {
  readonly accepted: number;
  readonly refused: number;
  /** Devices connected to the courier. */
  readonly connected: number;
  readonly unacknowledged: number;
}

/** What APNs answers to every push while it is out, or has revoked our certificate (403). */
export type Outage = 403 | 429 | 500 | 503;

export interface Apns {
  /** `https://localhost:<port>`, as APNs' own base URL. */
  readonly url: string;
  readonly port: number;
  readonly courierPort: number;
  counts(): ApnsCounts;
  /** Ends every HTTP/2 session in the orderly way, as Apple does before maintenance. */
  goAway(): void;
  /** Answers every push with this status until called without one. */
  setOutage(status?: Outage): void;
  close(): Promise<void>;
}

/** Starts both listeners on 127.0.0.1. Rejects when a port is taken. */
export async function startApns(options: ApnsOptions): Promise<Apns> {
  const { clock, log } = options;
  const registry = new TokenRegistry(options.store, clock);
  const courier = new Courier(clock, registry);
  const sessions = new Set<Http2Session>();
  const counts = { accepted: 0, refused: 0 };
  let outage: Outage | undefined;

  const server = http2.createSecureServer({
    key: options.tls.key, cert: options.tls.certificate, ca: options.root,
    requestCert: true, rejectUnauthorized: true, settings: { maxConcurrentStreams: 1000 },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', (error: Error) => { log.debug('apns session ended', { message: error.message }); });
  });
  server.on('stream', (stream, headers) => {
    // From here to the device's acknowledgement time must not jump.
    const release = clock.hold('apns request');
    stream.on('error', (error) => { log.debug('apns stream ended', { message: error.message }); });
    void receive(stream).then((body) => {
      const answer = decide(stream, headers, body);
      counts[answer.status === 200 ? 'accepted' : 'refused'] += 1;
      respond(stream, headers, answer);
    }, () => undefined).finally(release);
  });

  const decide = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer): Answer => {
    if (outage !== undefined) return outageAnswers[outage];
    const verdict = judgePush({ headers, body, certificateUid: certificateUid(stream), standing: (token) => registry.standing(token) });
    if (verdict.push === undefined) return verdict.answer;
    const expiresAt = expiryOf(headerText(headers['apns-expiration']), clock.now());
    courier.deliver({ id: randomUUID(), ...verdict.push, expiresAt });
    return { status: 200 };
  };

  const courierPort = await courier.listen(options.courierPort);
  const port = await listen(server, options.port);
  return {
    url: `https://localhost:${port}`, port, courierPort,
    counts: () => ({ ...counts, connected: courier.connected(), unacknowledged: courier.unacknowledged() }),
    goAway: () => { for (const session of sessions) session.close(); },
    setOutage: (status) => { outage = status; },
    close: async () => {
      for (const session of sessions) session.destroy();
      await courier.close();
      registry.flush();
      await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    },
  };
}

const outageAnswers: Readonly<Record<Outage, Answer>> = {
  403: { status: 403, reason: 'BadCertificate' },
  429: { status: 429, reason: 'TooManyRequests' },
  500: { status: 500, reason: 'InternalServerError' },
  503: { status: 503, reason: 'ServiceUnavailable' },
};

function respond(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, answer: Answer): void {
  if (stream.destroyed) return;
  const id = headerText(headers['apns-id']) ?? randomUUID().toUpperCase();
  stream.respond({ ':status': answer.status, 'apns-id': id });
  const { reason, timestamp } = answer;
  stream.end(reason === undefined ? undefined : JSON.stringify({ reason, ...(timestamp === undefined ? {} : { timestamp }) }));
}

/** Bytes past what an answer needs are read and dropped. */
async function receive(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= 65_536) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function certificateUid(stream: ServerHttp2Stream): string | undefined {
  const subject = (stream.session?.socket as TLSSocket | undefined)?.getPeerCertificate().subject as Record<string, string> | undefined;
  return subject?.['UID'];
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
