/** Our certification authority. Apart from services.ts: making certificates needs a heavy library. */
import { WavecastError } from '../core/errors.ts';
import { createAuthority, type Authority } from '../protocol/certificate-authority.ts';
import { authoritySecret, clock } from './services.ts';

const YEARS = 20;

/** The authority; the first enrolment profile of all makes it. */
export async function authority(): Promise<Authority> {
  const { certificate, key } = await authoritySecret().authority(async () => {
    const { certificatePem, privateKeyPem } = await createAuthority('Wavecast device authority', clock.now(), YEARS);
    return { certificate: certificatePem, key: privateKeyPem };
  });
  return { certificatePem: certificate, privateKeyPem: key };
}

/**
 * The authority of those who have a profile, and so come after it was made: whoever calls this need not be allowed to make
 * another. Throws `not-found` before that.
 */
export async function existingAuthority(): Promise<Authority> {
  const current = await authoritySecret().current();
  if (current === undefined) throw new WavecastError('not-found', 'There is no authority before the first enrolment profile.', { remedy: 'Download an enrolment profile first.' });
  return { certificatePem: current.certificate, privateKeyPem: current.key };
}
