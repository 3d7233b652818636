/** What the function `verify` answers, as it is read by the function that had it look. */
import * as z from 'zod';
import type { OutsideView } from '../core/catalog/outside-view.ts';
import { parseSha256 } from '../core/ids.ts';
import { WavecastError } from '../core/errors.ts';

const sha256 = z.string().transform((text) => parseSha256(text));
const at = z.object({ secure: z.boolean(), host: z.string() });
const answered = z.object({
  status: z.number(), contentType: z.string(), size: z.number().exactOptional(), certificateUntil: z.number().exactOptional(), problem: z.string().exactOptional(),
});
const view: z.ZodType<OutsideView> = z.object({
  at, manifest: answered,
  says: z.object({ bundleId: z.string(), version: z.string(), title: z.string(), sha256s: z.array(z.string()), sha256Size: z.number() }).exactOptional(),
  unreadable: z.string().exactOptional(),
  file: z.object({
    at, linkUntil: z.number().exactOptional(), head: answered, range: z.number().exactOptional(), ifRange: z.object({ same: z.number(), other: z.number() }).exactOptional(),
    digests: z.object({ whole: sha256, chunks: z.array(sha256), size: z.number() }).exactOptional(), interrupted: z.string().exactOptional(),
    says: z.object({ bundleId: z.string(), version: z.string(), shortVersion: z.string(), title: z.string(), profileExpiresAt: z.number().exactOptional() }).exactOptional(),
    unreadable: z.string().exactOptional(),
  }).exactOptional(),
});

/** Throws `internal` where it is no such answer. */
export function decodeOutsideView(text: string): OutsideView {
  const parsed = view.safeParse(JSON.parse(text));
  if (!parsed.success) throw new WavecastError('internal', 'The function that looks from outside answered something else.');
  return parsed.data;
}
