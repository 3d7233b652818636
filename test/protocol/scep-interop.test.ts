import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { createAuthority, issueIdentity, type Authority } from '../../protocol/certificate-authority.ts';
import { readEnvelope, seal } from '../../protocol/scep/envelope.ts';
import { decodePkiOperation, encodeNextAuthority, encodeSuccess, type PkiOperation } from '../../protocol/scep/server.ts';
import { certificatesInSignedData } from '../../protocol/signed-data.ts';
import { enrolmentRequest, envelope, pkiMessage, readAnswer, rsa, selfSigned, spkiOf, type FixtureCipher, type FixtureDigest, type KeyPair } from '../fixtures/scep-messages.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'wavecast-scep-interop-'));
const at = (name: string): string => join(folder, name);
const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

let authority: Authority;
let certificate: X509Certificate;
let pair: KeyPair;
let identity: X509Certificate;

beforeAll(async () => {
  authority = await createAuthority('Wavecast', now, 20);
  certificate = new X509Certificate(authority.certificatePem);
  pair = rsa();
  identity = await issueIdentity({ authority, publicKey: spkiOf(pair), commonName: 'device', now, life: 5 * 365 * DAY });
  writeFileSync(at('ca.pem'), authority.certificatePem);
  writeFileSync(at('ca.key'), authority.privateKeyPem);
  writeFileSync(at('client.key'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(at('client.pem'), new X509Certificate(selfSigned({ spki: spkiOf(pair), signWith: pair.privateKey, now })).toString());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(message: Uint8Array, legacy: 'accept' | 'refuse' = 'accept'): PkiOperation {
  return decodePkiOperation(message, [authority], now, legacy);
}

const ciphers: readonly FixtureCipher[] = ['aes-128', 'aes-192', 'aes-256', 'des-ede3', 'des'];
const digests: readonly FixtureDigest[] = ['sha1', 'sha256', 'sha384', 'sha512'];
const combinations = ciphers.flatMap((cipher) => digests.map((digest) => [cipher, digest] as const));
const isLegacy = (cipher: FixtureCipher, digest: FixtureDigest): boolean => cipher.startsWith('des') || digest === 'sha1';

describe('a client of its own make', () => {
  it.each(combinations)('that seals with %s and signs with %s is answered in kind', (cipher, digest) => {
    const { message } = enrolmentRequest(certificate, now, { pair, request: { digest }, envelope: { cipher }, message: { digest, signingTime: now } });
    const operation = read(message);
    expect(operation).toMatchObject({ kind: 'enrolment', challenge: 'a challenge', cipher, digest, transactionId: 'transaction' });
    const answer = Buffer.from(encodeSuccess(operation, identity, now));
    expect(readAnswer(answer, pair.privateKey)).toMatchObject({ status: '0', failInfo: undefined, cipher, digest, granted: identity.raw });
    // And openssl agrees that the authority signed it.
    writeFileSync(at('answer'), answer);
    openssl('cms', '-verify', '-inform', 'DER', '-in', 'answer', '-CAfile', 'ca.pem', '-purpose', 'any', '-attime', String(now / 1000), '-binary', '-out', 'opened');
  });

  it.each(combinations)('that seals with %s and signs with %s is refused with badAlg where the old ones are, and only then', (cipher, digest) => {
    const { message } = enrolmentRequest(certificate, now, { pair, request: { digest }, envelope: { cipher }, message: { digest } });
    expect(read(message, 'refuse')).toMatchObject(isLegacy(cipher, digest) ? { kind: 'failure', failure: 'badAlg' } : { kind: 'enrolment' });
  });

  it('that signs its request with SHA-1 alone is refused as well where the old ones are', () => {
    const { message } = enrolmentRequest(certificate, now, { pair, request: { digest: 'sha1' } });
    expect(read(message, 'refuse')).toMatchObject({ failure: 'badAlg' });
    expect(read(message)).toMatchObject({ kind: 'enrolment' });
  });

  it.each([['with OAEP', { oaep: true }], ['in pieces', { pieces: true }]])('that seals %s is understood', (_, parts) => {
    expect(read(enrolmentRequest(certificate, now, { pair, envelope: parts }).message)).toMatchObject({ kind: 'enrolment', challenge: 'a challenge' });
  });

  it.each([['PrintableString', 0x13], ['UTF8String', 0x0c], ['IA5String', 0x16], ['T61String', 0x14]])('that writes its challenge as %s is understood', (_, challengeTag) => {
    expect(read(enrolmentRequest(certificate, now, { pair, request: { challengeTag } }).message)).toMatchObject({ challenge: 'a challenge' });
  });

  it.each([2048, 3072, 4096])('with an RSA key of %d bits is served', (bits) => {
    expect(read(enrolmentRequest(certificate, now, { pair: rsa(bits) }).message)).toMatchObject({ kind: 'enrolment' });
  });

  it.each(['P-256', 'P-384', 'P-521'])('with a key on %s is served, where RSA signs for it', (namedCurve) => {
    const subject = generateKeyPairSync('ec', { namedCurve });
    const operation = read(enrolmentRequest(certificate, now, { pair, request: { pair: subject } }).message);
    expect(operation).toMatchObject({ kind: 'enrolment' });
    expect('publicKey' in operation && Buffer.from(operation.publicKey).equals(spkiOf(subject))).toBe(true);
  });

  it('that asks for a renewal is told apart, and needs no challenge', () => {
    const { message } = enrolmentRequest(certificate, now, { pair, request: { challenge: undefined }, message: { messageType: '17' } });
    expect(read(message)).toMatchObject({ kind: 'renewal', challenge: undefined });
  });
});

describe('openssl as a client', () => {
  /** `openssl req` makes the request, `openssl cms` seals it. The attributes of SCEP it cannot sign: those are ours. */
  function sealedBy(cipher: string): Buffer {
    writeFileSync(at('req.cnf'), '[req]\ndistinguished_name=dn\nattributes=attrs\nprompt=no\n[dn]\nCN=phone\n[attrs]\nchallengePassword=a challenge\n');
    openssl('req', '-new', '-key', 'client.key', '-config', 'req.cnf', '-outform', 'DER', '-out', 'csr');
    openssl('cms', '-encrypt', '-binary', cipher, '-in', 'csr', '-outform', 'DER', '-out', 'sealed', 'ca.pem');
    return readFileSync(at('sealed'));
  }

  it.each([['-aes128', 'aes-128'], ['-aes192', 'aes-192'], ['-aes256', 'aes-256'], ['-des3', 'des-ede3']])('that seals its request with %s is understood, and opens the answer', (flag, cipher) => {
    const own = new X509Certificate(readFileSync(at('client.pem')));
    const operation = read(pkiMessage({ content: sealedBy(flag), signer: { certificate: own.raw, key: pair.privateKey } }));
    expect(operation).toMatchObject({ kind: 'enrolment', challenge: 'a challenge', cipher });
    writeFileSync(at('answer'), encodeSuccess(operation, identity, now));
    openssl('cms', '-verify', '-inform', 'DER', '-in', 'answer', '-CAfile', 'ca.pem', '-purpose', 'any', '-attime', String(now / 1000), '-binary', '-out', 'inner');
    openssl('cms', '-decrypt', '-inform', 'DER', '-in', 'inner', '-recip', 'client.pem', '-inkey', 'client.key', '-binary', '-out', 'bag');
    expect(openssl('pkcs7', '-inform', 'DER', '-in', 'bag', '-print_certs')).toContain('subject=CN = device');
  });

  it('opens what is sealed with single DES, by its legacy provider; where it has none, our own means do', () => {
    const sealed = seal(Buffer.from('an answer'), new X509Certificate(readFileSync(at('client.pem'))), 'des');
    writeFileSync(at('sealed'), sealed);
    let opened: string;
    try {
      opened = openssl('cms', '-decrypt', '-provider', 'legacy', '-provider', 'default', '-inform', 'DER', '-in', 'sealed', '-recip', 'client.pem', '-inkey', 'client.key');
    } catch {
      opened = Buffer.from(readEnvelope(sealed).open(new X509Certificate(readFileSync(at('client.pem'))), pair.privateKey)).toString();
    }
    expect(opened).toBe('an answer');
  });

  it('that seals with single DES, where it still can, is understood', () => {
    writeFileSync(at('plain'), 'some content');
    let sealed: Buffer;
    try {
      openssl('cms', '-encrypt', '-provider', 'legacy', '-provider', 'default', '-binary', '-des', '-in', 'plain', '-outform', 'DER', '-out', 'sealed', 'ca.pem');
      sealed = readFileSync(at('sealed'));
    } catch {
      sealed = envelope({ content: Buffer.from('some content'), recipient: certificate, cipher: 'des' });
    }
    expect(Buffer.from(readEnvelope(sealed).open(certificate, createPrivateKey(authority.privateKeyPem))).toString()).toBe('some content');
  });

  it.each(['aes-128', 'aes-192', 'aes-256', 'des-ede3'] as const)('opens what is sealed for it with %s', (cipher) => {
    writeFileSync(at('sealed'), seal(Buffer.from('an answer'), new X509Certificate(readFileSync(at('client.pem'))), cipher));
    expect(openssl('cms', '-decrypt', '-inform', 'DER', '-in', 'sealed', '-recip', 'client.pem', '-inkey', 'client.key')).toBe('an answer');
  });

  it('follows from an authority that it knows to the next', async () => {
    const next = new X509Certificate((await createAuthority('The next', now, 20)).certificatePem);
    const answer = encodeNextAuthority(next, authority, now);
    writeFileSync(at('next'), answer);
    openssl('cms', '-verify', '-inform', 'DER', '-in', 'next', '-CAfile', 'ca.pem', '-purpose', 'any', '-attime', String(now / 1000), '-binary', '-out', 'bag');
    expect(certificatesInSignedData(readFileSync(at('bag')))[0]?.raw.equals(next.raw)).toBe(true);
  });
});
