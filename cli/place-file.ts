/** Puts a file on the communication server. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { completedUpload, upload as uploadShape } from './answers.ts';
import { at, type ApiClient } from './api-client.ts';
import type { Output } from './output.ts';
import { showUpload } from './upload-progress.ts';
import { uploadFile } from './upload.ts';
import type { World } from './world.ts';

export interface PlacedFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
}

/** `fileName`: its name there; the default is its name here. */
export async function placeFile(world: World, output: Output, api: ApiClient, file: string, fileName = basename(file)): Promise<PlacedFile> {
  const path = resolve(file);
  // A file that is not there is refused by the upload itself.
  const size = await stat(path).then((found) => found.size, () => 0);
  const progress = showUpload(world, output, fileName, size);
  try {
    await uploadFile(world, {
      url: api.url,
      begin: async (name, total) => {
        const { uploadId, partSize, parts } = await api.send('POST', 'uploads', { fileName: name, size: total }, uploadShape);
        return { uploadId, partSize, parts };
      },
      complete: (uploadId, parts, name) => api.send('POST', `uploads/${at(uploadId)}/complete`, { fileName: name, parts }, completedUpload),
    }, { path, fileName, onProgress: progress.update, onResume: progress.resume });
  } finally {
    progress.close();
  }
  return { fileName, size };
}
