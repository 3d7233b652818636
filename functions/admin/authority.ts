import { establishAuthorities, lastIdentityEnds, publish, replaceAuthority, withSuccessor, type KnownAuthorities, type KnownAuthority, type StoredAuthority } from '../../core/device/authority.ts';
import { WavecastError } from '../../core/errors.ts';
import { authorityFacts, readAuthority } from '../../protocol/authority-certificate.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';

/** What a replacement that was cut off left unpublished is published by looking. */
export const getAuthority: Handler<'getAuthority'> = async ({ services }) => {
  const document = await services.authorityKeys.fresh();
  if (document === undefined) throw none();
  return answer(await publish(services, document));
};

export const rotateAuthority: Handler<'rotateAuthority'> = async (call) => {
  if ((await call.services.authorityKeys.fresh()) === undefined) throw none();
  return replace(call, 'authority.rotate', await call.services.makeAuthority());
};

export const importAuthority: Handler<'importAuthority'> = async (call) => {
  const { certificate, key, chain } = call.body;
  return replace(call, 'authority.import', readAuthority(certificate, key, chain, call.now));
};

async function replace(call: AdminContext, action: string, next: StoredAuthority): Promise<AnswerOf<'getAuthority'>> {
  const { services, now } = call;
  const document = await services.authorityKeys.fresh();
  // Refused before it is audited; that it still may be made is seen again when it is.
  withSuccessor(document, next, now);
  const facts = (certificate: string): unknown => ({ fingerprint: services.fingerprint(certificate), ...authorityFacts(certificate) });
  await audit(call, { action, subject: services.fingerprint(next.certificate), ...(document === undefined ? {} : { before: facts(document.certificate) }), after: facts(next.certificate) });
  return answer(await (document === undefined ? establishAuthorities(services, () => Promise.resolve(next)) : replaceAuthority(services, next, now)));
}

function answer({ current, former }: KnownAuthorities): AnswerOf<'getAuthority'> {
  return { current: facts(current), former: former.map(facts) };
}

function facts({ fingerprint, certificate, chain, replacedAt }: KnownAuthority): AnswerOf<'getAuthority'>['current'] {
  return { fingerprint, ...authorityFacts(certificate), certificate, chain, ...(replacedAt === undefined ? {} : { replacedAt, acceptedUntil: Math.min(lastIdentityEnds(replacedAt), authorityFacts(certificate).expiresAt) }) };
}

function none(): WavecastError {
  return new WavecastError('not-found', 'There is no authority yet: the first enrolment profile makes it.', { remedy: 'Download an enrolment profile, or bring an authority with `wavecast authority import`.' });
}
