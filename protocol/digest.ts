/** SHA-256 of texts and of files, whole and chunk by chunk. */
import { createHash } from 'node:crypto';
import { parseSha256, type Sha256 } from '../core/ids.ts';

export function digestText(text: string): Sha256 {
  return parseSha256(createHash('sha256').update(text, 'utf8').digest('hex'));
}

/** Reads `bytes` once, in constant memory. The last chunk may be shorter; an empty file has no chunk. */
export async function digestChunks(bytes: AsyncIterable<Uint8Array>, chunkSize: number): Promise<{ readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }> {
  const whole = createHash('sha256');
  const chunks: Sha256[] = [];
  let chunk = createHash('sha256');
  let inChunk = 0;
  let size = 0;
  const close = (): void => {
    chunks.push(parseSha256(chunk.digest('hex')));
    chunk = createHash('sha256');
    inChunk = 0;
  };
  for await (const piece of bytes) {
    whole.update(piece);
    size += piece.byteLength;
    for (let from = 0; from < piece.byteLength; ) {
      const to = Math.min(piece.byteLength, from + chunkSize - inChunk);
      chunk.update(piece.subarray(from, to));
      inChunk += to - from;
      from = to;
      if (inChunk === chunkSize) close();
    }
  }
  if (inChunk > 0) close();
  return { whole: parseSha256(whole.digest('hex')), chunks, size };
}
