/**
 * The certification authority of device identities: one that issues, and those before it, whose identities hold until they
 * end. Keys lie in a secret that few may read; certificates are published to all who must know an identity of ours.
 */
import { DAY, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Sha256 } from '../ids.ts';

/** Identities are issued for so long, and renewed before they end. */
export const IDENTITY_LIFE = 5 * 365 * DAY;
/** For so long after a replacement the former authority still answers who holds a profile that names it. */
export const OVERLAP = DAY;
/** More would not fit into the secret; a replacement makes room when identities of the oldest have ended. */
const MOST_FORMER = 10;

/** An authority that can issue. */
export interface StoredAuthority {
  /** PEM. */
  readonly certificate: string;
  /** PEM (PKCS #8). Secret. */
  readonly key: string;
  /** Certificates (PEM) that lead from it to its root; none for one of our own making. */
  readonly chain?: readonly string[];
}

/** One that was replaced. */
export interface FormerAuthority extends Omit<StoredAuthority, 'key'> {
  readonly replacedAt: Instant;
  /** Until the overlap is over. */
  readonly key?: string;
}

/** What the secret holds: the one that issues, and the former ones, newest first. */
export interface AuthorityDocument extends StoredAuthority {
  /** Counts replacements; absent for the first. */
  readonly revision?: number;
  readonly former?: readonly FormerAuthority[];
}

/** An authority as anybody may know it. */
export interface KnownAuthority {
  readonly fingerprint: Sha256;
  readonly certificate: string;
  readonly chain: readonly string[];
  readonly replacedAt?: Instant;
}

export interface KnownAuthorities {
  readonly revision: number;
  readonly current: KnownAuthority;
  /** Newest first. */
  readonly former: readonly KnownAuthority[];
}

export interface AuthorityKeys {
  /** Kept for some minutes. */
  current(): Promise<AuthorityDocument | undefined>;
  /** As it is now. */
  fresh(): Promise<AuthorityDocument | undefined>;
  /** The document; made by `make` where there is none. Two first uses at once end with the same one. */
  establish(make: () => Promise<StoredAuthority>): Promise<AuthorityDocument>;
  /** Replaces the document by what `change` makes of it, as it is now; `conflict` where another change came first. */
  change(change: (document: AuthorityDocument | undefined) => AuthorityDocument): Promise<AuthorityDocument>;
}

export interface AuthorityDirectory {
  authorities(): Promise<KnownAuthorities | undefined>;
  /** Makes it known, unless a later revision is. May be repeated. */
  publish(authorities: KnownAuthorities): Promise<void>;
}

export interface AuthorityServices {
  readonly authorityKeys: AuthorityKeys;
  readonly authorityDirectory: AuthorityDirectory;
  /** SHA-256 of a certificate (PEM). */
  readonly fingerprint: (certificate: string) => Sha256;
}

/** The authorities; the first of all is made by `make`. It is published before anybody can hold an identity of its. */
export async function establishAuthorities(services: AuthorityServices, make: () => Promise<StoredAuthority>): Promise<KnownAuthorities> {
  const known = await services.authorityDirectory.authorities();
  return known ?? publish(services, await services.authorityKeys.establish(make));
}

/**
 * Lets another authority issue from now on. Keys first: until the certificates are published nobody issues by it. Throws
 * `conflict` where it issues already, or another replacement came first.
 */
export async function replaceAuthority(services: AuthorityServices, next: StoredAuthority, now: Instant): Promise<KnownAuthorities> {
  return publish(services, await services.authorityKeys.change((document) => withSuccessor(document, next, now)));
}

/** Publishes what the secret holds: what a replacement that was cut off left undone, or the secret of an older release. */
export async function publish(services: Pick<AuthorityServices, 'authorityDirectory' | 'fingerprint'>, document: AuthorityDocument): Promise<KnownAuthorities> {
  const known = publicPart(document, services.fingerprint);
  const published = await services.authorityDirectory.authorities();
  if (published === undefined || published.revision < known.revision) await services.authorityDirectory.publish(known);
  return known;
}

/** Throws `conflict` where `next` issues already, or there have been too many. */
export function withSuccessor(document: AuthorityDocument | undefined, next: StoredAuthority, now: Instant): AuthorityDocument {
  if (document === undefined) return next;
  const { certificate, key, chain, revision = 0, former = [] } = document;
  if (isSame(certificate, next.certificate)) throw new WavecastError('conflict', 'This authority issues identities already.', { remedy: 'See `wavecast authority show`.' });
  const kept = [{ certificate, key, ...(chain === undefined ? {} : { chain }), replacedAt: now }, ...former].filter((each) => !isSame(each.certificate, next.certificate) && isAccepted(each, now));
  if (kept.length > MOST_FORMER) {
    throw new WavecastError('conflict', `There are ${MOST_FORMER} former authorities whose identities still hold.`, { remedy: 'Wait until the oldest is over: `wavecast authority show` tells when.' });
  }
  return { ...next, revision: revision + 1, former: kept.map((each) => (answersStill(each, now) ? each : withoutKey(each))) };
}

/** When the last identity of a former authority ends: it goes on issuing to who holds a profile that names it. */
export function lastIdentityEnds(replacedAt: Instant): Instant {
  return replacedAt + OVERLAP + IDENTITY_LIFE;
}

/** Whether identities of a former authority can be valid still. */
export function isAccepted({ replacedAt }: Pick<KnownAuthority, 'replacedAt'>, now: Instant): boolean {
  return replacedAt === undefined || now < lastIdentityEnds(replacedAt);
}

/** Whether an authority answers SCEP: the one that issues, and those that did a short while ago. */
export function answersStill({ replacedAt }: Pick<KnownAuthority, 'replacedAt'>, now: Instant): boolean {
  return replacedAt === undefined || now < replacedAt + OVERLAP;
}

/** Certificates (PEM) of the authorities whose identities are accepted. */
export function acceptedCertificates({ current, former }: KnownAuthorities, now: Instant): readonly string[] {
  return [current, ...former.filter((each) => isAccepted(each, now))].map(({ certificate }) => certificate);
}

export function publicPart({ certificate, chain = [], revision = 0, former = [] }: AuthorityDocument, fingerprint: AuthorityServices['fingerprint']): KnownAuthorities {
  return {
    revision, current: { fingerprint: fingerprint(certificate), certificate, chain },
    former: former.map((each) => ({ fingerprint: fingerprint(each.certificate), certificate: each.certificate, chain: each.chain ?? [], replacedAt: each.replacedAt })),
  };
}

/** By what a profile calls an authority, and SCEP clients ask for its certificate. */
export function authorityName(fingerprint: Sha256): string {
  return `wavecast-${fingerprint.slice(0, 16)}`;
}

/** PEM breaks its lines as it likes. */
function isSame(one: string, other: string): boolean {
  return one.replaceAll(/\s/g, '') === other.replaceAll(/\s/g, '');
}

function withoutKey({ key: _, ...former }: FormerAuthority): FormerAuthority {
  return former;
}
