/** Our certification authority, where identities are issued. Apart from services.ts: making certificates needs a heavy library. */
import { answersStill, authorityName, establishAuthorities, publicPart, publish, type KnownAuthorities, type KnownAuthority, type StoredAuthority } from '../core/device/authority.ts';
import { MINUTE, type Instant } from '../core/ambient.ts';
import { WavecastError } from '../core/errors.ts';
import { createAuthority, type Authority } from '../protocol/certificate-authority.ts';
import { kept } from './kept.ts';
import { authorityServices, clock } from './services.ts';

const YEARS = 20;

/** A new authority, which nobody knows yet. */
export async function makeAuthority(): Promise<StoredAuthority> {
  const { certificatePem, privateKeyPem } = await createAuthority('Wavecast device authority', clock.now(), YEARS);
  return { certificate: certificatePem, key: privateKeyPem };
}

const established = kept(clock, 5 * MINUTE, () => establishAuthorities(authorityServices(), makeAuthority));

/** The authorities; the first enrolment profile of all makes the first one. */
export async function authorities(): Promise<KnownAuthorities> {
  const known = await established.get();
  if (known === undefined) throw new WavecastError('internal', 'There is no authority.');
  return known;
}

/** An authority with its key: one that answers SCEP. */
export interface AnsweringAuthority extends Authority, Pick<KnownAuthority, 'chain'> {
  readonly name: string;
}

export type AnsweringAuthorities = readonly [AnsweringAuthority, ...AnsweringAuthority[]];

/** What the secret holds is published before anything is issued by it, where that was not done. */
const answering = kept(clock, 5 * MINUTE, async () => {
  const services = authorityServices();
  const document = await services.authorityKeys.fresh();
  if (document === undefined) return undefined;
  await publish(services, document);
  const { current, former } = publicPart(document, services.fingerprint);
  const first = withKey(current, document.key);
  return { first, others: former.flatMap((each, index) => (document.former?.[index]?.key === undefined ? [] : [{ ...withKey(each, document.former[index].key), ...(each.replacedAt === undefined ? {} : { replacedAt: each.replacedAt }) }])) };
});

/**
 * The one that issues, and those that did a short while ago: of those who have a profile, and so come after the first was
 * made. `again`: for who named one that is not among them. Throws `not-found` before there is any.
 */
export async function answeringAuthorities(now: Instant, again = false): Promise<AnsweringAuthorities> {
  const found = again ? await answering.again() : await answering.get();
  if (found === undefined) throw new WavecastError('not-found', 'There is no authority before the first enrolment profile.', { remedy: 'Download an enrolment profile first.' });
  return [found.first, ...found.others.filter((each) => answersStill(each, now))];
}

function withKey({ certificate, chain, fingerprint }: KnownAuthority, key: string): AnsweringAuthority {
  return { certificatePem: certificate, privateKeyPem: key, chain, name: authorityName(fingerprint) };
}
