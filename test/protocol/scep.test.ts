import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { createAuthority, issueIdentity, type Authority } from '../../protocol/certificate-authority.ts';
import { judgeIssued } from '../../protocol/issued-identity.ts';
import { buildPkcsReq, readCertRep, type PendingRequest } from '../../protocol/scep/client.ts';
import { decodePkiOperation, encodeFailure, encodeSuccess, type PkiOperation } from '../../protocol/scep/server.ts';
import { signMdmBody, verifyMdmSignature } from '../../protocol/signature.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const FIVE_YEARS = 5 * 365 * DAY;
const folder = mkdtempSync(join(tmpdir(), 'wavecast-scep-'));
const at = (name: string): string => join(folder, name);
const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

let authority: Authority;
let other: Authority;
let certificate: X509Certificate;
let pending: PendingRequest;
let identity: X509Certificate;
const decode = (message: Uint8Array): PkiOperation => decodePkiOperation(message, [authority], now);
const granted = (): Extract<PkiOperation, { publicKey: Uint8Array }> => {
  const operation = decode(pending.message);
  if (operation.kind === 'failure') throw new Error(`The request was not read: ${operation.failure}.`);
  return operation;
};

beforeAll(async () => {
  authority = await createAuthority('Wavecast', now, 20);
  other = await createAuthority('Somebody else', now, 20);
  certificate = new X509Certificate(authority.certificatePem);
  pending = await buildPkcsReq(certificate, 'a challenge', 'device', now);
  identity = await issueIdentity({ authority, publicKey: granted().publicKey, commonName: 'device', now, life: FIVE_YEARS });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a SCEP enrolment', () => {
  it('carries the challenge to the server and the certificate back', () => {
    const operation = granted();
    expect(operation).toMatchObject({ kind: 'enrolment', challenge: 'a challenge', transactionId: pending.transactionId });
    const got = readCertRep(encodeSuccess(operation, identity, now), pending, certificate);
    expect(got.raw.equals(identity.raw)).toBe(true);
    expect(got.checkPrivateKey(pending.key)).toBe(true);
  });

  it('tells the device when it is refused', () => {
    expect(() => readCertRep(encodeFailure(granted(), 'badRequest', now), pending, certificate)).toThrow('failInfo 2');
  });

  it('is read by the authority that it is sealed for, also by a former one, which answers it', async () => {
    const elsewhere = await buildPkcsReq(new X509Certificate(other.certificatePem), 'a challenge', 'device', now);
    expect(decode(elsewhere.message)).toMatchObject({ kind: 'failure', failure: 'badMessageCheck' });
    const operation = decodePkiOperation(elsewhere.message, [authority, other], now);
    expect(operation).toMatchObject({ kind: 'enrolment', authority: other });
    expect(readCertRep(encodeSuccess(operation, identity, now), elsewhere, new X509Certificate(other.certificatePem)).raw.equals(identity.raw)).toBe(true);
  });

  it('truncated at any byte is refused with a coded error', () => {
    for (let length = 0; length < pending.message.length; length += 1) {
      expect(() => decode(pending.message.subarray(0, length))).toThrow(WavecastError);
    }
  });

  it('with any byte changed never yields a request of another key', () => {
    const { publicKey } = granted();
    fc.assert(
      fc.property(fc.nat(pending.message.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const bytes = Uint8Array.from(pending.message);
        bytes[index] = (bytes[index] ?? 0) ^ change;
        try {
          const operation = decode(bytes);
          if (operation.kind !== 'failure') expect(operation.publicKey).toEqual(publicKey);
        } catch (error) {
          expect(error).toBeInstanceOf(WavecastError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('issues certificates that openssl verifies', () => {
    writeFileSync(at('ca.pem'), authority.certificatePem);
    writeFileSync(at('device.pem'), identity.toString());
    expect(openssl('verify', '-attime', String(now / 1000), '-CAfile', 'ca.pem', 'device.pem')).toContain('OK');
    expect(openssl('x509', '-in', 'device.pem', '-noout', '-ext', 'extendedKeyUsage,basicConstraints')).toMatch(/CA:FALSE[\s\S]*TLS Web Client Authentication|TLS Web Client Authentication[\s\S]*CA:FALSE/);
  });

  it('issues none that outlives its authority', async () => {
    const short = await createAuthority('Ends soon', now, 1);
    const issued = await issueIdentity({ authority: short, publicKey: granted().publicKey, commonName: 'device', now, life: FIVE_YEARS });
    expect(issued.validToDate).toEqual(new X509Certificate(short.certificatePem).validToDate);
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
