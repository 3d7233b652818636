/** Puts a file on the communication server. */
import { basename, resolve } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { checkBody } from './check-body.ts';
import type { Output } from './output.ts';
import { showUpload } from './upload-progress.ts';
import { statFile, uploadFile, type UploadServer } from './upload.ts';
import type { World } from './world.ts';

export interface PlacedFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
}

/** `replace`: also where a version has that name. `nameFlag` says how the file gets another name there (the default is its name here), `given` is that name. */
export async function placeFile(world: World, output: Output, api: ApiClient, file: string, nameFlag: string, replace: boolean, given = basename(file)): Promise<PlacedFile> {
  const path = resolve(file);
  const { size } = await statFile(path);
  checkBody('beginUpload', { fileName: given, size }, { fileName: nameFlag, size: file });
  const progress = showUpload(world, output, given, size);
  try {
    await uploadFile(world, uploadServer(api, replace), { path, fileName: given, onProgress: progress.update, onResume: progress.resume });
  } finally {
    progress.close();
  }
  return { fileName: given, size };
}

/** The API's side of an upload. */
export function uploadServer(api: ApiClient, replace = false): UploadServer<unknown> {
  return {
    url: api.url,
    begin: (fileName, size) => api.call('beginUpload', { body: { fileName, size, ...(replace ? { replace } : {}) } }),
    complete: (id, parts, fileName) => api.call('completeUpload', { id, body: { fileName, parts: [...parts] } }),
  };
}
