import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoot, issuePush, type TlsIdentity } from '../../local/tls/issue.ts';
import { openPkcs12 } from '../../protocol/pkcs12.ts';
import { readPushCertificate } from '../../protocol/push-certificate.ts';
import { cpuTime } from '../support/cpu-time.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavecast-pkcs12-'));
const topic = 'com.apple.mgmt.External.ours';
let root: TlsIdentity;
let push: TlsIdentity;

beforeAll(async () => {
  root = await createRoot();
  push = await issuePush(root, topic);
  writeFileSync(join(folder, 'push.pem'), push.certificate);
  writeFileSync(join(folder, 'push.key'), push.key);
  writeFileSync(join(folder, 'root.pem'), root.certificate);
  writeFileSync(join(folder, 'root.key'), root.key);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What `openssl pkcs12 -export` writes. */
function exported(password: string, ...options: readonly string[]): Uint8Array {
  const out = join(folder, 'out.p12');
  execFileSync('openssl', ['pkcs12', '-export', '-in', 'push.pem', '-out', out, '-passout', `pass:${password}`, ...options], { cwd: folder, stdio: 'pipe' });
  return readFileSync(out);
}

const refusal = (open: () => unknown): unknown => {
  try {
    open();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a PKCS #12 file', () => {
  it.each([
    ['by programs of today', 'p4ssword', ['-inkey', 'push.key']],
    ['by Keychain Access, with the ciphers of old', 'p4ssword', ['-inkey', 'push.key', '-legacy']],
    ['with triple DES for both', 'p4ssword', ['-inkey', 'push.key', '-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES']],
    ['without encryption', 'p4ssword', ['-inkey', 'push.key', '-certpbe', 'NONE', '-keypbe', 'NONE']],
    ['with the chain', 'p4ssword', ['-inkey', 'push.key', '-certfile', 'root.pem']],
    ['with an empty password', '', ['-inkey', 'push.key']],
  ])('written %s is opened', (_, password, options) => {
    const { certificate, key, others } = openPkcs12(exported(password, ...options), password);
    expect(new X509Certificate(certificate).raw).toEqual(new X509Certificate(push.certificate).raw);
    expect(readPushCertificate(certificate, key).topic).toBe(topic);
    expect(others.map((pem) => new X509Certificate(pem).subject)).toEqual(options.includes('-certfile') ? [new X509Certificate(root.certificate).subject] : []);
  });

  it('is refused with another password, and that is not repeated', () => {
    const error = refusal(() => openPkcs12(exported('p4ssword', '-inkey', 'push.key'), 'wr0ng-secret'));
    expect(error).toMatchObject({ code: 'invalid-input', message: 'The PKCS #12 file is not accepted. It cannot be opened.', remedy: 'Give the password with which it was exported.' });
    expect(String(error)).not.toMatch(/p4ssword|wr0ng-secret/);
  });

  it('without its key is refused, with what to do', () => {
    expect(refusal(() => openPkcs12(exported('p', '-nokeys'), 'p'))).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no certificate with its key') as string, remedy: expect.stringContaining('Keychain Access') as string });
  });

  it.each([['its seal', ['-iter', '2048', '-maciter']], ['its own check', ['-iter', '2048']]])('that would take long over %s is refused before it is tried', (what, options) => {
    const file = Buffer.from(exported('p', '-inkey', 'push.key', ...options));
    const count = Buffer.from('02020800', 'hex');
    const at = what === 'its seal' ? file.indexOf(count) : file.lastIndexOf(count);
    expect(at).toBeGreaterThan(0);
    Buffer.from('0202ffff', 'hex').copy(file, at);
    const began = cpuTime();
    expect(refusal(() => openPkcs12(file, 'p'))).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('iterations') as string, remedy: expect.stringContaining('PEM') as string });
    expect(cpuTime() - began).toBeLessThan(50);
  });

  it('cut off at any byte, or of other bytes, is refused', () => {
    const whole = exported('p', '-inkey', 'push.key');
    for (let length = 0; length < whole.byteLength; length += 1 + (length >> 5)) expect(refusal(() => openPkcs12(whole.subarray(0, length), 'p'))).toMatchObject({ code: 'invalid-input' });
    expect(refusal(() => openPkcs12(Buffer.from(push.certificate), 'p'))).toMatchObject({ code: 'invalid-input', remedy: expect.stringContaining('.p12') as string });
    expect(refusal(() => openPkcs12(new Uint8Array(100_000), 'p'))).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('too large') as string });
  });
});
