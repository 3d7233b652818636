/** What goes out for what a function returned. */
import * as z from 'zod';
import { limits } from './limits.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const structured = z.object({
  statusCode: z.union([z.number(), z.string().regex(/^\d{3}$/).transform(Number)]),
  headers: z.record(z.string(), scalar).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.union([z.string(), z.null()]).optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** An answer of the API itself. */
export function message(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify({ message: text })) };
}

/** A value without `statusCode` is a JSON body with status 200; a malformed answer is 500. */
export function functionResponse(payload: unknown): HttpAnswer {
  if (Buffer.byteLength(JSON.stringify(payload ?? null)) > limits.functionBytes) return message(500, 'Internal Server Error');
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(payload ?? null)) };
  }
  const parsed = structured.safeParse(payload);
  if (!parsed.success) return message(500, 'Internal Server Error');
  const { statusCode, cookies, body, isBase64Encoded } = parsed.data;
  const headers = Object.fromEntries(Object.entries(parsed.data.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const typed = body === undefined || body === null || headers['content-type'] !== undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' };
  return {
    status: statusCode, headers: { ...typed, ...headers, ...(cookies === undefined ? {} : { 'set-cookie': cookies }) },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
