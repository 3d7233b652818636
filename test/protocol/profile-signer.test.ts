import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoot, issueServer, type TlsIdentity } from '../../local/tls/issue.ts';
import { openProfile } from '../../protocol/profile.ts';
import { readProfileSigner, signProfile } from '../../protocol/profile-signer.ts';
import { encodePlist } from '../../protocol/plist.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavecast-signer-'));
const now = Date.now();
let root: TlsIdentity;
let server: TlsIdentity;

beforeAll(async () => {
  root = await createRoot();
  server = await issueServer(root);
  writeFileSync(join(folder, 'root.pem'), root.certificate);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=Signer', '-days', '30', '-keyout', 'ec.key', '-out', 'ec.pem'], { cwd: folder, stdio: 'pipe' });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What another program makes of it: the content, where signature and chain hold. */
function verified(signed: Uint8Array, trusted: string): string {
  writeFileSync(join(folder, 'signed.der'), signed);
  execFileSync('openssl', ['cms', '-verify', '-inform', 'DER', '-in', 'signed.der', '-CAfile', trusted, '-purpose', 'any', '-out', 'content'], { cwd: folder, stdio: 'pipe' });
  return readFileSync(join(folder, 'content'), 'utf8');
}

const profile = encodePlist({ PayloadType: 'Configuration', PayloadDisplayName: 'Ünïcode 日本' });

describe('a signed profile', () => {
  it('is believed by another program, and opened to what it was', () => {
    const signer = readProfileSigner(`${server.certificate}\n${root.certificate}`, server.key, now);
    const signed = signProfile(profile, signer, now);
    expect(signer.chain).toHaveLength(1);
    expect(verified(signed, 'root.pem')).toBe(profile);
    expect(openProfile(signed)).toEqual({ PayloadType: 'Configuration', PayloadDisplayName: 'Ünïcode 日本' });
  });

  it('may be signed by an elliptic key', () => {
    const signer = readProfileSigner(readFileSync(join(folder, 'ec.pem'), 'utf8'), readFileSync(join(folder, 'ec.key'), 'utf8'), now);
    expect(verified(signProfile(profile, signer, now), 'ec.pem')).toBe(profile);
  });

  it('is not opened once it was changed', () => {
    const signed = Buffer.from(signProfile(profile, readProfileSigner(server.certificate, server.key, now), now));
    const at = signed.indexOf('Configuration');
    signed.write('configuration', at);
    expect(() => openProfile(signed)).toThrow(expect.objectContaining({ code: 'identity-refused' }));
  });

  it('is plain where nobody signs', () => {
    expect(Buffer.from(signProfile(profile, undefined, now)).toString('utf8')).toBe(profile);
    expect(openProfile(signProfile(profile, undefined, now))).toMatchObject({ PayloadType: 'Configuration' });
  });
});

describe('a signer', () => {
  it.each<[string, () => [string, string, number]]>([
    ['whose key is another', () => [server.certificate, root.key, now]],
    ['that does not come first', () => [`${root.certificate}\n${server.certificate}`, server.key, now]],
    ['that has expired', () => [server.certificate, server.key, now + 6 * 365 * 86_400_000]],
    ['without a certificate', () => ['nothing', server.key, now]],
    ['without a key', () => [server.certificate, 'nothing', now]],
    ['with more certificates than a chain has', () => [server.certificate.repeat(7), server.key, now]],
  ])('%s is refused, with what to do', (_, given) => {
    expect(() => readProfileSigner(...given())).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.any(String) as string }));
  });
});
