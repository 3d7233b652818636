/** Copies on the server's side: a package of 2 GB never passes through us. */
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, HeadObjectCommand, UploadPartCopyCommand, type S3Client,
} from '@aws-sdk/client-s3';
import { WavecastError } from '../../core/errors.ts';
import { orExchanged } from './exchanged.ts';

/** What devices expect of a package. */
export const PACKAGE_TYPE = 'application/octet-stream';

/** S3 copies up to 5 GiB in one request, at the pace of one; in parts several go at once. */
const SINGLE_COPY = 1024 ** 3;
const PART = 256 * 1024 ** 2;
const PARTS_AT_ONCE = 4;

export interface Copy {
  readonly bucket: string;
  readonly from: string;
  readonly to: string;
  /** The version to copy, where it must be that one. */
  readonly etag?: string;
}

/** Repeating it writes the same bytes again. Throws `conflict` where `etag` is not there. `singleCopy` and `part`: bytes, 5 MiB at least. */
export async function copyObject(client: S3Client, copy: Copy, singleCopy: number = SINGLE_COPY, part: number = PART): Promise<void> {
  try {
    await copyVersion(client, copy, singleCopy, part);
  } catch (error) {
    throw copy.etag === undefined ? error : orExchanged(error);
  }
}

async function copyVersion(client: S3Client, { bucket, from, to, etag: wanted }: Copy, singleCopy: number, part: number): Promise<void> {
  const source = `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
  const target = { Bucket: bucket, Key: to };
  const { ContentLength: size = 0, ETag: found } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: from }));
  const etag = wanted ?? found;
  // What is copied is what was looked at, or nothing.
  const unchanged = etag === undefined ? {} : { CopySourceIfMatch: etag };
  if (size <= singleCopy) {
    await client.send(new CopyObjectCommand({ ...target, CopySource: source, ...unchanged, ContentType: PACKAGE_TYPE, MetadataDirective: 'REPLACE' }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ContentType: PACKAGE_TYPE }));
  if (UploadId === undefined) throw new WavecastError('internal', 'The communication server began a copy without an id.');
  const parts: { readonly PartNumber: number; readonly ETag: string }[] = [];
  const numbers = Array.from({ length: Math.ceil(size / part) }, (_, index) => index + 1);
  const copySome = async (): Promise<void> => {
    for (let PartNumber = numbers.shift(); PartNumber !== undefined; PartNumber = numbers.shift()) {
      const start = (PartNumber - 1) * part;
      const range = `bytes=${start}-${Math.min(size, start + part) - 1}`;
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...target, UploadId, PartNumber, CopySource: source, CopySourceRange: range, ...unchanged }));
      parts.push({ PartNumber, ETag: CopyPartResult?.ETag ?? '' });
    }
  };
  const lanes = Array.from({ length: PARTS_AT_ONCE }, copySome);
  try {
    await Promise.all(lanes);
    parts.sort((a, b) => a.PartNumber - b.PartNumber);
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    // Parts of an abandoned upload are stored and charged for until somebody removes them; those that are under way yet would come behind the removal.
    numbers.length = 0;
    await Promise.allSettled(lanes);
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    throw error;
  }
}
