/** Something that changes rarely and is asked for with every request: kept for a while, asked for anew where that may help. */
import { SECOND, type Clock, type Instant } from '../core/ambient.ts';

export interface Kept<T> {
  /** At most one reading per `ttl`; while there is nothing, one each time. */
  get(): Promise<T | undefined>;
  /** For who misses something that may be new: reads again, but for such askers at most once a second, so that nobody can make us read at will. */
  again(): Promise<T | undefined>;
}

const PAUSE = SECOND;

/** `ttl` in milliseconds. */
export function kept<T>(clock: Clock, ttl: number, read: () => Promise<T | undefined>): Kept<T> {
  let found: { readonly value: T; readonly at: Instant } | undefined;
  const fresh = async (): Promise<T | undefined> => {
    const value = await read();
    found = value === undefined ? undefined : { value, at: clock.now() };
    return value;
  };
  let askedAgainAt = Number.NEGATIVE_INFINITY;
  const get = async (): Promise<T | undefined> => (found !== undefined && clock.now() < found.at + ttl ? found.value : fresh());
  return {
    get,
    again() {
      if (clock.now() < askedAgainAt + PAUSE) return get();
      askedAgainAt = clock.now();
      return fresh();
    },
  };
}
