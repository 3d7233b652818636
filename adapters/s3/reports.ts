import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Identifiers } from '../../core/ambient.ts';
import type { RawReports } from '../../core/instruction/raw-reports.ts';

export interface RawReportsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly ids: Pick<Identifiers, 'fresh'>;
}

/**
 * `reports/<enrolment>/<yyyy-mm-dd>/<uuid>`: found by device and day when somebody wants to know what it really said. The last
 * part of what could not be decoded begins with `unreadable-`.
 */
export function createRawReports({ client, bucket, ids }: RawReportsOptions): RawReports {
  return {
    /** 1 request. */
    async keep(enrolmentId, receivedAt, bytes, kind = 'report') {
      const day = new Date(receivedAt).toISOString().slice(0, 10);
      const key = `reports/${enrolmentId}/${day}/${kind === 'unreadable' ? 'unreadable-' : ''}${ids.fresh()}`;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/x-plist' }));
      return key;
    },
  };
}
