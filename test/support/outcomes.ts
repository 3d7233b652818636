/** What became of calls that may be refused. */
import { WavecastError, type ErrorCode } from '../../core/errors.ts';

/** The code with which a call is refused. Throws where it is not refused, or fails by an error that is none of ours. */
export async function refusalOf(call: Promise<unknown>): Promise<ErrorCode> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WavecastError) return error.code;
    throw error;
  }
  throw new Error('The call was not refused.');
}

/** Calls made all at once: the numbers of those that went through. The others must have been refused as a `conflict`. */
export async function throughAtOnce(times: number, call: (n: number) => Promise<unknown>): Promise<readonly number[]> {
  const outcomes = await Promise.all(Array.from({ length: times }, async (_, n) => {
    try {
      await call(n);
      return true;
    } catch (error) {
      if (error instanceof WavecastError && error.code === 'conflict') return false;
      throw error;
    }
  }));
  return outcomes.flatMap((through, n) => (through ? [n] : []));
}

/** What `times` calls made all at once answer, and how often. */
export async function answersAtOnce(times: number, call: (n: number) => Promise<string | boolean>): Promise<Readonly<Record<string, number>>> {
  const answers = await Promise.all(Array.from({ length: times }, (_, n) => call(n)));
  return Object.fromEntries(Map.groupBy(answers, String).entries().map(([answer, all]) => [answer, all.length]));
}
