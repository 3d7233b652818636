/**
 * Multipart uploads on disk. A part is acknowledged once its JSON file names its data; an upload is there while its
 * `upload.json` is. So a browser goes on with an upload after the local cloud was killed and started again.
 *
 * `ROOT/uploads/ID/upload.json`, `ROOT/uploads/ID/NUMBER.json`, `ROOT/uploads/ID/UUID` (data)
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import { writeAtomically, type StoredObject } from './objects.ts';

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly startedAt: Instant;
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** Whether the client chose the algorithm: then every part must come with such a checksum. */
  readonly checksumChosen: boolean;
  readonly object: Pick<StoredObject, 'key' | 'contentType' | 'headers' | 'metadata'>;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  readonly md5: string;
  /** Base64, of the upload's algorithm. */
  readonly checksum: string;
  readonly modifiedAt: Instant;
  readonly file: string;
}

interface OpenUpload {
  readonly upload: Upload;
  readonly parts: Map<number, Part>;
}

export class UploadStore {
  readonly #root: string;
  readonly #open = new Map<string, OpenUpload>();

  /** Opens the store in `root/uploads`, made when absent; what was given up half way is swept. */
  constructor(root: string) {
    this.#root = join(root, 'uploads');
    mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    for (const id of readdirSync(this.#root)) this.#load(id);
  }

  start(upload: Omit<Upload, 'id'>): Upload {
    const started: Upload = { ...upload, id: randomBytes(24).toString('base64url') };
    mkdirSync(join(this.#root, started.id), { mode: 0o700 });
    writeAtomically(join(this.#root, started.id, 'upload.json'), JSON.stringify(started));
    this.#open.set(started.id, { upload: started, parts: new Map() });
    return started;
  }

  /** Throws NoSuchUpload, also when the id belongs to another bucket or key. */
  find(id: string, bucket: string, key: string): Upload {
    const { upload } = this.#require(id);
    if (upload.bucket !== bucket || upload.object.key !== key) throw noSuchUpload();
    return upload;
  }

  /** Takes the received file over as a part; the same number again replaces it. */
  putPart(upload: Upload, part: Omit<Part, 'file'>, receivedPath: string): void {
    const open = this.#require(upload.id);
    const file = randomUUID();
    renameSync(receivedPath, join(this.#root, upload.id, file));
    const before = open.parts.get(part.number);
    const stored: Part = { ...part, file };
    writeAtomically(join(this.#root, upload.id, `${String(part.number)}.json`), JSON.stringify(stored));
    open.parts.set(part.number, stored);
    if (before !== undefined) rmSync(join(this.#root, upload.id, before.file), { force: true });
  }

  /** In order of their numbers. */
  parts(upload: Upload): readonly Part[] {
    return [...this.#require(upload.id).parts.values()].sort((a, b) => a.number - b.number);
  }

  partPath(upload: Upload, part: Part): string {
    return join(this.#root, upload.id, part.file);
  }

  /** The end of an upload, completed or aborted. */
  remove(upload: Upload): void {
    this.#open.delete(upload.id);
    rmSync(join(this.#root, upload.id, 'upload.json'), { force: true });
    rmSync(join(this.#root, upload.id), { recursive: true, force: true });
  }

  list(bucket: string): readonly Upload[] {
    return [...this.#open.values()].map((open) => open.upload).filter((upload) => upload.bucket === bucket);
  }

  #require(id: string): OpenUpload {
    const open = this.#open.get(id);
    if (open === undefined) throw noSuchUpload();
    return open;
  }

  #load(id: string): void {
    const folder = join(this.#root, id);
    if (!existsSync(join(folder, 'upload.json'))) {
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const upload = JSON.parse(readFileSync(join(folder, 'upload.json'), 'utf8')) as Upload;
    const files = readdirSync(folder);
    const parts = files.filter((file) => /^\d+\.json$/.test(file)).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Part);
    const kept = new Set(['upload.json', ...parts.flatMap((part) => [part.file, `${String(part.number)}.json`])]);
    for (const file of files) if (!kept.has(file)) rmSync(join(folder, file), { force: true });
    this.#open.set(id, { upload, parts: new Map(parts.map((part) => [part.number, part])) });
  }
}

function noSuchUpload(): AwsError {
  return new AwsError('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', 404);
}
