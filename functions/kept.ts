/** Something that changes rarely and is asked for with every request: kept for a while, asked for anew where that may help. */
import { MINUTE, SECOND, type Clock, type Instant } from '../core/ambient.ts';

export interface Kept<T> {
  /** At most one reading in five minutes; while there is nothing, one each time. */
  get(): Promise<T | undefined>;
  /** For who misses something that may be new: reads again, but at most every ten seconds, so that nobody can make us read at will. */
  again(): Promise<T | undefined>;
}

const TTL = 5 * MINUTE;
const PAUSE = 10 * SECOND;

export function kept<T>(clock: Clock, read: () => Promise<T | undefined>): Kept<T> {
  let found: { readonly value: T; readonly at: Instant } | undefined;
  const fresh = async (): Promise<T | undefined> => {
    const value = await read();
    found = value === undefined ? undefined : { value, at: clock.now() };
    return value;
  };
  const within = async (age: number): Promise<T | undefined> => (found !== undefined && clock.now() < found.at + age ? found.value : fresh());
  return { get: () => within(TTL), again: () => within(PAUSE) };
}
