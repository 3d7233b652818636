import { beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { readAuthority } from '../../protocol/authority-certificate.ts';
import { createAuthority, type Authority } from '../../protocol/certificate-authority.ts';

const now = Date.parse('2026-11-25T10:00:00Z');
let ours: Authority;

beforeAll(async () => {
  ours = await createAuthority('Brought', now - DAY, 10);
});

describe('an authority that is brought', () => {
  it('is taken with its key', () => {
    expect(readAuthority(ours.certificatePem, ours.privateKeyPem, undefined, now).certificate).toBe(ours.certificatePem.endsWith('\n') ? ours.certificatePem : `${ours.certificatePem}\n`);
  });

  it('whose certificate holds a key that is none is refused, not failed at', () => {
    const der = Buffer.from(ours.certificatePem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    // The number of the key's algorithm, rsaEncryption, becomes one that nobody has.
    der.writeUInt8(0x7f, der.indexOf(Buffer.from('06092a864886f70d010101', 'hex')) + 10);
    const broken = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
    for (const [certificate, chain] of [[broken, undefined], [ours.certificatePem, broken]] as const) {
      expect(() => readAuthority(certificate, ours.privateKeyPem, chain, now)).toThrow(expect.objectContaining({ code: 'invalid-input', message: 'A certificate cannot be read.' }));
    }
  });
});
