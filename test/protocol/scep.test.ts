import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { checkSubjectKey, createAuthority, issueIdentity, type Authority } from '../../protocol/certificate-authority.ts';
import { judgeIssued } from '../../protocol/issued-identity.ts';
import { buildPkcsReq, readCertRep, type PendingRequest } from '../../protocol/scep/client.ts';
import { seal, unseal } from '../../protocol/scep/envelope.ts';
import { decodePkiOperation, encodeFailure, encodeSuccess } from '../../protocol/scep/server.ts';
import { signMdmBody, verifyMdmSignature } from '../../protocol/signature.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'wavecast-scep-'));
const at = (name: string): string => join(folder, name);
const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

let authority: Authority;
let other: Authority;
let certificate: X509Certificate;
let pending: PendingRequest;
let identity: X509Certificate;

beforeAll(async () => {
  authority = await createAuthority('Wavecast', now, 20);
  other = await createAuthority('Somebody else', now, 20);
  certificate = new X509Certificate(authority.certificatePem);
  pending = await buildPkcsReq(certificate, 'a challenge', 'device', now);
  const result = await decodePkiOperation(pending.message, authority);
  if (!('request' in result)) throw new Error('The request was not read.');
  identity = await issueIdentity({ authority, publicKey: result.request.publicKey, commonName: 'device', now, years: 5 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a SCEP enrolment', () => {
  it('carries the challenge to the server and the certificate back', async () => {
    const result = await decodePkiOperation(pending.message, authority);
    if (!('request' in result)) throw new Error('The request was not read.');
    expect(result.request).toMatchObject({ challenge: 'a challenge', transactionId: pending.transactionId });
    const granted = readCertRep(encodeSuccess(result.request, identity, authority, now), pending, certificate);
    expect(granted.raw.equals(identity.raw)).toBe(true);
    expect(granted.checkPrivateKey(pending.key)).toBe(true);
  });

  it('tells the device when it is refused', async () => {
    const result = await decodePkiOperation(pending.message, authority);
    if (!('request' in result)) throw new Error('The request was not read.');
    expect(() => readCertRep(encodeFailure(result.request, 'badRequest', authority, now), pending, certificate)).toThrow('failInfo 2');
  });

  it('sealed for another authority is answered as a failure', async () => {
    const elsewhere = await buildPkcsReq(new X509Certificate(other.certificatePem), 'a challenge', 'device', now);
    expect(await decodePkiOperation(elsewhere.message, authority)).toMatchObject({ failure: 'badMessageCheck' });
  });

  it('truncated at any byte is refused with a coded error', async () => {
    for (let length = 0; length < pending.message.length; length += 7) {
      await expect(decodePkiOperation(pending.message.subarray(0, length), authority)).rejects.toBeInstanceOf(WavecastError);
    }
  });

  it('with any byte changed never yields a request of another key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(pending.message.length - 1), fc.integer({ min: 1, max: 255 }), async (index, change) => {
        const bytes = Uint8Array.from(pending.message);
        bytes[index] = (bytes[index] ?? 0) ^ change;
        const result = await decodePkiOperation(bytes, authority).catch((error: unknown) => {
          expect(error).toBeInstanceOf(WavecastError);
        });
        if (result !== undefined && 'request' in result) expect(result.request.challenge).toBe('a challenge');
      }),
      { numRuns: 150 },
    );
  });

  it('understands what openssl seals, with the old ciphers too', () => {
    writeFileSync(at('ca.pem'), authority.certificatePem);
    writeFileSync(at('plain'), 'some content');
    for (const cipher of ['-aes128', '-aes256', '-des3']) {
      openssl('cms', '-encrypt', '-binary', cipher, '-in', 'plain', '-outform', 'DER', '-out', 'sealed', 'ca.pem');
      expect(Buffer.from(unseal(readFileSync(at('sealed')), createPrivateKey(authority.privateKeyPem))).toString()).toBe('some content');
    }
  });

  it('seals what openssl opens', () => {
    writeFileSync(at('ca.pem'), authority.certificatePem);
    writeFileSync(at('ca.key'), authority.privateKeyPem);
    writeFileSync(at('sealed'), seal(Buffer.from('an answer'), certificate));
    expect(openssl('cms', '-decrypt', '-inform', 'DER', '-in', 'sealed', '-recip', 'ca.pem', '-inkey', 'ca.key')).toBe('an answer');
  });

  it('issues certificates that openssl verifies', () => {
    writeFileSync(at('ca.pem'), authority.certificatePem);
    writeFileSync(at('device.pem'), identity.toString());
    expect(openssl('verify', '-attime', String(now / 1000), '-CAfile', 'ca.pem', 'device.pem')).toContain('OK');
    expect(openssl('x509', '-in', 'device.pem', '-noout', '-ext', 'extendedKeyUsage,basicConstraints')).toMatch(/CA:FALSE[\s\S]*TLS Web Client Authentication|TLS Web Client Authentication[\s\S]*CA:FALSE/);
  });

  it('certifies no weak key', () => {
    const spki = openssl('genrsa', '1024') === '' ? '' : execFileSync('openssl', ['rsa', '-pubout', '-outform', 'DER'], { input: openssl('genrsa', '1024'), stdio: ['pipe', 'pipe', 'ignore'] });
    expect(() => {
      checkSubjectKey(Buffer.from(spki));
    }).toThrow(expect.objectContaining({ code: 'identity-refused' }));
  });
});

describe('an identity', () => {
  it('is ours while it is valid and our authority issued it', () => {
    expect(judgeIssued(identity, [authority.certificatePem], now)).toEqual({ ours: true });
    expect(judgeIssued(identity, [other.certificatePem], now)).toEqual({ ours: false, reason: 'unknown-authority' });
    expect(judgeIssued(identity, [other.certificatePem, authority.certificatePem], now + 6 * 365 * DAY)).toEqual({ ours: false, reason: 'expired' });
    expect(judgeIssued(identity, [authority.certificatePem], now - 2 * DAY)).toEqual({ ours: false, reason: 'not-yet-valid' });
  });

  it('signs requests so that openssl agrees, and over these bytes alone', () => {
    const body = Buffer.from('<plist/>');
    const header = signMdmBody(body, { certificate: identity, key: pending.key }, now);
    expect(verifyMdmSignature(header, body).certificate.raw.equals(identity.raw)).toBe(true);
    expect(() => verifyMdmSignature(header, Buffer.from('<plist />'))).toThrow(expect.objectContaining({ code: 'identity-refused' }));
    writeFileSync(at('ca.pem'), authority.certificatePem);
    writeFileSync(at('body'), body);
    writeFileSync(at('signature'), Buffer.from(header, 'base64'));
    expect(openssl('cms', '-verify', '-inform', 'DER', '-in', 'signature', '-content', 'body', '-CAfile', 'ca.pem', '-purpose', 'any', '-attime', String(now / 1000), '-binary')).toBe('<plist/>');
  });

  it('signs as openssl does, with SHA-256 and with SHA-1', () => {
    writeFileSync(at('device.pem'), identity.toString());
    writeFileSync(at('device.key'), pending.key.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(at('body'), 'hello');
    for (const digest of ['sha256', 'sha1', 'sha512']) {
      openssl('cms', '-sign', '-binary', '-md', digest, '-signer', 'device.pem', '-inkey', 'device.key', '-in', 'body', '-outform', 'DER', '-out', 'signature');
      expect(verifyMdmSignature(readFileSync(at('signature')).toString('base64'), Buffer.from('hello')).certificate.raw.equals(identity.raw)).toBe(true);
    }
  });

  it('is not taken from a header that is none', () => {
    for (const header of [undefined, '', '!', 'AAAA', 'A'.repeat(20_000)]) {
      expect(() => verifyMdmSignature(header, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'identity-refused' }));
    }
  });
});
