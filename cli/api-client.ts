/** The server's JSON API: sends, understands the answer, turns every refusal into a failure that says what to do. */
import * as z from 'zod';
import type { Credentials } from './credentials.ts';
import { CliFailure, exitCodes, networkReason, notSignedIn } from './failure.ts';

/** RFC 9457, with our code, remedy and evidence; gateways in between answer `message` alone. */
const refusalShape = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  remedy: z.string().optional(),
  evidence: z.array(z.string()).optional(),
});

/** Understands an answer: a schema of protocol/admin. Throws where it is none. */
export interface Shape<T> {
  parse(value: unknown): T;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The API itself gives up after 30 seconds. */
const LONGEST_WAIT = 40_000;
const PAGE = 100;
const RETRIES = 2;
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface ApiClientOptions {
  readonly fetch: typeof fetch;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export class ApiClient {
  readonly #credentials: Credentials;
  readonly #options: ApiClientOptions;

  constructor(credentials: Credentials, options: ApiClientOptions) {
    this.#credentials = credentials;
    this.#options = options;
  }

  get url(): string {
    return this.#credentials.url;
  }

  /** `path` begins behind `/v1/`; ids in it are escaped by the caller's `at`. */
  get<T>(path: string, shape: Shape<T>, query: Query = {}): Promise<T> {
    return this.#call('GET', path, shape, query, undefined);
  }

  /** Sends `body` as JSON. Not repeated where the connection breaks: the server may have done it. */
  send<T>(method: Exclude<Method, 'GET'>, path: string, body: unknown, shape: Shape<T>): Promise<T> {
    return this.#call(method, path, shape, {}, body);
  }

  /** Every item of a paged list, up to `most`. */
  async all<T>(path: string, shape: Shape<Page<T>>, query: Query = {}, most = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
    const items: T[] = [];
    let after: string | undefined;
    do {
      const page = await this.get(path, shape, { ...query, after, limit: Math.min(PAGE, most - items.length) });
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined && items.length < most);
    return items;
  }

  async #call<T>(method: Method, path: string, shape: Shape<T>, query: Query, body: unknown): Promise<T> {
    const address = new URL(`${this.#credentials.url}/v1/${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, String(value));
    let response = await this.#try(method, address, body, await this.#credentials.token());
    if (response.status === 401) {
      const renewed = await this.#credentials.renew();
      if (renewed !== undefined) response = await this.#try(method, address, body, renewed);
    }
    return understand(response, shape, address.origin);
  }

  async #try(method: Method, address: URL, body: unknown, token: string): Promise<Response> {
    for (let retry = 0; ; retry += 1) {
      const last = retry >= RETRIES;
      try {
        const response = await this.#options.fetch(address, {
          method, redirect: 'error', signal: AbortSignal.timeout(LONGEST_WAIT),
          headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        // A throttled request was not carried out, whatever it was.
        if (last || !(response.status === 429 || (method === 'GET' && passing.has(response.status)))) return response;
      } catch (error) {
        if (last || method !== 'GET') throw unreachable(address.origin, error);
      }
      await this.#options.sleep(500 * 2 ** retry);
    }
  }
}

/** An id or name as one segment of a path. */
export function at(segment: string): string {
  return encodeURIComponent(segment);
}

export function unreachable(origin: string, error: unknown): CliFailure {
  return new CliFailure(`The server at ${origin} cannot be reached (${networkReason(error)}).`, {
    exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the address (--url or WAVECAST_URL) and the network, then try again.', cause: error,
  });
}

/** The answer's value. Throws what the server says where it refused. */
export async function understand<T>(response: Response, shape: Shape<T>, origin: string): Promise<T> {
  const text = await response.text().catch((error: unknown) => { throw unreachable(origin, error); });
  const body = parseJson(text);
  if (!response.ok) throw refusal(response.status, body, origin);
  try {
    return shape.parse(body);
  } catch (cause) {
    throw new CliFailure(`The answer of ${origin} is not understood.`, { code: 'unexpected-answer', status: response.status, remedy: 'Check that the address is the one of the API, and that this wavecast is as new as the server.', cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, body: unknown, origin: string): CliFailure {
  const parsed = refusalShape.safeParse(body);
  const { title, detail, message, code, remedy, evidence } = parsed.success ? parsed.data : {};
  const words = detail ?? title ?? message;
  if (status === 401) return notSignedIn('The session has ended, or the token does not hold.', 'Run `wavecast login`.');
  if (words === undefined || code === undefined) {
    const exitCode = passing.has(status) ? exitCodes.unreachable : exitCodes.failed;
    return new CliFailure(`${origin} answered ${status}${words === undefined ? '' : `: ${words}`}.`, { exitCode, code: 'unexpected-answer', status, remedy: status === 404 ? 'Check the address of the API: --url or WAVECAST_URL.' : 'Try again later; when it stays so, look at the server\'s logs.' });
  }
  return new CliFailure(words, { code, status, ...(remedy === undefined ? {} : { remedy }), ...(evidence === undefined ? {} : { evidence }) });
}
