/** Objects that AWS services put by themselves: access logs. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Measure } from './measure.ts';
import type { S3Context } from './operation.ts';
import { announce } from './put.ts';

export async function deliverObject(context: S3Context, bucket: string, key: string, body: Uint8Array, contentType: string): Promise<void> {
  const path = join(context.objects.incoming, randomUUID());
  await writeFile(path, body, { mode: 0o600 });
  try {
    const measure = new Measure(['CRC64NVME']);
    measure.count(Buffer.from(body));
    const { md5, checksums } = await measure.finish();
    const checksum = { algorithm: 'CRC64NVME', value: checksums.get('CRC64NVME') ?? '', type: 'FULL_OBJECT' } as const;
    const object = context.objects.commit(bucket, { key, contentType, headers: {}, metadata: {}, size: body.length, etag: md5, modifiedAt: context.clock.now(), checksum }, [{ path, size: body.length }], () => undefined);
    await announce(context, 'Put', bucket, object);
  } finally {
    await rm(path, { force: true });
  }
}
