import { describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { sampleIdentity } from '../../local/demo/sample-identity.ts';
import { sampleProfile, type SampleProfile } from '../../local/demo/sample-profile.ts';
import { signData } from '../../protocol/cms.ts';
import { decodeProvisioningProfile } from '../../protocol/provisioning-profile.ts';

const signedAt = Date.UTC(2026, 0, 5);
const options: SampleProfile = { kind: 'ad-hoc', covers: 'com.example.good', teamId: 'TEAM123456', signedAt, expiresAt: signedAt + 365 * DAY, provisionedDevices: ['00008110-000A', '00008120-000B'], seed: 'profile' };

/** Tag, length in definite form, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, 0x83, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff]), content]);
}

/** A SignedData in BER, its content in two pieces and its lengths indefinite. */
function inPieces(content: Buffer): Buffer {
  const indefinite = (tag: number, ...parts: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.from([0, 0])]);
  const half = Math.floor(content.length / 2);
  const pieces = indefinite(0x24, der(0x04, content.subarray(0, half)), der(0x04, content.subarray(half)));
  const encapsulated = indefinite(0x30, Buffer.from('06092a864886f70d010701', 'hex'), indefinite(0xa0, pieces));
  const signedData = indefinite(0x30, Buffer.from('020101', 'hex'), Buffer.from('3100', 'hex'), encapsulated, Buffer.from('3100', 'hex'));
  return indefinite(0x30, Buffer.from('06092a864886f70d010702', 'hex'), indefinite(0xa0, signedData));
}

function contentOf(profile: Buffer): Buffer {
  return profile.subarray(profile.indexOf('<?xml'), profile.indexOf('</plist>') + '</plist>'.length);
}

describe('a provisioning profile', () => {
  it.each([
    ['enterprise', true, undefined, false],
    ['ad-hoc', false, options.provisionedDevices, false],
    ['development', false, options.provisionedDevices, true],
    ['app-store', false, undefined, false],
  ] as const)('of the kind %s says so', async (kind, provisionsAllDevices, deviceList, getTaskAllow) => {
    expect(decodeProvisioningProfile(await sampleProfile({ ...options, kind }))).toEqual({
      name: `Sample ${kind} com.example.good`, uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, teamIdentifier: 'TEAM123456', teamName: 'Sample Organisation',
      provisionsAllDevices, deviceList, provisionedDevices: deviceList ?? [], getTaskAllow, applicationIdentifier: 'TEAM123456.com.example.good',
      createdAt: signedAt, expiresAt: signedAt + 365 * DAY, certificatesExpireAt: [signedAt + 395 * DAY], certificateDigests: [expect.stringMatching(/^[0-9a-f]{64}$/) as string], signatureHolds: true,
    });
  });

  it('that was changed after it was signed is read, and found changed', async () => {
    const bytes = await sampleProfile(options);
    const changed = Buffer.from(bytes.toString('latin1').replace('00008120-000B', '00008120-000X'), 'latin1');
    expect(decodeProvisioningProfile(changed)).toMatchObject({ deviceList: ['00008110-000A', '00008120-000X'], signatureHolds: false });
  });

  it('that is encoded in pieces is read all the same', async () => {
    expect(decodeProvisioningProfile(inPieces(contentOf(await sampleProfile(options))))).toMatchObject({ applicationIdentifier: 'TEAM123456.com.example.good', signatureHolds: false });
  });

  it('is refused, with the reason, where it lacks what decides', async () => {
    const { key, certificate } = await sampleIdentity('profile', 'CN=Signer', { notBefore: signedAt, notAfter: signedAt + DAY });
    const sign = (text: string): Uint8Array => signData(Buffer.from(text), { key, certificate, time: signedAt }, false);
    expect(() => decodeProvisioningProfile(sign('<plist version="1.0"><dict><key>Name</key><string>x</string></dict></plist>'))).toThrow(
      expect.objectContaining({ code: 'package-unreadable', evidence: [expect.stringMatching(/Entitlements.*ExpirationDate/) as unknown] }),
    );
    expect(() => decodeProvisioningProfile(sign('no property list'))).toThrow(expect.objectContaining({ code: 'package-unreadable', evidence: ['what is signed is not a property list'] }));
    expect(() => decodeProvisioningProfile(Buffer.from('3000', 'hex'))).toThrow(expect.objectContaining({ code: 'package-unreadable', evidence: ['it is not a signed message'] }));
  });
});
