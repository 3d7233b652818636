/** Branches in the administrators' API. */
import * as z from 'zod';
import { WavecastError } from '../../core/errors.ts';
import type { Branch } from '../../core/device/branch.ts';

export const branchRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** IANA zone. */
  timeZone: z.string().min(1).max(64),
  /** Mbit/s. */
  linkMbps: z.number().positive().max(1_000_000),
  brake: z.boolean().default(false),
});
export type BranchRequest = z.infer<typeof branchRequest>;

export interface BranchAnswer extends Branch {
  readonly devices: number;
  readonly enrolled: number;
}

/** Reads a request's JSON by its schema. Throws `invalid-input` with every fault and where it is. */
export function parseRequest<T>(schema: z.ZodType<T>, body: string | undefined): T {
  let value: unknown;
  try {
    value = JSON.parse(body ?? '');
  } catch {
    throw new WavecastError('invalid-input', 'The body is not JSON.', { remedy: 'Send a JSON object with content type application/json.' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WavecastError('invalid-input', 'The body does not have the form of this request.', {
    evidence: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`), remedy: 'Correct the fields named and send it again.',
  });
}
