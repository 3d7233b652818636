/** What is known of an upload under way. Kept for the tab, so that a reload costs nothing that has arrived. */
import * as z from 'zod';

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

export interface UploadMemory {
  readonly recall: () => UploadState | undefined;
  readonly keep: (state: UploadState) => void;
  readonly forget: () => void;
}

/** Where nothing can be kept, an upload is none the worse while the page is there. */
export function uploadMemory(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): UploadMemory {
  const attempt = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch {
      return undefined;
    }
  };
  return {
    recall: () => attempt(() => stateShape.parse(JSON.parse(storage.getItem(KEY) ?? ''))),
    keep: (state) => { attempt(() => { storage.setItem(KEY, JSON.stringify(state)); }); },
    forget: () => { attempt(() => { storage.removeItem(KEY); }); },
  };
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
