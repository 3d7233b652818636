/**
 * A CloudFront function on viewer requests: the very text of the template, with what the runtime cloudfront-js-2.0 gives it.
 * Given are the module `cloudfront` with `kvs().get`, `exists`, and JavaScript itself; no timers, no network, no Node.
 * Source: CloudFront developer guide, "CloudFront Functions event structure" and "Helper methods for key value stores".
 */
import type { IncomingMessage } from 'node:http';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';

export interface ViewerFunction {
  /** What becomes of a request: its path, perhaps another one, or the function's own answer. Throws what the function throws. */
  run(request: ViewerRequest): Promise<ViewerVerdict>;
}

export interface ViewerRequest {
  readonly message: IncomingMessage;
  /** Path as it came, percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly requestId: string;
}

export type ViewerVerdict =
  | { readonly path: string }
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export interface KeyValues {
  /** Undefined where there is none. */
  value(key: string): string | undefined;
}

const IMPORT = /^import cf from 'cloudfront';$/m;
const MOST_MILLISECONDS = 1000;

const values = z.record(z.string(), z.object({ value: z.string() }));
const returned = z.union([
  z.object({ statusCode: z.number().int().min(200).max(599), headers: values.optional(), body: z.union([z.string(), z.object({ data: z.string(), encoding: z.literal('text').optional() })]).optional() }),
  z.object({ uri: z.string().startsWith('/') }),
]);

/** Loads the function once, as an edge does. Throws where the text has no handler or needs another module. */
export function loadViewerFunction(code: string, keyValues: KeyValues | undefined): ViewerFunction {
  if (/^\s*import\b/m.test(code.replace(IMPORT, ''))) throw new Error('The function at the edge imports what the local edge does not have.');
  const cloudfront = {
    kvs: () => {
      if (keyValues === undefined) throw new Error('No key value store is associated with the function.');
      return {
        get: (key: string) => {
          const found = keyValues.value(key);
          return found === undefined ? Promise.reject(new Error('KeyNotFound')) : Promise.resolve(found);
        },
        exists: (key: string) => Promise.resolve(keyValues.value(key) !== undefined),
      };
    },
  };
  const context = createContext({ cloudfront, console: { log: () => undefined } }, { codeGeneration: { strings: false, wasm: false } });
  new Script(code.replace(IMPORT, 'const cf = cloudfront;'), { filename: 'viewer-function.js' }).runInContext(context, { timeout: MOST_MILLISECONDS });
  const handler: unknown = new Script('handler').runInContext(context);
  if (typeof handler !== 'function') throw new Error('The function at the edge has no handler.');
  return {
    async run(request) {
      const result = await (handler as (event: unknown) => unknown)(eventOf(request));
      // What it gives is of its own world, and goes out as data.
      const verdict = returned.parse(JSON.parse(JSON.stringify(result ?? null)));
      if ('uri' in verdict) return { path: verdict.uri };
      const { statusCode, headers = {}, body = '' } = verdict;
      return { status: statusCode, headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])), body: typeof body === 'string' ? body : body.data };
    },
  };
}

function eventOf({ message, path, query, requestId }: ViewerRequest): unknown {
  const grouped = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  const querystring = Object.fromEntries([...grouped].map(([name, pairs]) => {
    const multiValue = pairs.map(([, value]) => ({ value }));
    return [name, { value: multiValue.at(-1)?.value ?? '', ...(multiValue.length > 1 ? { multiValue } : {}) }];
  }));
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, { value: Array.isArray(value) ? value.join(',') : (value ?? '') }]));
  return {
    version: '1.0',
    context: { distributionDomainName: message.headers.host ?? '', distributionId: 'LOCAL', eventType: 'viewer-request', requestId },
    viewer: { ip: message.socket.remoteAddress ?? '' },
    request: { method: message.method ?? 'GET', uri: path, querystring, headers, cookies: {} },
  };
}
