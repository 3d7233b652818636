/** One HTTP exchange with the port: reading the body, sending the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';
import { AwsError, type RestResponse } from './service.ts';
import { sha256Hex } from './sigv4.ts';

const LARGEST_BUFFERED_BODY = 16 * 1024 * 1024;

/** Headers with lower-case names; repeated ones joined. */
export function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const]));
  return Object.fromEntries(entries);
}

/** The whole body, up to 16 MB. Throws RequestEntityTooLargeException. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BUFFERED_BODY) throw new AwsError('RequestEntityTooLargeException', 'The request body is larger than 16 MB.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Refuses a body that is not the one signed. `declared` is the signed hash or a literal that says there is none. */
export function checkBodyHash(body: Buffer, declared: string): void {
  if (/^[0-9a-f]{64}$/.test(declared) && sha256Hex(body) !== declared) {
    throw new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
}

/** Sends the answer and resolves when it has left, or when the client has gone. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: RestResponse, common: Readonly<Record<string, string>>): Promise<void> {
  const { status, headers = {}, body = '' } = answer;
  // Bytes of a refused upload still on the wire: drain them, or a client that is writing sees a broken connection.
  if (!request.readableEnded) request.resume();
  const withoutBody = request.method === 'HEAD' || status === 204 || status === 304;
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    const bytes = Buffer.from(body);
    const length = status === 204 || status === 304 ? {} : { 'content-length': String(bytes.length) };
    response.writeHead(status, { ...length, ...common, ...headers });
    response.end(withoutBody ? undefined : bytes);
    await finished(response).catch(() => {
      // The client has gone, perhaps long ago: there is nothing left to send to.
    });
    return;
  }
  response.writeHead(status, { ...common, ...headers });
  await pipeline(body, response).catch(() => {
    // A client that stops reading half way (or a file that goes): the truncated answer is the message.
    response.destroy();
  });
}
