/** Publishing the files of a web site, so that whoever loads it meanwhile meets the old one or the new one, never half of either. */

export interface PackagedFile {
  /** `assets/index-3f2a.js` */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Site {
  /** Replaces what is there. */
  put(path: string, bytes: Uint8Array, contentType: string): Promise<void>;
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'], ['html', 'text/html; charset=utf-8'], ['js', 'text/javascript; charset=utf-8'], ['json', 'application/json'], ['png', 'image/png'], ['svg', 'image/svg+xml'], ['txt', 'text/plain; charset=utf-8'], ['woff2', 'font/woff2'],
]);

/** By the end of the name; what is not known is bytes, which no browser runs. */
export function contentTypeOf(path: string): string {
  return contentTypes.get(/\.([a-z0-9]+)$/.exec(path)?.[1] ?? '') ?? 'application/octet-stream';
}

/**
 * Puts all files, those that documents name before the documents. Former files stay: a page that was opened before may still ask for
 * them. Gives how many were put.
 */
export async function publishSite(site: Site, files: AsyncIterable<PackagedFile>): Promise<number> {
  const documents: PackagedFile[] = [];
  let count = 0;
  for await (const file of files) {
    count += 1;
    if (file.path.endsWith('.html')) documents.push(file);
    else await site.put(file.path, file.bytes, contentTypeOf(file.path));
  }
  for (const { path, bytes } of documents) await site.put(path, bytes, contentTypeOf(path));
  return count;
}
