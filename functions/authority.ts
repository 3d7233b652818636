/** Our certification authority; the first who asks makes it. Apart from services.ts: making certificates needs a heavy library. */
import { createAuthority, type Authority } from '../protocol/certificate-authority.ts';
import { authoritySecret, clock } from './services.ts';

const YEARS = 20;

export async function authority(): Promise<Authority> {
  const { certificate, key } = await authoritySecret().authority(async () => {
    const { certificatePem, privateKeyPem } = await createAuthority('Wavecast device authority', clock.now(), YEARS);
    return { certificate: certificatePem, key: privateKeyPem };
  });
  return { certificatePem: certificate, privateKeyPem: key };
}
