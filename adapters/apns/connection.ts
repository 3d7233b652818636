/** One HTTP/2 session with APNs, kept for as long as it is good. */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { SECOND, type Clock, type Instant } from '../../core/ambient.ts';
import type { PushCertificate } from '../../core/device/push-certificate.ts';
import type { PushAnswer } from './answer.ts';

/** A session unused for longer is pinged first: a frozen function wakes with connections that are dead and do not know it. */
const IDLE = 20 * SECOND;
const PING_PATIENCE = 2 * SECOND;
const CONNECT_PATIENCE = 10 * SECOND;
/** More would gain nothing: answers take milliseconds. */
const MOST_STREAMS = 500;

interface Open {
  readonly session: ClientHttp2Session;
  readonly certificate: string;
  usedAt: Instant;
  /** Requests that wait for their answers. */
  waiting: number;
}

export class Connection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #answerPatience: number;
  #open: Open | undefined;
  #opening: Promise<Open> | undefined;

  /** `answerPatience`: milliseconds that one request may take. */
  constructor(url: string, clock: Clock, answerPatience: number) {
    this.#url = url;
    this.#clock = clock;
    this.#answerPatience = answerPatience;
  }

  /** Sends one request on a live session. Rejects when no answer came, and with TLS errors (`ERR_SSL_…`). */
  async send(certificate: PushCertificate, headers: OutgoingHttpHeaders, body: string): Promise<PushAnswer> {
    const open = await this.#live(certificate);
    open.usedAt = this.#clock.now();
    // An idle session must not keep a process alive; one that owes us an answer must.
    open.waiting += 1;
    open.session.ref();
    try {
      const answer = await exchange(open.session.request(headers), body, this.#answerPatience);
      // 503 Shutdown: this server is leaving; the next session finds another.
      if (answer.status === 503) open.session.close();
      return answer;
    } catch (error) {
      // Whoever gave no answer is asked whether it is still there before it gets another request.
      open.usedAt = Number.NEGATIVE_INFINITY;
      throw error;
    } finally {
      open.waiting -= 1;
      if (open.waiting === 0 && !open.session.destroyed) open.session.unref();
    }
  }

  /** How many requests the other side takes at once. */
  async streams(certificate: PushCertificate): Promise<number> {
    const { session } = await this.#live(certificate);
    return Math.max(1, Math.min(session.remoteSettings.maxConcurrentStreams ?? MOST_STREAMS, MOST_STREAMS));
  }

  close(): void {
    this.#open?.session.close();
    this.#open = undefined;
  }

  async #live(certificate: PushCertificate): Promise<Open> {
    const open = this.#open;
    const usable = open !== undefined && open.certificate === certificate.certificate && !open.session.closed && !open.session.destroyed;
    if (usable && this.#clock.now() < open.usedAt + IDLE) return open;
    this.#opening ??= this.#renew(usable ? open : undefined, certificate).finally(() => { this.#opening = undefined; });
    return this.#opening;
  }

  /** The idle session if it still answers, else a new one. */
  async #renew(idle: Open | undefined, certificate: PushCertificate): Promise<Open> {
    if (idle !== undefined && await answersPing(idle.session)) {
      idle.usedAt = this.#clock.now();
      return idle;
    }
    if (idle === undefined) this.#open?.session.close();
    else idle.session.destroy();
    this.#open = undefined;
    const session = await openSession(this.#url, certificate);
    this.#open = { session, certificate: certificate.certificate, usedAt: this.#clock.now(), waiting: 0 };
    return this.#open;
  }
}

/** Resolves when the other side has told its settings. */
function openSession(url: string, { certificate, key }: PushCertificate): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(url, { cert: certificate, key });
    const timer = setTimeout(() => { session.destroy(new Error('No connection in time.')); }, CONNECT_PATIENCE);
    const settle = (): void => { clearTimeout(timer); };
    session.once('remoteSettings', () => { settle(); resolve(session); });
    // Stays for the session's life: its streams report the error, nobody else need.
    session.on('error', (error: Error) => { settle(); reject(error); });
    session.once('close', () => { settle(); reject(new Error('The connection was closed.')); });
    // The timer keeps the process alive until then.
    session.unref();
  });
}

function answersPing(session: ClientHttp2Session): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => { resolve(false); }, PING_PATIENCE);
    const answer = (alive: boolean): void => { clearTimeout(timer); resolve(alive); };
    try {
      if (!session.ping((error) => { answer(error === null); })) answer(false);
    } catch {
      answer(false);
    }
  });
}

function exchange(stream: ClientHttp2Stream, body: string, patience: number): Promise<PushAnswer> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    let retryAfter: string | undefined;
    let text = '';
    stream.setEncoding('utf8');
    stream.setTimeout(patience, () => { stream.close(constants.NGHTTP2_CANCEL); });
    stream.once('response', (headers) => {
      status = headers[':status'];
      retryAfter = headers['retry-after'];
    });
    stream.on('data', (chunk: string) => { text += chunk; });
    stream.once('error', reject);
    // Refused streams, GOAWAY and time-outs end here without a status.
    stream.once('close', () => {
      if (status === undefined) reject(new Error('No answer.'));
      else resolve({ status, retryAfter, body: text });
    });
    stream.end(body);
  });
}
