/**
 * Items back to values. What a table holds was written by us, perhaps by another release: it is checked like anything
 * that comes from outside, once, here. A reader throws `internal` and names the field, never its content.
 */
import { WavecastError } from '../../core/errors.ts';

export type Read<T> = (value: unknown) => T;
type OptionalRead<T> = Read<T | undefined> & { readonly optional: true };

type Fields = Readonly<Record<string, Read<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends { readonly optional: true } ? K : never }[keyof F];
/** Absent fields are absent, not undefined. */
export type ItemOf<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ReturnType<F[K]> } & { readonly [K in OptionalKeys<F>]?: Exclude<ReturnType<F[K]>, undefined> };

export const text: Read<string> = (value) => (typeof value === 'string' ? value : fail('a text'));
export const number: Read<number> = (value) => (typeof value === 'number' ? value : fail('a number'));
export const flag: Read<boolean> = (value) => (typeof value === 'boolean' ? value : fail('a flag'));

/** For marks that are there or not. */
export const yes: Read<true> = (value) => (value === true ? value : fail('a mark'));

export function optional<T>(read: Read<T>): OptionalRead<T> {
  return Object.assign((value: unknown) => (value === undefined ? undefined : read(value)), { optional: true as const });
}

/** For fields that items of an earlier release do not have. */
export function otherwise<T>(read: Read<T>, fallback: T): Read<T> {
  return (value) => (value === undefined ? fallback : read(value));
}

export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value) => (Array.isArray(value) ? value.map(read) : fail('a list'));
}

export function oneOf<const T extends string>(allowed: readonly T[]): Read<T> {
  return (value) => allowed.find((one) => one === value) ?? fail(`one of ${allowed.join(', ')}`);
}

/** Fields that are not named are left out: keys, index attributes, what a later release added. */
export function record<F extends Fields>(fields: F): Read<ItemOf<F>> {
  const entries = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null) return fail('a record');
    const result: Record<string, unknown> = {};
    for (const [name, read] of entries) {
      const found = readField(name, read, Reflect.get(value, name));
      if (found !== undefined) result[name] = found;
    }
    // The one cast of the readers: every field was read as its type says.
    return result as ItemOf<F>;
  };
}

function readField(name: string, read: Read<unknown>, value: unknown): unknown {
  try {
    return read(value);
  } catch (error) {
    throw new WavecastError('internal', `A stored item has an unusable "${name}".`, { cause: error, remedy: 'Report this with the release that wrote the item.' });
  }
}

function fail(what: string): never {
  throw new WavecastError('internal', `A stored item does not hold ${what} where it should.`);
}
