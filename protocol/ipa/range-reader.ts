import { Buffer } from 'node:buffer';
import { RandomAccessReader } from 'yauzl';
import type { ByteSource } from '../../core/catalog/byte-source.ts';
import { refused, unreadable } from './refusal.ts';

interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * Serves yauzl's many small reads from few large ones: what was fetched is kept, a miss fetches ahead, and the cost is
 * counted. A failure of the source (as opposed to one of the archive) is kept in `failure`, to be thrown as it is.
 */
export class RangeReader extends RandomAccessReader {
  readonly size: number;
  requests = 0;
  bytes = 0;
  failure: Error | undefined;
  /** Bytes to fetch beyond what a miss needs. */
  readAhead: number;
  readonly #source: ByteSource;
  readonly #maxBytes: number;
  /** In order, without overlap. */
  readonly #blocks: Block[] = [];

  constructor(source: ByteSource, options: { readonly maxBytes: number; readonly readAhead: number }) {
    super();
    this.#source = source;
    this.size = source.size;
    this.#maxBytes = options.maxBytes;
    this.readAhead = options.readAhead;
  }

  /** yauzl's reading, by callback. */
  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null, bytesRead?: number) => void): void {
    this.at(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(null, length);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error('reading failed', { cause: error }));
      },
    );
  }

  /** `length` bytes from `position`, from what is kept where possible. */
  async at(position: number, length: number): Promise<Buffer> {
    if (position < 0 || position + length > this.size) throw unreadable('The archive points beyond the end of the file: it is cut off or damaged.');
    const result = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const cursor = position + done;
      const block = this.#blocks.find(({ start, bytes }) => start <= cursor && cursor < start + bytes.length) ?? (await this.#load(cursor, length - done + this.readAhead));
      const part = block.bytes.subarray(cursor - block.start, cursor - block.start + length - done);
      result.set(part, done);
      done += part.length;
    }
    return result;
  }

  /** Fetches spans before they are read, those with small gaps between them in one request. */
  async prefetch(spans: readonly { readonly start: number; readonly end: number }[], gap: number): Promise<void> {
    const merged: { start: number; end: number }[] = [];
    for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
      const last = merged.at(-1);
      if (last !== undefined && start - last.end <= gap) last.end = Math.max(last.end, end);
      else merged.push({ start, end });
    }
    for (const { start, end } of merged) await this.at(start, Math.min(end, this.size) - start);
  }

  async #load(start: number, wanted: number): Promise<Block> {
    const following = this.#blocks.find((block) => block.start > start);
    const length = Math.min(start + wanted, following?.start ?? this.size, this.size) - start;
    if (this.bytes + length > this.#maxBytes) throw refused('Reading what the package says of itself would take more than is allowed.', [`limit ${this.#maxBytes} bytes`]);
    this.requests += 1;
    this.bytes += length;
    const bytes = await this.#fetch(start, length);
    const block = { start, bytes };
    this.#blocks.push(block);
    this.#blocks.sort((a, b) => a.start - b.start);
    return block;
  }

  async #fetch(start: number, length: number): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#source.read(start, length);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error('reading failed', { cause: error });
      throw this.failure;
    }
    if (bytes.length !== length) throw unreadable('The file changed or ended while it was read.', [`asked for ${length} bytes at ${start}, got ${bytes.length}`]);
    return bytes;
  }
}
