import type { Instant } from '../ambient.ts';
import type { EnrolmentId } from '../ids.ts';

/** Keeps what devices sent, byte for byte: some things a device says only once. */
export interface RawReports {
  /** Safe when it resolves. A repeated call keeps it twice. */
  keep(enrolmentId: EnrolmentId, receivedAt: Instant, bytes: Uint8Array): Promise<void>;
}
