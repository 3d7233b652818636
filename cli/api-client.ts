/** The server's API: sends what its table of operations describes, again where that does no harm, and gives the answer. */
import { addressOf } from '../protocol/admin/address.ts';
import type { AnyAsked, AskedWith } from '../protocol/admin/asked.ts';
import { operations, type AnswerOf, type OperationName } from '../protocol/admin/operations.ts';
import { passing, understand, unreachable } from './answer.ts';
import type { Credentials } from './credentials.ts';
import { notSignedIn, wrongUsage } from './failure.ts';

/** The API itself gives up after 30 seconds. */
const LONGEST_WAIT = 40_000;
const RETRIES = 2;

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

  /**
   * Carries out an operation and gives the answer just as it was sent. A request that changes something is not repeated
   * where the connection breaks: the server may have done it. Throws `CliFailure` with what the server says where it refuses.
   */
  async call<N extends OperationName>(name: N, ...[asked]: AskedWith<N>): Promise<AnswerOf<N>> {
    const address = addressIn(this.#credentials.url, name, asked ?? {});
    let response = await this.#try(name, address, asked?.body, await this.#credentials.token());
    if (response.status === 401) {
      const renewed = await this.#credentials.renew();
      if (renewed !== undefined) response = await this.#try(name, address, asked?.body, renewed);
    }
    if (response.status === 401) throw notSignedIn('The session has ended, or the token does not hold.', this.#credentials.wayBack);
    return understand(name, response, address.origin);
  }

  async #try(name: OperationName, address: URL, body: unknown, token: string): Promise<Response> {
    const { method } = operations[name];
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

/** Throws `wrong-usage` for an id that would name another path. */
function addressIn(url: string, name: OperationName, asked: AnyAsked): URL {
  // Dots alone would be taken for a way up the path, even where they are escaped.
  if (operations[name].path.includes('{id}') && /^\.{0,2}$/.test(asked.id ?? '')) throw wrongUsage(`"${asked.id ?? ''}" is no id.`, 'Give an id that the matching `list` command shows.');
  return addressOf(url, name, asked);
}
