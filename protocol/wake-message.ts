/** The body of a message on the wake queue: which devices to push to. */
import { WavecastError } from '../core/errors.ts';
import { parseEnrolmentId, type EnrolmentId } from '../core/ids.ts';

export interface WakeMessage {
  readonly enrolmentIds: readonly EnrolmentId[];
  /** How often these were pushed in vain already. */
  readonly tries: number;
}

export function encodeWakeMessage(message: WakeMessage): string {
  return JSON.stringify(message);
}

/** Throws `invalid-input` where the body is none of ours. */
export function decodeWakeMessage(body: string): WakeMessage {
  const value = parsed(body);
  const ids: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'enrolmentIds') : undefined;
  const tries: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'tries') : undefined;
  if (!Array.isArray(ids) || typeof tries !== 'number') throw new WavecastError('invalid-input', 'A message on the wake queue is none of ours.');
  return { enrolmentIds: ids.map((id: unknown) => parseEnrolmentId(id)), tries };
}

/** Undefined for what is no JSON: refused like what is JSON and none of ours. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
