/** What an HTTP API carries at most. Source: API Gateway developer guide, "Quotas for HTTP APIs"; Lambda quotas. */
import type { IncomingMessage } from 'node:http';

export const limits = {
  /** Request line and headers. */
  headerBytes: 10_240,
  bodyBytes: 10 * 1024 * 1024,
  /** A function's event or answer as JSON text: a binary body counts in base64. */
  functionBytes: 6 * 1024 * 1024,
} as const;

/** Bytes of the request line and the headers, as they were on the wire. */
export function headerBytes(request: IncomingMessage): number {
  const line = Buffer.byteLength(`${request.method ?? ''} ${request.url ?? ''} HTTP/${request.httpVersion}\r\n`);
  // Each header has a colon, a space and a line end.
  return request.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, line);
}

/** The whole body; undefined when it is longer than may be. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limits.bodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
