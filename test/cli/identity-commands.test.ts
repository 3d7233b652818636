import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { DEVICE } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const issuing: AnswerOf<'getAuthority'>['current'] = {
  fingerprint: 'ab'.repeat(32), subject: 'CN=Wavecast device authority', serialNumber: '01', validFrom: 0, expiresAt: Date.parse('2046-11-20T09:30:00Z'), certificate: '-----BEGIN CERTIFICATE-----', chain: [],
};
const authorities: AnswerOf<'getAuthority'> = { current: issuing, former: [{ ...issuing, fingerprint: 'cd'.repeat(32), replacedAt: 1, acceptedUntil: Date.parse('2031-11-19T09:30:00Z') }] };

describe('authority', () => {
  it('show names the one that issues, and until when identities of each are accepted', async () => {
    const { world, status } = await wavecast({ getAuthority: authorities }, ['authority', 'show']);
    expect(status).toBe(0);
    const [, first, second] = world.out().split('\n');
    expect(first).toMatch(/^abababababababab +CN=Wavecast device authority +yes +2046-11-20/);
    expect(second).toMatch(/^cdcdcdcdcdcdcdcd +CN=Wavecast device authority +2031-11-19/);
  });

  it('rotate answers what there is then, as a document for programs', async () => {
    const { world, api } = await wavecast({ rotateAuthority: authorities }, ['authority', 'rotate', '--json']);
    expect(api.calls('rotateAuthority')).toHaveLength(1);
    expect(JSON.parse(world.out())).toEqual(authorities);
  });

  it('import sends certificate, key and chain as they are in the files, and says nothing of the key', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const files = { certificate: file('ca.pem', '-----BEGIN CERTIFICATE-----ca'), key: file('ca.key', '-----BEGIN PRIVATE KEY-----key'), chain: file('root.pem', '-----BEGIN CERTIFICATE-----root') };
    const { world, api } = await wavecast({ importAuthority: authorities }, ['authority', 'import', '--certificate', files.certificate, '--key', files.key, '--chain', files.chain]);
    expect(api.bodies('importAuthority')).toEqual([{ certificate: '-----BEGIN CERTIFICATE-----ca', key: '-----BEGIN PRIVATE KEY-----key', chain: '-----BEGIN CERTIFICATE-----root' }]);
    expect(world.out() + world.err()).not.toContain('PRIVATE KEY');
    const plain = await wavecast({ importAuthority: authorities }, ['authority', 'import', '--certificate', files.certificate, '--key', file('text', 'no key')]);
    expect(plain.status).toBe(2);
    expect(plain.world.err()).toContain('--key');
  });
});

describe('device revoke', () => {
  it('says what was revoked, and what stays', async () => {
    const { world, api } = await wavecast({ revokeIdentity: { deviceId: DEVICE, fingerprint: 'ab'.repeat(32), revokedAt: 1 } }, ['device', 'revoke', DEVICE]);
    expect(api.calls('revokeIdentity')).toMatchObject([{ id: DEVICE }]);
    expect(world.out()).toContain('ab'.repeat(32));
    expect(world.err()).toContain('stay on it');
  });
});
