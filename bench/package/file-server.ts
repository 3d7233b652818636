/** One file behind the two requests of S3 that reading a package takes: HEAD, and GET of a range. It counts what they cost. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { listen } from '../../local/listen.ts';

export interface Traffic {
  /** Ranges asked for. */
  readonly requests: number;
  /** Of those ranges. */
  readonly bytes: number;
}

export interface FileServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Until now. */
  readonly traffic: Traffic;
}

const etag = '"the-one-there-is"';

export async function serveFile(path: string): Promise<FileServer> {
  const { size } = statSync(path);
  let counted: Traffic = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (request.method === 'HEAD' || first === undefined || last === undefined) {
      response.writeHead(request.method === 'HEAD' ? 200 : 416, { 'content-length': size, etag }).end();
      return;
    }
    const [start, end] = [Number(first), Math.min(Number(last), size - 1)];
    counted = { requests: counted.requests + 1, bytes: counted.bytes + end - start + 1 };
    response.writeHead(206, { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}`, etag });
    // Whoever reads may go away in the middle.
    pipeline(createReadStream(path, { start, end, highWaterMark: 256 * 1024 }), response, () => undefined);
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get traffic() {
      return counted;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
