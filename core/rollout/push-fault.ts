/** That pushes are refused for a fault of ours: while it lasts, instructing more devices would leave more of them unwoken. */
import { HOUR, type Instant } from '../ambient.ts';

export interface PushFault {
  /** APNs' own word, a TLS code, or ours. Printable. */
  readonly reason: string;
  /** It is over then unless it was met again: nobody has to clear what has passed. */
  readonly until: Instant;
}

/** One fault for the whole installation: there is one push certificate. */
export interface PushFaultStore {
  fault(): Promise<PushFault | undefined>;
  /** Replaces what was known. */
  report(fault: PushFault): Promise<void>;
  /** Another certificate was set. */
  clear(): Promise<void>;
}

/** A refusal is believed for so long after it was last met. */
const BELIEVED = HOUR;

export function pushFaultOf(reason: string, now: Instant): PushFault {
  return { reason, until: now + BELIEVED };
}

/** Why no wave may open now; undefined where none is known, or it has passed. */
export function pauseFor(fault: PushFault | undefined, now: Instant): string | undefined {
  if (fault === undefined || fault.until <= now) return undefined;
  return `Devices cannot be woken: pushes are refused (${fault.reason}). Set a valid push certificate, then resume the plan.`;
}
