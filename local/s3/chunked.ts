/**
 * The `aws-chunked` encoding with trailers, unsigned (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`), as SDKs send streams:
 * `SIZE-HEX\r\nBYTES\r\n … 0\r\nname:value\r\n\r\n`.
 * Source: S3 API reference, "Signature calculations: including trailing headers (chunked uploads)".
 */
import { Transform, type TransformCallback } from 'node:stream';
import { AwsError } from '../aws/service.ts';

const LONGEST_LINE = 4_096;

type Expecting = 'size' | 'bytes' | 'end-of-chunk' | 'trailers' | 'nothing';

/** Passes the payload on; `trailers` is complete when the stream has ended. Fails with IncompleteBody when cut short. */
export class ChunkedDecoder extends Transform {
  readonly trailers = new Map<string, string>();
  #expecting: Expecting = 'size';
  #left = 0;
  #pending: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      while (this.#step());
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: TransformCallback): void {
    // Some senders leave the blank line behind the trailers out.
    const complete = this.#expecting === 'nothing' || this.#expecting === 'trailers';
    done(complete ? null : new AwsError('IncompleteBody', 'The request body terminated unexpectedly.'));
  }

  /** Consumes one element; false when more bytes are needed first. */
  #step(): boolean {
    switch (this.#expecting) {
      case 'size':
        return this.#size();
      case 'bytes':
        return this.#bytes();
      case 'end-of-chunk': {
        const line = this.#line();
        if (line !== undefined && line !== '') throw malformed();
        if (line !== undefined) this.#expecting = 'size';
        return line !== undefined;
      }
      case 'trailers':
        return this.#trailer();
      case 'nothing':
        return false;
    }
  }

  #size(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    const [size = ''] = line.split(';');
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw malformed();
    this.#left = Number.parseInt(size, 16);
    this.#expecting = this.#left === 0 ? 'trailers' : 'bytes';
    return true;
  }

  #bytes(): boolean {
    if (this.#pending.length === 0) return false;
    const taken = this.#pending.subarray(0, this.#left);
    this.push(taken);
    this.#pending = this.#pending.subarray(taken.length);
    this.#left -= taken.length;
    if (this.#left === 0) this.#expecting = 'end-of-chunk';
    return true;
  }

  #trailer(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    if (line === '') {
      this.#expecting = 'nothing';
      return true;
    }
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    return true;
  }

  #line(): string | undefined {
    const end = this.#pending.indexOf('\r\n');
    if (end < 0) {
      if (this.#pending.length > LONGEST_LINE) throw malformed();
      return undefined;
    }
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    return line;
  }
}

function malformed(): AwsError {
  return new AwsError('InvalidRequest', 'The aws-chunked encoding of the body is malformed.');
}
