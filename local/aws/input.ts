/** Inputs of JSON operations, parsed at the door. */
import type * as z from 'zod';
import { AwsError, type JsonInput } from './service.ts';

/** The input as `schema` reads it. Throws ValidationException, naming members and never their values. */
export function parseInput<T>(schema: z.ZodType<T>, input: JsonInput): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const members = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new AwsError('ValidationException', `The input is not valid: ${members.join('; ')}`);
}
