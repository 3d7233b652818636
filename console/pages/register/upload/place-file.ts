/** A file onto the communication server: begun, or gone on with where it stopped; sent; put together. */
import type { ApiClient } from '../../../api/client.ts';
import { ApiFailure } from '../../../api/failure.ts';
import { LinksEnded, sendParts, type PartSender, type Progress } from './send-parts.ts';
import { goesOn, type ChosenFile, type UploadMemory, type UploadState } from './upload-state.ts';

export interface Placing {
  readonly api: Pick<ApiClient, 'call'>;
  readonly memory: UploadMemory;
  readonly sender: PartSender;
  readonly progress: (now: Progress) => void;
  readonly signal: AbortSignal;
}

/** Rejects with `ApiFailure`, or with the signal's reason. Whatever has arrived by then is kept for the next try. */
export async function placeFile(placing: Placing, file: ChosenFile, fileName: string): Promise<void> {
  const kept = placing.memory.recall();
  const known = goesOn(kept, file, fileName) ? kept : undefined;
  try {
    await finish(placing, known ?? await begin(placing, file, fileName));
  } catch (error) {
    if (!isGone(error)) throw error;
    placing.memory.forget();
    // One that was kept may have been cleared away since; one that has just begun is not begun over and over.
    if (known === undefined) throw new ApiFailure('refused', 'The communication server did not take the file.', { cause: error });
    await finish(placing, await begin(placing, file, fileName));
  }
  placing.memory.forget();
}

async function begin({ api, memory, signal }: Placing, file: ChosenFile, fileName: string): Promise<UploadState> {
  const { uploadId, partSize, parts } = await api.call('beginUpload', { body: { fileName, size: file.size } }, signal);
  const state = { fileName, name: file.name, size: file.size, modifiedAt: file.lastModified, uploadId, partSize, parts: [...parts], done: [] };
  memory.keep(state);
  return state;
}

async function finish({ api, memory, sender, progress, signal }: Placing, begun: UploadState): Promise<void> {
  const { done, fileName, uploadId } = await sendParts(sender, begun, memory.keep, progress, signal);
  await api.call('completeUpload', { id: uploadId, body: { fileName, parts: done.toSorted((one, other) => one.partNumber - other.partNumber) } }, signal);
}

/** The upload is there no more. */
function isGone(error: unknown): boolean {
  return error instanceof LinksEnded || (error instanceof ApiFailure && (error.code === 'not-found' || error.code === 'conflict'));
}
