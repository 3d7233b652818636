/** The administrators' API as a program uses it: a token by client credentials, one function for every operation. */
import type * as z from 'zod';
import { operations, type AnswerOf, type OperationName, type Operations } from '../../protocol/admin/operations.ts';

export interface AdminClientOptions {
  readonly apiUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Keeps time from jumping until the returned function is called: a token would not live through a jump. */
  readonly hold: () => () => void;
}

export interface Asked<N extends OperationName> {
  /** The path's `{id}`. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: z.input<Operations[N]['body']>;
}

/** The answer. Throws with the problem's own words and remedy where the API refuses. */
export type AdminClient = <N extends OperationName>(name: N, asked?: Asked<N>) => Promise<AnswerOf<N>>;

export function createAdminClient(options: AdminClientOptions): AdminClient {
  let token: string | undefined;
  const send = async (name: OperationName, { id, query = {}, body }: Asked<OperationName>): Promise<Response> => {
    const { method, path } = operations[name];
    const url = new URL(`${options.apiUrl}/v1/${path.replace('{id}', encodeURIComponent(id ?? ''))}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    token ??= await signIn(options);
    return fetch(url, {
      method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return async (name, asked = {}) => {
    const release = options.hold();
    try {
      let response = await send(name, asked);
      if (response.status === 401) {
        token = undefined;
        response = await send(name, asked);
      }
      const text = await response.text();
      if (!response.ok) throw new Error(`${name}: ${refusalOf(text)}`);
      return answer(name, JSON.parse(text));
    } finally {
      release();
    }
  };
}

/** The body, once its schema has let it pass. */
function answer<N extends OperationName>(name: N, body: unknown): AnswerOf<N> {
  const isAnswer = (value: unknown): value is AnswerOf<N> => operations[name].answer.safeParse(value).success;
  if (isAnswer(body)) return body;
  throw new Error(`${name}: the answer is not of the form that the API describes.`);
}

async function signIn({ issuer, clientId, clientSecret }: AdminClientOptions): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'wavecast/api wavecast/admin' }),
  });
  const body: unknown = await response.json();
  const token: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'access_token') : undefined;
  if (typeof token !== 'string') throw new Error('The local sign-in gave no token.');
  return token;
}

function refusalOf(text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    const word = (key: string): string => (typeof problem === 'object' && problem !== null ? String(Reflect.get(problem, key) ?? '') : '');
    return [word('detail'), word('evidence'), word('remedy')].filter((part) => part !== '').join(' ');
  } catch {
    return text.slice(0, 200);
  }
}

/** Every item of a paged list. */
export async function everyItem<T>(page: (after: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next?: string | undefined }>): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const { items: some, next } = await page(after);
    items.push(...some);
    after = next;
  } while (after !== undefined);
  return items;
}
