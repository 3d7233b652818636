import * as z from 'zod';

/** Text out of a package that we keep, show and hand on: without control characters, at most `max` long. */
export function plainText(max: number): z.ZodString {
  return z.string().max(max).regex(/^[^\p{Cc}]*$/u, 'holds control characters');
}
