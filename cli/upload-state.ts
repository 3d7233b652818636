/** What is remembered of an upload under way, so that the next try sends only what is missing. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writePrivately } from './session.ts';

const stateShape = z.object({
  /** Of the API. */
  url: z.string(),
  fileName: z.string(),
  /** The local file as it was: another size or time is another file. */
  size: z.number(),
  modifiedAt: z.number(),
  uploadId: z.string(),
  /** Bytes. */
  partSize: z.number(),
  /** Where each part goes. The links carry their own permission, hence the private file. */
  links: z.record(z.string(), z.string()),
  done: z.array(z.object({ partNumber: z.number(), etag: z.string() })),
});
export type UploadState = z.infer<typeof stateShape>;

export class UploadMemory {
  readonly #path: string;

  /** One for each server and file. */
  constructor(configFolder: string, url: string, file: string, fileName: string) {
    const name = createHash('sha256').update([url, file, fileName].join('\n')).digest('hex').slice(0, 32);
    this.#path = join(configFolder, 'uploads', `${name}.json`);
  }

  /** What was kept of just this file; undefined where there is nothing, or the file has changed since. */
  async recall(of: Pick<UploadState, 'size' | 'modifiedAt'>): Promise<UploadState | undefined> {
    try {
      const state = stateShape.parse(JSON.parse(await readFile(this.#path, 'utf8')));
      return state.size === of.size && state.modifiedAt === of.modifiedAt ? state : undefined;
    } catch {
      return undefined;
    }
  }

  async keep(state: UploadState): Promise<void> {
    await writePrivately(this.#path, JSON.stringify(state));
  }

  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
