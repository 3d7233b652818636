/**
 * Objects on disk. One is a small JSON file, named by the hash of its key, that lists the data files ("segments") in
 * order; putting the JSON file in place by a rename is the commit. Killed at any moment, the store comes up with either
 * the old object or the new one; data files without an object are swept at start.
 *
 * `ROOT/buckets/NAME/objects/SHA256(key).json`, `ROOT/buckets/NAME/data/UUID`, `ROOT/incoming/UUID`
 */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import type { Checksum } from './checksum.ts';

export interface Segment {
  /** Name in the bucket's data folder. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Instant;
  readonly contentType: string;
  /** Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: Checksum;
  readonly segments: readonly Segment[];
  /** The multipart upload it came from: completing that again gives the same answer. */
  readonly uploadId?: string;
}

/** What may be asked of the current object before it is replaced or removed; throws when it does not hold. */
export type Precondition = (current: StoredObject | undefined) => void;

interface Bucket {
  readonly folder: string;
  readonly objects: Map<string, StoredObject>;
  /** Keys in order, made when asked for. */
  sorted: readonly string[] | undefined;
}

export class ObjectStore {
  /** Where bodies are received: the same file system as the data, so that a rename or link suffices. */
  readonly incoming: string;
  readonly #root: string;
  readonly #buckets = new Map<string, Bucket>();
  /** Objects being read, with the number of readers; one that is replaced meanwhile keeps its data until they are done. */
  readonly #readers = new Map<StoredObject, number>();

  /** Opens the store in `root` (made when absent) with these buckets. */
  constructor(root: string, buckets: readonly string[]) {
    this.#root = root;
    this.incoming = join(root, 'incoming');
    rmSync(this.incoming, { recursive: true, force: true });
    mkdirSync(this.incoming, { recursive: true, mode: 0o700 });
    for (const name of buckets) this.#buckets.set(name, this.#open(name));
  }

  bucketNames(): readonly string[] {
    return [...this.#buckets.keys()].sort();
  }

  has(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  /** The object, or undefined. Throws NoSuchBucket. */
  find(bucket: string, key: string): StoredObject | undefined {
    return this.#bucket(bucket).objects.get(key);
  }

  /** All keys in order. Throws NoSuchBucket. */
  keys(bucket: string): readonly string[] {
    const opened = this.#bucket(bucket);
    opened.sorted ??= [...opened.objects.keys()].sort();
    return opened.sorted;
  }

  /** Path of a segment's file. It exists while the object is the current one or is pinned. */
  segmentPath(bucket: string, segment: Segment): string {
    return join(this.#bucket(bucket).folder, 'data', segment.file);
  }

  /** Keeps the data of an object just found until the returned function is called, also when it is replaced or removed. */
  pin(bucket: string, object: StoredObject): () => void {
    const opened = this.#bucket(bucket);
    this.#readers.set(object, (this.#readers.get(object) ?? 0) + 1);
    let pinned = true;
    return () => {
      if (!pinned) return;
      pinned = false;
      const left = (this.#readers.get(object) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(object, left);
        return;
      }
      this.#readers.delete(object);
      if (opened.objects.get(object.key) !== object) this.#dropSegments(opened, object);
    };
  }

  /**
   * Makes data files of `sources` (hard links: the sources stay) and commits the object. `precondition` is asked and
   * the commit made in one turn of the event loop: of two conditional writers one loses.
   */
  commit(bucket: string, object: Omit<StoredObject, 'segments'>, sources: readonly { readonly path: string; readonly size: number }[], precondition: Precondition): StoredObject {
    const opened = this.#bucket(bucket);
    const before = opened.objects.get(object.key);
    precondition(before);
    const segments = sources.map(({ path, size }) => {
      const segment: Segment = { file: randomUUID(), size };
      linkSync(path, join(opened.folder, 'data', segment.file));
      return segment;
    });
    const stored: StoredObject = { ...object, segments };
    writeAtomically(this.#objectPath(opened, object.key), JSON.stringify(stored));
    if (before === undefined) opened.sorted = undefined;
    opened.objects.set(object.key, stored);
    this.#dropSegments(opened, before);
    return stored;
  }

  /** Removes the object; false when there was none. */
  remove(bucket: string, key: string, precondition: Precondition): boolean {
    const opened = this.#bucket(bucket);
    const before = opened.objects.get(key);
    precondition(before);
    if (before === undefined) return false;
    rmSync(this.#objectPath(opened, key), { force: true });
    opened.objects.delete(key);
    opened.sorted = undefined;
    this.#dropSegments(opened, before);
    return true;
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  #objectPath(bucket: Bucket, key: string): string {
    return join(bucket.folder, 'objects', `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  #dropSegments(bucket: Bucket, object: StoredObject | undefined): void {
    if (object === undefined || this.#readers.has(object)) return;
    for (const segment of object.segments) rmSync(join(bucket.folder, 'data', segment.file), { force: true });
  }

  #open(name: string): Bucket {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new AwsError('InvalidBucketName', `The bucket name ${name} is not valid.`);
    const folder = join(this.#root, 'buckets', name);
    for (const part of ['objects', 'data']) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
    const objects = new Map<string, StoredObject>();
    const referenced = new Set<string>();
    for (const file of readdirSync(join(folder, 'objects'))) {
      if (!file.endsWith('.json')) {
        // What a killed write left of a file that never got its name.
        rmSync(join(folder, 'objects', file));
        continue;
      }
      const object = JSON.parse(readFileSync(join(folder, 'objects', file), 'utf8')) as StoredObject;
      objects.set(object.key, object);
      for (const segment of object.segments) referenced.add(segment.file);
    }
    for (const file of readdirSync(join(folder, 'data'))) if (!referenced.has(file)) rmSync(join(folder, 'data', file), { force: true });
    return { folder, objects, sorted: undefined };
  }
}

/** The file is the old or the new one, never a part of it. */
export function writeAtomically(path: string, content: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}
