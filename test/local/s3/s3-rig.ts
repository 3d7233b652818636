/** A port with S3 on a temporary folder, which can be stopped and started again on the same data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Principal } from '../../../local/aws/service.ts';
import type { CorsRule } from '../../../local/s3/cors.ts';
import { createS3, type LocalS3 } from '../../../local/s3/service.ts';
import { clientSettings, startRig, type Rig } from '../aws/rig.ts';

export const bucket = 'packages';

export interface S3Rig extends Rig {
  readonly s3: LocalS3;
  readonly folder: string;
  client(who?: Principal): S3Client;
  /** Closes the port and opens another on the same folder. */
  restart(): Promise<S3Rig>;
  dispose(): Promise<void>;
}

export async function startS3(cors: readonly CorsRule[] = [], folder = mkdtempSync(join(tmpdir(), 'wavecast-s3-'))): Promise<S3Rig> {
  let s3: LocalS3 | undefined;
  const rig = await startRig((clock) => {
    s3 = createS3({ folder, clock, buckets: [{ name: bucket, cors }, { name: 'icons' }] });
    return [s3.service];
  });
  if (s3 === undefined) throw new Error('The rig did not ask for its services.');
  const clients: S3Client[] = [];
  const close = async (): Promise<void> => {
    for (const client of clients) client.destroy();
    await rig.port.close();
  };
  return {
    ...rig,
    s3,
    folder,
    client: (who) => {
      const client = new S3Client({ ...clientSettings(rig, who), forcePathStyle: true });
      clients.push(client);
      return client;
    },
    restart: async () => {
      await close();
      return startS3(cors, folder);
    },
    dispose: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `size` bytes that are not all alike. */
export function someBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}
