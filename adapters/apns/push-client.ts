/**
 * Pushes over HTTP/2 with the organisation's certificate. Retries live here: callers get one outcome per push.
 * Source: Apple, "Sending notification requests to APNs".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Logger } from '../../core/ambient.ts';
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
  readonly log: Logger;
}

const ATTEMPTS = 4;
const BASE = 200;
const CAP = 3_000;

export function createPushGateway({ url, certificate, clock, log }: PushGatewayOptions): PushGateway & { close(): void } {
  const connection = new Connection(url, clock);
  const attempt = async (identity: PushCertificate, request: PushRequest): Promise<PushOutcome> => {
    try {
      return outcomeOf(await connection.send(identity, headersOf(request), JSON.stringify({ mdm: request.magic })));
    } catch (error) {
      return outcomeOfFailure(error);
    }
  };

  const pushOne = async (identity: PushCertificate, request: PushRequest): Promise<PushOutcome> => {
    if (request.topic !== identity.topic) return { result: 'refused', reason: 'the push certificate is for another topic' };
    for (let n = 1; ; n += 1) {
      const outcome = await attempt(identity, request);
      // A wait that APNs asks for and that is longer than ours is the caller's to arrange.
      if (outcome.result !== 'later' || n === ATTEMPTS || outcome.reason === 'TooManyRequests') return outcome;
      await sleep(backOff(n, BASE, CAP, Math.random()));
    }
  };

  return {
    /** 1 HTTP/2 request per push, more after passing failures; as many at once as APNs takes. */
    async push(requests) {
      const identity = await certificate();
      if (identity === undefined) return requests.map(() => ({ result: 'refused', reason: 'no push certificate is configured' }));
      const outcomes: PushOutcome[] = [];
      const queue = requests.entries();
      const pushSome = async (): Promise<void> => {
        for (const [index, request] of queue) outcomes[index] = await pushOne(identity, request);
      };
      const lanes = await connection.streams(identity).catch(() => 1);
      await Promise.all(Array.from({ length: Math.min(lanes, requests.length) }, pushSome));
      const refused = outcomes.filter(({ result }) => result === 'refused').length;
      if (refused > 0) log.error('pushes refused', { refused, of: requests.length });
      return outcomes;
    },
    close: () => { connection.close(); },
  };
}

function headersOf({ token, topic, expiresAt }: PushRequest): Readonly<Record<string, string>> {
  return {
    ':method': 'POST', ':path': `/3/device/${token}`, 'apns-topic': topic, 'apns-push-type': 'mdm', 'apns-expiration': String(Math.floor(expiresAt / 1000)),
    'content-type': 'application/json',
  };
}
