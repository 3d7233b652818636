/** The way to DynamoDB Local: over connections that are kept. */
import { Agent, request as httpRequest } from 'node:http';
import type { EngineAddress } from './engine.ts';

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends an operation to the engine. Rejects where the engine cannot be reached; what it refuses is an answer. */
export type Forward = (operation: string, body: string | Buffer) => Promise<EngineAnswer>;

/** The engine checks no signature; it wants to see one, and in it whose tables are meant. */
export function forwarder({ engine, region }: { readonly engine: EngineAddress; readonly region: string }): Forward {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const authorization = `AWS4-HMAC-SHA256 Credential=${engine.accessKeyId}/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  const forward: Forward = (operation, body) => new Promise((resolve, reject) => {
    const request = httpRequest(engine.url, {
      agent, method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(body), 'x-amz-target': `DynamoDB_20120810.${operation}`, authorization },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') });
      });
      response.on('error', reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The engine closes a connection that has lain idle, and may do so just as it is taken up again: it has read nothing on it.
      if (request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve(forward(operation, body));
      else reject(error);
    });
    request.end(body);
  });
  return forward;
}
