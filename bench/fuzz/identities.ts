/** Keys and certificates of the samples: always the same, and worth nothing to anybody. */
import { DAY, type Instant } from '../../core/ambient.ts';
import { sampleIdentity, type SampleIdentity } from '../../local/demo/sample-identity.ts';

/** The instant at which every case is decoded. */
export const NOW: Instant = Date.parse('2026-12-01T10:00:00Z');
const validity = { notBefore: NOW - DAY, notAfter: NOW + 3_650 * DAY };

export const PKCS12_PASSWORD = 'wavecast';

export interface Identities {
  /** Whom the SCEP sample is sealed for. */
  readonly authority: SampleIdentity;
  readonly device: SampleIdentity;
  /** A push certificate as Apple shapes it. */
  readonly push: SampleIdentity;
}

export async function makeIdentities(): Promise<Identities> {
  const [authority, device, push] = await Promise.all([
    sampleIdentity('fuzz authority', 'CN=Wavecast device authority', validity), sampleIdentity('fuzz device', 'CN=device', validity),
    sampleIdentity('fuzz device', '0.9.2342.19200300.100.1.1=com.apple.mgmt.External.fuzz, CN=APSP:fuzz, C=US', validity),
  ]);
  return { authority, device, push };
}

export function pemOf({ certificate, key }: SampleIdentity): { readonly certificate: string; readonly key: string } {
  return { certificate: certificate.toString(), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
