/** Port to what wakes devices. */
import type { Instant } from '../ambient.ts';

export interface PushRequest {
  /** Lower-case hex. */
  readonly token: string;
  /** PushMagic of the device's last TokenUpdate. */
  readonly magic: string;
  /** Topic of the enrolment; the push certificate must be for it. */
  readonly topic: string;
  /** Not kept for a device that is off beyond this. */
  readonly expiresAt: Instant;
}

/**
 * What became of one push. `dead`: the token is no longer valid, until the device's next TokenUpdate. `stranded`: the
 * device listens to another topic than our certificate's, until it enrols again. `refused`: the fault is ours (the
 * certificate, or none), it concerns every device, and repeating will not help. `later`: worth another try after
 * `afterSeconds`.
 */
export type PushOutcome =
  | { readonly result: 'delivered' }
  | { readonly result: 'dead' }
  | { readonly result: 'stranded' }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'later'; readonly reason: string; readonly afterSeconds: number };

export interface PushGateway {
  /** Outcomes in the order of the requests. Passing failures were tried again before `later` is answered. Does not throw for a single push. */
  push(requests: readonly PushRequest[]): Promise<readonly PushOutcome[]>;
}
