import { WavecastError } from '../../../core/errors.ts';
import type { JobFiles, JobStore } from '../../../core/job/store.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryJobStore(tables: MemoryTables): JobStore {
  return {
    async addJob(job) {
      await settled();
      tables.beforeWrite('jobs.add');
      if (tables.jobs.has(job.id)) throw new WavecastError('conflict', 'The job exists.');
      tables.jobs.set(job.id, job);
    },
    async job(id) {
      await settled();
      return tables.jobs.get(id);
    },
    async jobs(after, limit) {
      await settled();
      const rest = [...tables.jobs.values()].filter(({ id }) => after === undefined || id < after).sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(rest.length > limit && last !== undefined ? { next: last.id } : {}) };
    },
    async replaceJob(before, after) {
      await settled();
      tables.beforeWrite('jobs.replace');
      if (tables.jobs.get(before.id)?.claim !== before.claim) return false;
      tables.jobs.set(after.id, after);
      return true;
    },
  };
}

export interface MemoryJobFiles extends JobFiles {
  /** Finished files, by key. */
  readonly files: Map<string, string>;
  /** Uploads that are neither completed nor given up: parts by number. */
  readonly uploads: Map<string, Map<number, Uint8Array>>;
}

/** As S3 does it: the parts named become the file, in the order of their numbers, and each but the last must be large enough. */
export function memoryJobFiles(tables: Pick<MemoryTables, 'beforeWrite'>, files = new Map<string, string>(), smallestPart = 5_000): MemoryJobFiles {
  const uploads = new Map<string, Map<number, Uint8Array>>();
  const completed = new Set<string>();
  let begun = 0;
  const over = (): WavecastError => new WavecastError('not-found', 'The file was given up before it was finished.', { remedy: 'Ask for it again.' });
  return {
    files, uploads, smallestPart,
    async put(key, _type, bytes) {
      await settled();
      tables.beforeWrite('jobFiles.put');
      files.set(key, Buffer.from(bytes).toString('utf8'));
    },
    async begin(key) {
      await settled();
      tables.beforeWrite('jobFiles.begin');
      begun += 1;
      const uploadId = `upload-${begun}`;
      uploads.set(uploadId, new Map());
      return { key, uploadId };
    },
    async part({ uploadId }, number, bytes) {
      await settled();
      tables.beforeWrite('jobFiles.part');
      const parts = uploads.get(uploadId);
      if (parts === undefined) throw over();
      parts.set(number, bytes);
      return { number, etag: `etag-${bytes.length}-${number}` };
    },
    async complete({ key, uploadId }, listed) {
      await settled();
      tables.beforeWrite('jobFiles.complete');
      if (completed.has(uploadId)) return;
      const parts = uploads.get(uploadId);
      if (parts === undefined) throw over();
      const bytes = listed.map(({ number, etag }) => {
        const part = parts.get(number);
        if (part === undefined || etag !== `etag-${part.length}-${number}`) throw new Error(`The part ${number} is not as it is listed.`);
        return part;
      });
      if (listed.some(({ number }, index) => index > 0 && number <= (listed[index - 1]?.number ?? 0))) throw new Error('The parts are not in order.');
      if (bytes.slice(0, -1).some(({ length }) => length < smallestPart)) throw new Error('A part is too small.');
      files.set(key, Buffer.concat(bytes).toString('utf8'));
      uploads.delete(uploadId);
      completed.add(uploadId);
    },
    async abort({ uploadId }) {
      await settled();
      tables.beforeWrite('jobFiles.abort');
      uploads.delete(uploadId);
    },
  };
}
