/** What a request says, by its operation's schemas. */
import type * as z from 'zod';
import { WavecastError } from '../../core/errors.ts';
import { faultWords } from '../fault-words.ts';

/** Reads JSON; no body counts as `{}`. Throws `invalid-input` with every fault and where it is. */
export function parseBody<T>(schema: z.ZodType<T>, body: string | undefined): T {
  let value: unknown;
  try {
    value = JSON.parse(body === undefined || body === '' ? '{}' : body);
  } catch {
    throw new WavecastError('invalid-input', 'The body is not JSON.', { remedy: 'Send a JSON object with content type application/json.' });
  }
  return parse(schema, value, 'body');
}

/** Throws `invalid-input` with every fault and the parameter that has it. */
export function parseQuery<T>(schema: z.ZodType<T>, parameters: Readonly<Record<string, string | undefined>>): T {
  return parse(schema, parameters, 'query');
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: 'body' | 'query'): T {
  const parsed = schema.safeParse(value, { error: faultWords });
  if (parsed.success) return parsed.data;
  throw new WavecastError('invalid-input', `The ${what} does not have the form of this request.`, {
    evidence: parsed.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`), remedy: `Correct the ${what === 'body' ? 'fields' : 'parameters'} named and send it again.`,
  });
}
