/**
 * Delivers records of access as CloudFront does: gathered into files, some time after the requests. CloudFront takes minutes to
 * an hour and may leave some out; here a file comes a minute after its first record.
 */
import { randomBytes } from 'node:crypto';
import { MINUTE } from '../../core/ambient.ts';
import { encodeAccessLog } from '../../protocol/access-log.ts';
import type { LocalClock } from '../clock.ts';
import { accessFields, type AccessRecord } from './access-record.ts';

export interface LogDeliveryOptions {
  readonly clock: LocalClock;
  /** Of the distribution's log files; they begin with `<prefix><distribution>.`. */
  readonly prefix: string;
  readonly distributionId: string;
  readonly put: (key: string, file: Uint8Array) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export interface LogDelivery {
  record(record: AccessRecord): void;
  stop(): void;
}

export function deliverLogs({ clock, prefix, distributionId, put, failed }: LogDeliveryOptions): LogDelivery {
  let gathered: AccessRecord[] = [];
  let timer: { cancel(): void } | undefined;
  const deliver = (): void => {
    const records = gathered;
    [gathered, timer] = [[], undefined];
    const hour = new Date(clock.now()).toISOString().slice(0, 13).replace('T', '-');
    const release = clock.hold('access log');
    void put(`${prefix}${distributionId}.${hour}.${randomBytes(4).toString('hex')}.gz`, encodeAccessLog(accessFields, records.map((record) => ({ ...record })))).catch(failed).finally(release);
  };
  return {
    record(record) {
      gathered.push(record);
      timer ??= clock.at(clock.now() + MINUTE, deliver);
    },
    stop() {
      timer?.cancel();
    },
  };
}
