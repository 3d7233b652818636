/**
 * Pushes over HTTP/2 with the organisation's certificate. Retries live here: callers get one outcome per push.
 * Source: Apple, "Sending notification requests to APNs".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND, type Clock } from '../../core/ambient.ts';
import { backOff } from '../../core/back-off.ts';
import type { PushCertificate } from '../../core/device/push-certificate.ts';
import type { PushGateway, PushOutcome, PushRequest } from '../../core/instruction/push.ts';
import { outcomeOf, outcomeOfFailure } from './answer.ts';
import { Connection } from './connection.ts';

export interface PushGatewayOptions {
  /** `https://api.push.apple.com`. */
  readonly url: string;
  /** Undefined while none is configured. */
  readonly certificate: () => Promise<PushCertificate | undefined>;
  readonly clock: Clock;
  /** Milliseconds that one push may take to be answered; default 15 seconds. */
  readonly answerPatience?: number;
}

const ATTEMPTS = 4;
const BASE = 200;
const CAP = 3_000;
const ANSWER_PATIENCE = 15 * SECOND;
/** No further try begins later than this after the first: the waker, with what is left of its minute, queues the push again. */
const PATIENCE = 20 * SECOND;

export function createPushGateway({ url, certificate, clock, answerPatience = ANSWER_PATIENCE }: PushGatewayOptions): PushGateway & { close(): void } {
  const connection = new Connection(url, clock, answerPatience);
  const attempt = async (identity: PushCertificate, request: PushRequest): Promise<PushOutcome> => {
    try {
      return outcomeOf(await connection.send(identity, headersOf(request), JSON.stringify({ mdm: request.magic })));
    } catch (error) {
      return outcomeOfFailure(error);
    }
  };

  /** How many pushes APNs takes at once, or what becomes of all of them where it cannot be reached. */
  const connect = (identity: PushCertificate): Promise<number | PushOutcome> => repeated(() => connection.streams(identity).catch(outcomeOfFailure));

  return {
    /** 1 HTTP/2 request per push, more after passing failures; as many at once as APNs takes. */
    async push(requests) {
      const identity = await certificate();
      if (identity === undefined) return requests.map(() => ({ result: 'refused', reason: 'there is no push certificate' }));
      if (identity.expiresAt <= clock.now()) return requests.map(() => ({ result: 'refused', reason: 'the push certificate has expired' }));
      const outcomes: PushOutcome[] = [];
      const queue = requests.entries();
      const lanes = await connect(identity);
      const pushSome = async (): Promise<void> => {
        for (const [index, request] of queue) {
          if (request.topic !== identity.topic) outcomes[index] = { result: 'stranded' };
          else outcomes[index] = typeof lanes === 'number' ? await repeated(() => attempt(identity, request)) : lanes;
        }
      };
      await Promise.all(Array.from({ length: typeof lanes === 'number' ? Math.min(lanes, requests.length) : 1 }, pushSome));
      return outcomes;
    },
    close: () => { connection.close(); },
  };
}

/** Tries again while the outcome is `later`, a little later each time. */
async function repeated<T extends number | PushOutcome>(attempt: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  for (let n = 1; ; n += 1) {
    const outcome = await attempt();
    if (typeof outcome === 'number' || outcome.result !== 'later') return outcome;
    // A wait that APNs asks for and that is longer than ours is the caller's to arrange.
    if (n === ATTEMPTS || outcome.reason === 'TooManyRequests' || performance.now() > begun + PATIENCE) return outcome;
    await sleep(backOff(n, BASE, CAP, Math.random()));
  }
}

function headersOf({ token, topic, expiresAt }: PushRequest): Readonly<Record<string, string>> {
  return {
    ':method': 'POST', ':path': `/3/device/${token}`, 'apns-topic': topic, 'apns-push-type': 'mdm', 'apns-expiration': String(Math.floor(expiresAt / 1000)),
    'content-type': 'application/json',
  };
}
