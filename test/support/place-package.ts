/** A package where registration puts it, with what a version says of it: nobody then takes it for exchanged. */
import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AppVersion } from '../../core/catalog/app.ts';
import { incomingKey, packageKey } from '../../core/catalog/placement-keys.ts';
import { parseSha256 } from '../../core/ids.ts';

export async function placePackage(s3: S3Client, bucket: string, fileName: string, bytes: Uint8Array): Promise<Required<Pick<AppVersion, 'fileName' | 'digest' | 'size' | 'chunkDigests' | 'chunkSize' | 'fileEtag' | 'copyEtag'>>> {
  const digest = parseSha256(createHash('sha256').update(bytes).digest('hex'));
  const [fileEtag = '', copyEtag = ''] = await Promise.all([incomingKey(fileName), packageKey(digest, fileName)].map(async (Key) =>
    (await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes, ContentType: 'application/octet-stream' }))).ETag));
  return { fileName, digest, size: bytes.length, chunkDigests: [digest], chunkSize: bytes.length, fileEtag, copyEtag };
}
