/** What a client asks an operation with. */
import type * as z from 'zod';
import type { OperationName, Operations } from './operations.ts';

/** Fields that have a default may be left out. */
export type QueryInputOf<N extends OperationName> = z.input<Operations[N]['query']>;
export type BodyInputOf<N extends OperationName> = z.input<Operations[N]['body']>;

type Nothing = Readonly<Record<string, never>>;

/** May be left out where nothing in it is needed. */
type Part<Key extends string, T> = Nothing extends T ? { readonly [K in Key]?: T } : { readonly [K in Key]: T };
type Id<Path extends string> = Path extends `${string}{id}${string}` ? { readonly id: string } : { readonly id?: never };

/** The path's id, query and body of any operation. */
export interface AnyAsked {
  readonly id?: string;
  readonly query?: object;
  readonly body?: unknown;
}

/** Those of one operation: what it needs cannot be forgotten, and what it does not have cannot be sent. */
export type Asked<N extends OperationName> = AnyAsked & Id<Operations[N]['path']> & Part<'query', QueryInputOf<N>> & Part<'body', BodyInputOf<N>>;

/** As the last arguments of a call: none where nothing is needed. */
export type AskedWith<N extends OperationName> = Nothing extends Asked<N> ? readonly [asked?: Asked<N>] : readonly [asked: Asked<N>];
