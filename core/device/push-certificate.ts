/** The organisation's APNs certificate: what lets us wake devices, and what binds them to us. */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { daysLeft, endsSoon } from '../expiry.ts';

export interface PushCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, unencrypted. Secret: it is never answered, logged or audited. */
  readonly key: string;
  /** The certificate's UID: the Topic of every profile and push. */
  readonly topic: string;
  readonly expiresAt: Instant;
}

export interface PushCertificateStore {
  current(): Promise<PushCertificate | undefined>;
  replace(certificate: PushCertificate): Promise<void>;
}

/** What of it is no secret: kept apart, so that whoever needs no more than this need not be able to read the key. */
export type PushFacts = Pick<PushCertificate, 'topic' | 'expiresAt'>;

export interface PushFactsStore {
  facts(): Promise<PushFacts | undefined>;
  keep(facts: PushFacts): Promise<void>;
}

/** What to tell whoever looks at the certificate; undefined while there is time. */
export function warningOf({ expiresAt }: Pick<PushFacts, 'expiresAt'>, now: Instant): string | undefined {
  if (!endsSoon(expiresAt, now)) return undefined;
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  const days = daysLeft(expiresAt, now);
  const when = expiresAt <= now ? `ended on ${day}: no device can be woken` : `ends on ${day}, in ${days === 1 ? 'a day' : days < 1 ? 'less than a day' : `${days} days`}`;
  return `The push certificate ${when}. Renew it at identity.apple.com, with the Apple account that made it.`;
}

/**
 * Throws `conflict` where another topic would strand the enrolled devices (they listen to the old one until they enrol
 * again) and `force` is not set, `invalid-input` for an expired certificate.
 */
export function checkReplacement(current: Pick<PushCertificate, 'topic'> | undefined, next: Pick<PushCertificate, 'topic' | 'expiresAt'>, enrolled: number, force: boolean, now: Instant): void {
  if (next.expiresAt <= now) {
    throw new WavecastError('invalid-input', `The certificate expired at ${new Date(next.expiresAt).toISOString()}.`, { remedy: 'Renew it at identity.apple.com and upload the renewed one.' });
  }
  if (current === undefined || current.topic === next.topic || force || enrolled === 0) return;
  throw new WavecastError('conflict', `The certificate has another topic: ${enrolled} enrolled devices could not be woken until they enrol again.`, {
    remedy: 'Renew the existing certificate (the same Apple account, "Renew") instead of making a new one, or force it (`--force`).',
    evidence: [`current topic: ${current.topic}`, `topic of the new certificate: ${next.topic}`, `enrolled devices: ${enrolled}`],
  });
}
