import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { pushCertificate } from './changes.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
});

/** As Keychain Access would export it. Base64. */
async function pkcs12(password: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wavecast-p12-'));
  const { certificate, key } = await pushCertificate();
  writeFileSync(join(folder, 'push.pem'), `${certificate}\n${key}\n`);
  execFileSync('openssl', ['pkcs12', '-export', '-legacy', '-in', 'push.pem', '-out', 'push.p12', '-passout', `pass:${password}`], { cwd: folder, stdio: 'pipe' });
  const bytes = readFileSync(join(folder, 'push.p12'));
  rmSync(folder, { recursive: true });
  return bytes.toString('base64');
}

describe('the push certificate', () => {
  it('may come as PKCS #12, and neither its key nor the password is answered or written down', async () => {
    const password = 'never-tell-this';
    const answer = await admin.call('setPushCertificate', { body: { pkcs12: await pkcs12(password), password } });
    expect(answer).toMatchObject({ topic: 'com.apple.mgmt.External.ours' });
    expect((await admin.services.pushCertificate.current())?.key).toContain('PRIVATE KEY');
    expect(JSON.stringify([answer, world.tables.audit, world.log.lines, world.tables.pushFacts])).not.toMatch(/PRIVATE KEY|never-tell-this/);
  });

  it.each([
    ['neither', {}],
    ['a certificate without its key', { certificate: 'PEM' }],
    ['both kinds', { certificate: 'PEM', key: 'PEM', pkcs12: 'AAAA' }],
    ['what is no base64', { pkcs12: '!' }],
  ])('is refused as %s', async (_, body) => {
    await expect(admin.call('setPushCertificate', { body })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(admin.writes).toEqual([]);
  });

  it('is watched from the day on which it is set, and ends what was known of refused pushes', async () => {
    world.tables.pushFault = { reason: 'BadCertificate', until: world.clock.now() + HOUR };
    await admin.call('setPushCertificate', { body: await pushCertificate() });
    expect(world.tables.pushFault).toBeUndefined();
    expect([...world.tables.timers.values()].map(({ kind }) => kind)).toEqual(['push-certificate']);
  });

  it('tells whoever looks that it ends soon, and that pushes are refused, while that is so', async () => {
    await world.pushFacts.keep({ topic: 'com.apple.mgmt.External.ours', expiresAt: world.clock.now() + 6 * DAY });
    await world.pushFaults.report({ reason: 'BadCertificate', until: world.clock.now() + HOUR });
    expect(await admin.call('getPushCertificate')).toMatchObject({ warning: expect.stringContaining('in 6 days') as string, fault: 'BadCertificate' });
    world.clock.pass(HOUR);
    expect(await admin.call('getPushCertificate')).not.toHaveProperty('fault');
  });
});
