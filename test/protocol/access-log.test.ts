import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseDeviceId, parseWaveId } from '../../core/ids.ts';
import { accessLogName, decodeAccessLog, encodeAccessLog, packageFetch, type AccessFields } from '../../protocol/access-log.ts';
import { instructionName } from '../../protocol/install-link.ts';
import { refusalOf } from '../support/outcomes.ts';

const link = { waveId: parseWaveId('direct.00000000-0000-4000-8000-000000000001'), deviceId: parseDeviceId('00000000-0000-4000-8000-000000000002') };
const name = instructionName(link);
const digest = 'ab'.repeat(32);

/** As CloudFront writes it: one of AWS's examples, with a package of ours. */
const fields = [
  '2026-03-02', '09:15:30', 'FRA56-P4', '300000512', '203.0.113.7', 'GET', 'd111111abcdef8.cloudfront.net', `/packages/${digest}/field.ipa`, '200', '-', 'com.apple.appstored/1.0%20iOS/18.1',
  `i=${name}&b=berlin&Expires=1772442000&Signature=abc~_&Key-Pair-Id=K1`, '-', 'Hit', 'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==', 'd111111abcdef8.cloudfront.net', 'https', '523', '90.500', '-', 'TLSv1.3',
  'TLS_AES_128_GCM_SHA256', 'Hit', 'HTTP/2.0', '-', '-', '11040', '0.051', 'Hit', 'application/octet-stream', '300000000', '-', '-',
];
const header = '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end\n';
const file = (...lines: readonly (readonly string[])[]): Uint8Array => gzipSync(header + lines.map((line) => `${line.join('\t')}\n`).join(''));
const [recorded = {}] = decodeAccessLog(file(fields));
const fetched = (changes: AccessFields = {}) => packageFetch({ ...recorded, ...changes });

describe('an access log', () => {
  it('is read by its own header, with fields that nobody knows and without those that are missing', () => {
    const [record] = decodeAccessLog(gzipSync('#Version: 1.0\n#Fields: sc-status x-new date\n200\tnew\t2026-03-02\n404\n'));
    expect(record).toEqual({ 'sc-status': '200', 'x-new': 'new', date: '2026-03-02' });
    expect([...decodeAccessLog(file(fields, fields))]).toHaveLength(2);
    expect([...decodeAccessLog(file())]).toEqual([]);
  });

  it.each<[string, Uint8Array]>([
    ['is no gzip', Buffer.from(header)], ['is empty', new Uint8Array()], ['is cut off', file(fields).subarray(0, 60)], ['names no fields', gzipSync('date\ttime\n')],
    ['inflates without end', gzipSync(Buffer.alloc(200 * 1024 * 1024))],
  ])('is refused where it %s', (_, bytes) => {
    expect(() => decodeAccessLog(bytes)).toThrow('This is no access log');
  });

  it('comes back as it was written', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '~', '%', '/', 'é'), minLength: 1 });
    fc.assert(fc.property(fc.array(fc.record({ 'cs-uri-stem': value, 'sc-bytes': fc.nat() })), (records) => {
      const read = [...decodeAccessLog(encodeAccessLog(['cs-uri-stem', 'sc-bytes'], records))];
      expect(read).toEqual(records.map((record) => ({ 'cs-uri-stem': record['cs-uri-stem'], 'sc-bytes': String(record['sc-bytes']) })));
    }));
  });

  it('is the same under the name that is its own, not under others', () => {
    expect(accessLogName('edge/EMLARXS9EXAMPLE.2026-03-02-09.a103fd5a.gz')).toBe('2026-03-02-09.a103fd5a');
    for (const other of ['edge/', 'edge/EMLARXS9EXAMPLE.2026-03-02-09.gz', 'edge/a.b.2026-03-02-09.a103fd5a.txt', `edge/E.2026-03-02-09.${'a'.repeat(50)}.gz`]) expect(accessLogName(other)).toBeUndefined();
  });
});

describe('a record of access', () => {
  const endedAt = Date.parse('2026-03-02T09:15:30Z');

  it('tells who fetched what, how much of it, and when', () => {
    expect(fetched()).toEqual({ instruction: link, branchId: 'berlin', digest, bytes: 300_000_512, endedAt, startedAt: endedAt - 90_500, fromStart: true });
  });

  it.each<[string, AccessFields, unknown]>([
    ['a part from the first byte begins a download', { 'sc-status': '206', 'sc-range-start': '0', 'sc-range-end': '99' }, { fromStart: true }],
    ['a later part resumes one', { 'sc-status': '206', 'sc-range-start': '100', 'sc-range-end': '199' }, { fromStart: false }],
    ['an answer of no length took no time', { 'time-taken': '0.000' }, { startedAt: endedAt }],
    ['one that says nothing of its time took none', { 'time-taken': '-' }, { startedAt: endedAt }],
    ['none takes longer than a day', { 'time-taken': '9999999' }, { startedAt: endedAt - DAY }],
    ['one that broke off counts what was sent', { 'x-edge-detailed-result-type': 'ClientCommError', 'sc-bytes': '7' }, { bytes: 7 }],
  ])('%s', (_, changes, expected) => {
    expect(fetched(changes)).toMatchObject(expected as object);
  });

  it.each<[string, AccessFields]>([
    ['HEAD', { 'cs-method': 'HEAD' }], ['a refusal', { 'sc-status': '404' }], ['a branch whose brake is on', { 'sc-status': '503' }], ['what was known already', { 'sc-status': '304' }],
    ['an icon that the prompt shows', { 'cs-uri-stem': `/packages/${digest}/icon-57.png` }], ['an icon in its own size', { 'cs-uri-stem': `/packages/${digest}/icon.png` }], ['no file', { 'cs-uri-stem': `/packages/${digest}/` }], ['no digest', { 'cs-uri-stem': '/packages/field.ipa' }],
    ['a link without a name', { 'cs-uri-query': 'b=berlin&Expires=1' }], ['a link without a branch', { 'cs-uri-query': `i=${name}` }], ['a name that is none', { 'cs-uri-query': 'i=////&b=berlin' }],
    ['a branch that is none', { 'cs-uri-query': `i=${name}&b=%00` }], ['no query', { 'cs-uri-query': '-' }], ['no date', { date: '-' }], ['bytes that are none', { 'sc-bytes': '-1' }],
  ])('tells of no package where it is of %s', (_, changes) => {
    expect(fetched(changes)).toBeUndefined();
  });

  it('of whatever it is, is no reason to throw', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(recorded)), fc.string()), (changes) => {
      expect(() => fetched(changes)).not.toThrow();
    }));
  });
});

it('what is no access log is refused as invalid input', async () => {
  expect(await refusalOf(Promise.resolve().then(() => decodeAccessLog(Buffer.from('x'))))).toBe('invalid-input');
});
