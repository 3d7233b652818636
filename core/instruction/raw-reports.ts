import type { Instant } from '../ambient.ts';
import type { EnrolmentId } from '../ids.ts';

/** Keeps what devices sent, byte for byte: some things a device says only once. */
export interface RawReports {
  /**
   * Safe when it resolves; answers the name under which it is kept. A repeated call keeps it twice. `unreadable`: it could
   * not be decoded, and somebody will look for it.
   */
  keep(enrolmentId: EnrolmentId, receivedAt: Instant, bytes: Uint8Array, kind?: 'report' | 'unreadable'): Promise<string>;
}
