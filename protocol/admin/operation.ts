/** One operation of the administrators' API: where it is, who may use it, and the forms of what goes in and comes out. */
import type * as z from 'zod';
import type { Role } from './caller.ts';
import { nothing } from './field.ts';

export interface Operation<Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType, P extends string = string> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1/`; at most one `{id}`. */
  readonly path: P;
  /** The least role that may use it; `anyone` needs no token. */
  readonly role: Role | 'anyone';
  /** One sentence. */
  readonly summary: string;
  readonly tag: string;
  readonly query: Q;
  /** The JSON body; a body that may be left out counts as `{}`. */
  readonly body: B;
  readonly answer: A;
}

type Nothing = typeof nothing;

interface Parts<A extends z.ZodType> {
  readonly summary: string;
  readonly answer: A;
  /** Default: `GET` is for viewers, all else for operators. */
  readonly role?: Operation['role'];
}

export function operation<P extends string, A extends z.ZodType, Q extends z.ZodType>(tag: string, method: Operation['method'], path: P, parts: Parts<A> & { readonly query: Q }): Operation<Q, Nothing, A, P>;
export function operation<P extends string, A extends z.ZodType, B extends z.ZodType>(tag: string, method: Operation['method'], path: P, parts: Parts<A> & { readonly body: B }): Operation<Nothing, B, A, P>;
export function operation<P extends string, A extends z.ZodType>(tag: string, method: Operation['method'], path: P, parts: Parts<A>): Operation<Nothing, Nothing, A, P>;
export function operation(tag: string, method: Operation['method'], path: string, parts: Parts<z.ZodType> & { readonly query?: z.ZodType; readonly body?: z.ZodType }): Operation {
  const { summary, answer, role = method === 'GET' ? 'viewer' : 'operator', query = nothing, body = nothing } = parts;
  return { tag, method, path, role, summary, answer, query, body };
}
