/** What the local cloud must not forget: small JSON documents, each replaced as a whole. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- a document has the type that its one writer gave it */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface StateStore {
  /** The document last saved under `name`, or undefined. Only its writer reads it, so its writer knows its shape. */
  load<T>(name: string): T | undefined;
  /** Durable when it returns: a crash leaves the former document or this one, never a part. */
  save(name: string, value: unknown): void;
}

/** Documents as files `<folder>/<name>.json`, readable by the owner alone: some hold keys. */
export function fileStateStore(folder: string): StateStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, `${encodeURIComponent(name)}.json`);
  return {
    load<T>(name: string) {
      try {
        return JSON.parse(readFileSync(path(name), 'utf8')) as T;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    save(name, value) {
      const temporary = `${path(name)}.new`;
      const file = openSync(temporary, 'w', 0o600);
      try {
        writeSync(file, JSON.stringify(value));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path(name));
    },
  };
}

/** Forgets everything when the process ends. */
export function memoryStateStore(): StateStore {
  const documents = new Map<string, string>();
  return {
    load: <T>(name: string) => {
      const text = documents.get(name);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    save: (name, value) => {
      documents.set(name, JSON.stringify(value));
    },
  };
}
