import { withSigner, type ProfileSigner, type ProfileSigners } from '../../core/device/profile-signer.ts';
import { daysLeft, endsSoon } from '../../core/expiry.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { readCertificate } from '../../protocol/pem.ts';
import { readProfileSigner } from '../../protocol/profile-signer.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import { openKeyFile } from './key-file.ts';

type Answer = AnswerOf<'getProfileSigner'>;

export const getProfileSigner: Handler<'getProfileSigner'> = async ({ services, now }) => answer(await services.profileSigners.signers(), now);

export const setProfileSigner: Handler<'setProfileSigner'> = async (call) => {
  const { certificates, key } = await openKeyFile(call.body);
  return replace(call, readProfileSigner(certificates, key, call.now));
};

export const removeProfileSigner: Handler<'removeProfileSigner'> = (call) => replace(call, undefined);

async function replace(call: AdminContext, next: ProfileSigner | undefined): Promise<Answer> {
  const { services, now } = call;
  const { current } = await services.profileSigners.signers();
  if (current?.fingerprint === next?.fingerprint) return answer(await services.profileSigners.signers(), now);
  await audit(call, {
    action: next === undefined ? 'profile-signer.remove' : 'profile-signer.set', subject: next?.fingerprint ?? current?.fingerprint ?? 'none',
    ...(current === undefined ? {} : { before: facts(current) }), after: next === undefined ? { signed: false } : facts(next),
  });
  return answer(await services.profileSigners.change((signers) => withSigner(signers, next)), now);
}

function facts({ fingerprint, certificate, expiresAt }: ProfileSigner): Pick<Answer, 'subject' | 'issuer' | 'fingerprint' | 'expiresAt'> {
  const { subject, issuer } = readCertificate(certificate);
  return { subject, issuer, fingerprint, expiresAt };
}

function answer({ current, former }: ProfileSigners, now: number): Answer {
  if (current === undefined) return { signed: false, former: former.length };
  return { signed: true, ...facts(current), former: former.length, ...(endsSoon(current.expiresAt, now) ? { warning: words(daysLeft(current.expiresAt, now)) } : {}) };
}

function words(days: number): string {
  return `The certificate ${days < 0 ? 'has ended: devices show new profiles as not verified' : `ends in ${days} days: from then on devices show new profiles as not verified`}. Set another one; what is enrolled stays so.`;
}
