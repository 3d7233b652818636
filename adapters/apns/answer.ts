/** What an answer of APNs means. Source: Apple, "Handling notification responses from APNs". */
import type { PushOutcome } from '../../core/instruction/push.ts';

export interface PushAnswer {
  readonly status: number;
  /** `Retry-After`, as it came. */
  readonly retryAfter: string | undefined;
  /** JSON with a `reason`, or empty. */
  readonly body: string;
}

/** Where APNs does not say how long to wait. */
const DEFAULT_WAIT_SECONDS = 30;

export function outcomeOf({ status, retryAfter, body }: PushAnswer): PushOutcome {
  if (status === 200) return { result: 'delivered' };
  const reason = reasonIn(body) ?? `status ${status}`;
  if (status === 410 || reason === 'BadDeviceToken' || reason === 'DeviceTokenNotForTopic') return { result: 'dead' };
  if (status === 429 || status >= 500) return { result: 'later', reason, afterSeconds: secondsIn(retryAfter) ?? DEFAULT_WAIT_SECONDS };
  return { result: 'refused', reason };
}

/** A push that got no answer. Errors of TLS and of reading keys are about our certificate: repeating will not help. */
export function outcomeOfFailure(error: unknown): PushOutcome {
  const code = codeOf(error);
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_') ? { result: 'refused', reason: code } : { result: 'later', reason: code, afterSeconds: DEFAULT_WAIT_SECONDS };
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'connection lost';
}

/** Apple's reasons are single words; anything else is not repeated. */
function reasonIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const reason: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'reason') : undefined;
    return typeof reason === 'string' && /^[A-Za-z]{1,60}$/.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

/** Whole seconds; dates are not used by APNs. */
function secondsIn(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}
