/** What the independent client reads by, apart from any server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProfile } from './independent-client/enrolment-profile.ts';
import { Keychain } from './independent-client/openssl.ts';
import { read, write, type Dict } from './independent-client/property-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'independent-client-test-'));
const keychain = new Keychain();
afterAll(() => {
  keychain.remove();
  rmSync(folder, { recursive: true });
});

describe('a property list', () => {
  it('keeps every type apart', () => {
    const value: Dict = { string: ' <&> „Grüße“ ', empty: '', integer: 9_007_199_254_740_993n, real: 0.5, yes: true, no: false, date: new Date('2026-11-25T10:00:00Z'), data: Buffer.alloc(200, 7), array: ['1', 1n, 1, [], {}], dict: { dict: {} } };
    expect(read(write(value))).toEqual(value);
  });

  it.each([
    ['of no document type', '<?xml version="1.0"?><plist version="1.0"><dict/></plist>'],
    ['of two values', write({}).toString().replace('<dict>\n</dict>', '<dict/><dict/>')],
    ['with a value that has no key', write({ a: 'b' }).toString().replace('<key>a</key>', '')],
    ['with a key twice', write({ a: 'b', c: 'd' }).toString().replace('<key>c</key>', '<key>a</key>')],
    ['with a type that there is not', write({ a: 'b' }).toString().replaceAll('string>', 'text>')],
  ])('is refused: one %s', (_, text) => {
    expect(() => read(Buffer.from(text))).toThrow();
  });
});

describe('a profile', () => {
  const payload = (type: string, uuid: string): Dict => ({ PayloadType: type, PayloadVersion: 1n, PayloadIdentifier: `example.${uuid}`, PayloadUUID: `00000000-0000-0000-0000-00000000000${uuid}` });
  const scep: Dict = { ...payload('com.apple.security.scep', '2'), PayloadContent: { URL: 'https://example.com/scep', Name: 'a', Subject: [[['CN', 'device']]], Challenge: 'c', Keysize: 2048n, 'Key Usage': 5n, CAFingerprint: Buffer.alloc(20) } };
  const mdm: Dict = { ...payload('com.apple.mdm', '3'), IdentityCertificateUUID: '00000000-0000-0000-0000-000000000002', Topic: 'com.apple.mgmt.External.1', ServerURL: 'https://example.com/mdm', SignMessage: true, AccessRights: 6611n };
  const profileOf = (...payloads: readonly Dict[]): Buffer => write({ ...payload('Configuration', '1'), PayloadContent: payloads });

  it('is read, signed or not', async () => {
    const plain = profileOf(scep, mdm);
    const expected = { identifier: 'example.1', scep: { keySize: 2048, subject: [['CN', 'device']], retries: 3 }, mdm: { checkInUrl: 'https://example.com/mdm', checksOutWhenRemoved: false } };
    expect(await readProfile(plain, keychain)).toMatchObject(expected);
    const signed = signedBySomebody(plain);
    expect(await readProfile(signed, keychain)).toMatchObject(expected);
    const at = signed.indexOf('6611');
    signed.write('9999', at);
    await expect(readProfile(signed, keychain)).rejects.toThrow();
  });

  it.each<[string, readonly Dict[]]>([
    ['a number where a text belongs', [scep, { ...mdm, Topic: 1n }]],
    ['a text where a number belongs', [scep, { ...mdm, AccessRights: '6611' }]],
    ['a real where an integer belongs', [scep, { ...mdm, AccessRights: 6611 }]],
    ['an identity that is not in it', [scep, { ...mdm, IdentityCertificateUUID: '00000000-0000-0000-0000-000000000009' }]],
    ['a UUID twice', [scep, { ...mdm, PayloadUUID: '00000000-0000-0000-0000-000000000002' }]],
    ['no SCEP payload', [mdm]],
  ])('is refused with %s', async (_, payloads) => {
    await expect(readProfile(profileOf(...payloads), keychain)).rejects.toThrow();
  });
});

function signedBySomebody(content: Buffer): Buffer {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): unknown => execFileSync('openssl', args, { stdio: 'pipe' });
  writeFileSync(at('profile'), content);
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key'), '-out', at('pem'), '-subj', '/CN=Somebody', '-days', '1');
  openssl('cms', '-sign', '-nodetach', '-binary', '-in', at('profile'), '-signer', at('pem'), '-inkey', at('key'), '-outform', 'DER', '-out', at('signed'));
  return readFileSync(at('signed'));
}
