/** What is known of an upload under way. Kept for the tab, so that a reload costs nothing that has arrived. */
import * as z from 'zod';
import { tabMemory, type TabMemory } from '../../../parts/tab-memory.ts';

const KEY = 'wavecast.upload';

const stateShape = z.object({
  /** Its name on the communication server. */
  fileName: z.string(),
  /** The file as it was chosen: another size or time is another file. */
  name: z.string(),
  size: z.number(),
  modifiedAt: z.number(),
  uploadId: z.string(),
  /** Bytes of every part but the last. */
  partSize: z.number(),
  /** Where each part goes. The links carry their own permission, for an hour: they end with the tab at the latest. */
  parts: z.array(z.object({ partNumber: z.number(), url: z.string() })),
  done: z.array(z.object({ partNumber: z.number(), etag: z.string() })),
});
export type UploadState = z.infer<typeof stateShape>;

/** As `File` has it. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
}

export type UploadMemory = TabMemory<UploadState>;

export function uploadMemory(storage: Parameters<typeof tabMemory>[0]): UploadMemory {
  return tabMemory<UploadState>(storage, KEY, stateShape);
}

/** Whether just this file was being sent under just this name. */
export function goesOn(state: UploadState | undefined, file: ChosenFile, fileName: string): state is UploadState {
  return state !== undefined && state.fileName === fileName && state.name === file.name && state.size === file.size && state.modifiedAt === file.lastModified;
}

/** Bytes of the file that a part holds: from, to (exclusive). */
export function rangeOf({ size, partSize }: Pick<UploadState, 'size' | 'partSize'>, partNumber: number): readonly [from: number, to: number] {
  const from = (partNumber - 1) * partSize;
  return [from, Math.min(size, from + partSize)];
}

/** Bytes that need not be sent again. */
export function arrived(state: UploadState): number {
  return state.done.reduce((sum, { partNumber }) => {
    const [from, to] = rangeOf(state, partNumber);
    return sum + to - from;
  }, 0);
}
