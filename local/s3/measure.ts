/** Size and digests of bytes that pass by. */
import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { AwsError } from '../aws/service.ts';
import { startDigest, type ChecksumAlgorithm, type Digest } from './checksum.ts';

const LARGEST_UPLOAD = 5 * 1024 ** 3;

export interface Measured {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  /** Hex; undefined when it was not asked for. */
  readonly sha256: string | undefined;
  /** Base64, by algorithm. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** A pass-through stream; `finish` once it has ended. Fails with EntityTooLarge past 5 GiB, S3's limit for one request. */
export class Measure extends Transform {
  readonly #md5 = createHash('md5');
  readonly #sha256: Hash | undefined;
  readonly #digests: ReadonlyMap<ChecksumAlgorithm, Digest>;
  #size = 0;

  constructor(algorithms: readonly ChecksumAlgorithm[], withSha256 = false) {
    super();
    this.#digests = new Map(algorithms.map((algorithm) => [algorithm, startDigest(algorithm)]));
    this.#sha256 = withSha256 ? createHash('sha256') : undefined;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.count(chunk);
    if (this.#size > LARGEST_UPLOAD) done(new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'));
    else done(null, chunk);
  }

  /** Counts bytes without passing them on. */
  count(chunk: Buffer): void {
    this.#size += chunk.length;
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    for (const digest of this.#digests.values()) digest.update(chunk);
  }

  /** Only once. */
  async finish(): Promise<Measured> {
    const checksums = new Map<ChecksumAlgorithm, string>();
    for (const [algorithm, digest] of this.#digests) checksums.set(algorithm, await digest.finish());
    return { size: this.#size, md5: this.#md5.digest('hex'), sha256: this.#sha256?.digest('hex'), checksums };
  }
}
