/** Where exports are kept until they are fetched. */
export interface ExportStore {
  /** Writes the chunks, in order, as one UTF-8 file at `key`; nothing is there until all of it is. */
  write(key: string, contentType: string, chunks: AsyncIterable<string>): Promise<void>;
  /** A link that downloads `key` under the name `fileName` and works for `seconds`. */
  link(key: string, fileName: string, seconds: number): Promise<string>;
}
