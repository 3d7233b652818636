import { randomBytes, type X509Certificate, X509Certificate as Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { createAuthority, type Authority } from '../../protocol/certificate-authority.ts';
import { pkiMessageOf } from '../../protocol/scep/http.ts';
import { decodePkiOperation } from '../../protocol/scep/server.ts';
import { element, integer, nothing, octetString, oid, printableString, sequence, utf8String } from '../fixtures/der-writer.ts';
import { absurdSpki, enrolmentRequest, envelope, pkiMessage, rsa, selfSigned, signingRequest, spkiOf, type KeyPair } from '../fixtures/scep-messages.ts';
import { cpuTime } from '../support/cpu-time.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
let authority: Authority;
let ours: X509Certificate;
let other: X509Certificate;
let pair: KeyPair;
let own: Buffer;
beforeAll(async () => {
  authority = await createAuthority('Wavecast', now, 20);
  ours = new Certificate(authority.certificatePem);
  other = new Certificate((await createAuthority('Somebody else', now, 20)).certificatePem);
  pair = rsa();
  own = selfSigned({ spki: spkiOf(pair), signWith: pair.privateKey, now });
});

/** `read` for what would be granted, the failInfo of a failure, or the code of what is no SCEP message. */
function outcomeOf(message: Uint8Array): string {
  try {
    const operation = decodePkiOperation(message, [authority], now);
    return operation.kind === 'failure' ? operation.failure : 'read';
  } catch (error) {
    if (error instanceof WavecastError) return error.code;
    throw error;
  }
}

/** The shortest of three: what is slow, is slow each time. */
function millisecondsFor(message: Uint8Array): number {
  return Math.min(...[1, 2, 3].map(() => {
    const begun = cpuTime();
    outcomeOf(message);
    return cpuTime() - begun;
  }));
}

const good = (parts: Parameters<typeof enrolmentRequest>[2] = {}): Buffer => enrolmentRequest(ours, now, { pair, ...parts }).message;
const sealed = (): Buffer => envelope({ content: signingRequest({ pair, challenge: 'a challenge' }), recipient: ours });
/** Sealed and signed as it should be, by a certificate for another kind of key; the signature is noise. */
const withKey = (spki: Buffer): Buffer => pkiMessage({ content: sealed(), signer: { certificate: selfSigned({ spki, now }), key: pair.privateKey }, signature: () => randomBytes(256) });
const withRequestKey = (spki: Buffer): Buffer => good({ request: { spki } });
const e = (...octets: readonly number[]): Buffer => Buffer.from(octets);
const F4 = e(1, 0, 1);
const nested = (depth: number): Buffer => Array.from({ length: depth }).reduce<Buffer>((inner) => element(0x30, inner), nothing);
const indefinite = (depth: number): Buffer => Buffer.concat([Buffer.alloc(2 * depth, Buffer.from([0x30, 0x80])), Buffer.alloc(2 * depth)]);

const hostile: readonly (readonly [string, () => Uint8Array, string])[] = [
  ['nothing', () => new Uint8Array(), 'identity-refused'],
  ['a text', () => Buffer.from('hello'), 'identity-refused'],
  ['ten megabytes', () => Buffer.alloc(10_000_000, 0x30), 'too-large'],
  ['sequences 12,000 deep', () => nested(12_000), 'identity-refused'],
  ['sequences without end 15,000 deep', () => indefinite(15_000), 'identity-refused'],
  ['a length that is longer than everything', () => Buffer.from('308400ffffff', 'hex'), 'identity-refused'],
  ['enveloped where signed belongs', () => sealed(), 'identity-refused'],
  ['a content type of its own', () => good({ message: { contentType: '1.2.840.113549.1.7.5' } }), 'identity-refused'],
  ['two signers', () => good({ message: { signers: 2 } }), 'identity-refused'],
  ['eighty signers', () => good({ message: { signers: 80 } }), 'identity-refused'],
  ['no signer', () => good({ message: { signers: 0 } }), 'identity-refused'],
  ['no certificate', () => good({ message: { certificates: [] } }), 'identity-refused'],
  ['somebody else\'s certificate', () => good({ message: { certificates: [other.raw] } }), 'identity-refused'],
  ['no signed attributes', () => good({ message: { bare: true } }), 'invalid-input'],
  ['a transaction id in Cyrillic', () => good({ message: { transactionId: utf8String('транзакция') } }), 'invalid-input'],
  ['a transaction id of control characters', () => good({ message: { transactionId: printableString('a\nb') } }), 'invalid-input'],
  ['an empty transaction id', () => good({ message: { transactionId: printableString('') } }), 'invalid-input'],
  ['a transaction id of 10 KB', () => good({ message: { transactionId: printableString('A'.repeat(10_240)) } }), 'invalid-input'],
  ['a transaction id that is a number', () => good({ message: { transactionId: integer(7) } }), 'invalid-input'],
  ['a nonce that is none', () => good({ message: { senderNonce: printableString('nonce') } }), 'invalid-input'],
  ['a digest that is broken', () => good({ message: { digest: 'md5' } }), 'badAlg'],
  ['a request signed with a broken digest', () => good({ request: { digest: 'md5' } }), 'badAlg'],
  ['a signature of another key', () => good({ message: { signature: () => randomBytes(256) } }), 'badMessageCheck'],
  ['an empty signature', () => good({ message: { signature: () => Buffer.alloc(0) } }), 'badMessageCheck'],
  ['a request that another key signed', () => good({ request: { signWith: rsa().privateKey } }), 'badMessageCheck'],
  ['a request for somebody else\'s key', () => withRequestKey(spkiOf(rsa())), 'badMessageCheck'],
  ['sealed for another authority', () => good({ envelope: { recipient: other } }), 'badMessageCheck'],
  ['another kind of content inside', () => good({ envelope: { contentType: '1.2.840.113549.1.7.1' } }), 'badMessageCheck'],
  ['a cipher that nobody has', () => good({ envelope: { cipher: 'rc2' } }), 'badAlg'],
  ['noise where the envelope belongs', () => pkiMessage({ content: randomBytes(900), signer: { certificate: own, key: pair.privateKey } }), 'badMessageCheck'],
  ['noise in the envelope', () => good({ envelope: { content: randomBytes(900) } }), 'badMessageCheck'],
  ['nothing in the envelope', () => good({ envelope: { content: Buffer.alloc(0) } }), 'badMessageCheck'],
  ['a request 8,000 deep in the envelope', () => good({ envelope: { content: nested(8_000) } }), 'badMessageCheck'],
  ['a clock two months ahead', () => good({ message: { signingTime: now + 60 * DAY } }), 'badTime'],
  ['a clock two months behind', () => good({ message: { signingTime: now - 60 * DAY } }), 'badTime'],
  ['a poll for what is not pending', () => good({ message: { messageType: '20' } }), 'badCertId'],
  ['a request for somebody\'s certificate', () => good({ message: { messageType: '21' } }), 'badCertId'],
  ['a request for a revocation list', () => good({ message: { messageType: '22' } }), 'badRequest'],
  ['a message type that there is not', () => good({ message: { messageType: '4711' } }), 'badRequest'],
  ['an answer', () => good({ message: { messageType: '3' } }), 'badRequest'],
  ...[512, 1024, 8192, 16_384].map((bits) => [`a signer's key of ${bits} bits`, () => withKey(absurdSpki(bits, F4)), 'badAlg'] as const),
  ...[512, 1024, 8192, 16_384].map((bits) => [`a requested key of ${bits} bits`, () => withRequestKey(absurdSpki(bits, F4)), 'badAlg'] as const),
  ['a signer\'s key with exponent 3', () => withKey(absurdSpki(2048, e(3))), 'badAlg'],
  ['a signer\'s key with an even exponent', () => withKey(absurdSpki(2048, e(1, 0, 0))), 'badAlg'],
  ['a signer\'s key with an exponent of 2048 bits', () => withKey(absurdSpki(2048, randomBytes(256))), 'badAlg'],
  ['a requested key with exponent 1', () => withRequestKey(absurdSpki(2048, e(1))), 'badAlg'],
  ['a requested key with exponent 3', () => withRequestKey(absurdSpki(2048, e(3))), 'badAlg'],
  ['a requested key with an even exponent', () => withRequestKey(absurdSpki(2048, e(1, 0, 0))), 'badAlg'],
  ['a requested key that is none', () => withRequestKey(sequence(sequence(oid('1.2.3.4')), octetString(randomBytes(64)))), 'badMessageCheck'],
];

describe('a hostile SCEP message', () => {
  it.each(hostile)('is answered cleanly: %s', (_, make, outcome) => {
    expect(outcomeOf(make())).toBe(outcome);
  });

  it.each(hostile)('is looked at for less than 50 ms: %s', (_, make) => {
    expect(millisecondsFor(make())).toBeLessThan(50);
  });

  it('with exponent 1 is no signature, though its arithmetic holds', () => {
    // With exponent 1 the signature is the padded digest itself: anybody can write it.
    const forged = (digest: Buffer): Buffer => {
      const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
      return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - info.length, 0xff), Buffer.from([0]), info]);
    };
    expect(outcomeOf(pkiMessage({ content: sealed(), signer: { certificate: selfSigned({ spki: absurdSpki(2048, e(1)), now }), key: pair.privateKey }, signature: forged }))).toBe('badAlg');
  });

  it.each([['giant', integer(...Array.from({ length: 4_000 }, (_, n) => (n % 120) + 1))], ['negative', integer(0x80, 0x01)], ['zero', integer(0)]])('may have a certificate with a %s serial number: it names nothing of ours', (_, serial) => {
    const certificate = selfSigned({ spki: spkiOf(pair), signWith: pair.privateKey, serial, now });
    const message = pkiMessage({ content: sealed(), signer: { certificate, key: pair.privateKey } });
    expect(['read', 'identity-refused']).toContain(outcomeOf(message));
    expect(millisecondsFor(message)).toBeLessThan(50);
  });

  it('without a challenge is read as such: that it grants nothing is for others to say', () => {
    expect(decodePkiOperation(good({ request: { challenge: undefined } }), [authority], now)).toMatchObject({ kind: 'enrolment', challenge: undefined });
  });

  it('truncated at any byte is no SCEP message', () => {
    const message = good();
    for (let length = 0; length < message.length; length += 1) expect(['identity-refused', 'invalid-input']).toContain(outcomeOf(message.subarray(0, length)));
  });

  it('with its envelope truncated at any byte is one failure, whatever is missing', () => {
    const content = sealed();
    for (let length = 0; length < content.length; length += 1) {
      expect(outcomeOf(pkiMessage({ content: content.subarray(0, length), signer: { certificate: own, key: pair.privateKey } }))).toBe('badMessageCheck');
    }
  });

  it('of any bytes is answered cleanly, and quickly', () => {
    const message = good();
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.tuple(fc.nat(message.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 })).map(([at, bytes]) => Buffer.concat([message.subarray(0, at), bytes, message.subarray(at + bytes.length)])),
    );
    fc.assert(fc.property(anything, (bytes) => {
      expect(millisecondsFor(bytes)).toBeLessThan(50);
    }), { numRuns: 300 });
  });
});

describe('a message in a request', () => {
  const message = Buffer.from('308203e8deadbeef2b2f', 'hex');
  const base64 = message.toString('base64');
  const percent = [...message].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');

  it.each([
    ['in the body, raw', message, 'operation=PKIOperation'],
    ['in the body, in base64', Buffer.from(`${base64.slice(0, 5)}\r\n${base64.slice(5)}\n`), 'operation=PKIOperation'],
    ['in the body and in the address', message, `operation=PKIOperation&message=${encodeURIComponent(base64)}`],
    ['in the address alone, escaped', Buffer.alloc(0), `operation=PKIOperation&message=${encodeURIComponent(base64)}`],
    ['in the address alone, as it is', Buffer.alloc(0), `message=${base64}&operation=PKIOperation`],
    ['in the address alone, with spaces for plus signs', Buffer.alloc(0), `operation=PKIOperation&message=${base64.replaceAll('+', '%20')}`],
    ['in the address alone, raw', Buffer.alloc(0), `operation=PKIOperation&message=${percent}`],
  ])('is found %s', (_, body, query) => {
    expect(Buffer.from(pkiMessageOf(body, query)).toString('hex')).toBe(message.toString('hex'));
  });

  it.each(['', 'operation=PKIOperation', 'operation=PKIOperation&message=', 'message=%', 'message=%zz'])('that is not there is nothing that is one: %s', (query) => {
    expect(outcomeOf(pkiMessageOf(new Uint8Array(), query))).toBe('identity-refused');
  });
});
