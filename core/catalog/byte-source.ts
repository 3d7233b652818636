/** Bytes that can be read by ranges: a file on the communication server, a local file, a buffer. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * Exactly the bytes `offset` … `offset + length - 1`. Callers never ask beyond `size`; an answer that is shorter means
   * that the file changed under the reader.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}
