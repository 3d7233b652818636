import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedFacts } from '../../console/pages/audit/changed-facts.ts';
import { dayIn, neighbour } from '../../console/pages/audit/day.ts';
import { commandsOf } from '../../console/pages/settings/commands.ts';
import { pageOfSubject } from '../../console/pages/audit/subject.ts';
import { abilities } from '../../console/pages/settings/abilities.ts';
import { keyFileBody, mostBytes } from '../../console/pages/settings/key-file-form.ts';
import { operations } from '../../protocol/admin/operations.ts';

describe('what is changed by a command', () => {
  const place = { eventBus: 'wavecast-production', notificationTopic: 'arn:aws:sns:eu-west-1:123456789012:Topic', linkGeneration: 3, issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123' };

  it('names this installation, and leaves alone what it is not about', () => {
    const commands = commandsOf(place);
    expect(commands.organisation).toContain('--region eu-west-1 --stack-name Wavecast-production-Service --use-previous-template');
    expect(commands.subscribe).toContain('--topic-arn arn:aws:sns:eu-west-1:123456789012:Topic');
    expect(commands.linkKeys).toContain('-c stage=production -c linkKeys=4');
    expect(commands.giveRole).toContain('--user-pool-id eu-west-1_AbCdEf123');
  });

  it('says what is to be filled in where the sign-in service is no Cognito', () => {
    expect(commandsOf({ ...place, issuer: 'http://127.0.0.1:1' }).giveRole).toContain('--user-pool-id USER_POOL');
  });
});

describe('what a record of the audit log is about', () => {
  it.each([['plan.start', 'p1', '/plans/p1'], ['branch.put', 'berlin', '/branches/berlin'], ['version.verify', 'ab', '/versions/ab'], ['app.settings', 'com.example.x', '/apps/com.example.x'], ['device.delete', 'd', undefined], ['invitation.create', 'i', undefined], ['device.import', '3 devices', undefined]])('%s of %s leads to %s', (action, subject, page) => {
    expect(pageOfSubject(action, subject)).toBe(page);
  });
});

const none = { pkcs12: undefined, certificate: undefined, key: undefined, password: '' };

describe('a certificate with its key', () => {
  it('goes as the API takes it, whatever its bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), async (bytes) => {
      const body = await keyFileBody({ ...none, form: 'pkcs12', pkcs12: new Blob([bytes]), password: 'p' });
      expect(body).toEqual({ pkcs12: Buffer.from(bytes).toString('base64'), password: 'p' });
    }), { numRuns: 30 });
    const body = await keyFileBody({ ...none, form: 'pem', certificate: new Blob(['C']), key: new Blob(['K']) });
    expect(body).toEqual({ certificate: 'C', key: 'K' });
    expect(operations.setProfileSigner.body.safeParse(body).success).toBe(true);
  });

  it('of the largest size that may be chosen is taken by the API, too', async () => {
    const body = await keyFileBody({ ...none, form: 'pkcs12', pkcs12: new Blob([new Uint8Array(mostBytes.pkcs12)]) });
    expect(operations.setProfileSigner.body.safeParse(body).success).toBe(true);
  });

  it.each([
    ['without a file', { ...none, form: 'pkcs12' }],
    ['with an empty one', { ...none, form: 'pkcs12', pkcs12: new Blob([]) }],
    ['with one that is too large', { ...none, form: 'pkcs12', pkcs12: new Blob([new Uint8Array(mostBytes.pkcs12 + 1)]) }],
    ['without the key', { ...none, form: 'pem', certificate: new Blob(['C']) }],
  ] as const)('%s is not sent', async (_, files) => {
    expect(await keyFileBody(files)).toBeUndefined();
  });
});

describe('a change in the audit log', () => {
  it.each([
    ['a fact that is another', { brake: false, name: 'x' }, { brake: true, name: 'x' }, [{ name: 'brake', before: 'false', after: 'true' }]],
    ['a fact that is new', undefined, { size: 3 }, [{ name: 'size', before: undefined, after: '3' }]],
    ['a fact that is gone', { tag: 'a' }, undefined, [{ name: 'tag', before: 'a', after: undefined }]],
    ['what is no record of facts', 'a', ['b'], [{ name: '', before: 'a', after: 'b' }]],
    ['things in a list, by what they are called', { holds: [] }, { holds: [{ branchId: 'berlin', kind: 'paused' }, { kind: 'x' }] }, [{ name: 'holds', before: '-', after: 'berlin, {"kind":"x"}' }]],
    ['what is another in things that are called the same', { branches: [{ branchId: 'berlin', from: '1' }] }, { branches: [{ branchId: 'berlin', from: '2' }] }, [{ name: 'branches', before: '[{"branchId":"berlin","from":"1"}]', after: '[{"branchId":"berlin","from":"2"}]' }]],
    ['nothing', { a: { b: 1 } }, { a: { b: 1 } }, []],
  ])('is told as %s', (_, before, after, facts) => {
    expect(changedFacts(before, after)).toEqual(facts);
  });
});

describe('a day of the audit log', () => {
  it('is one of the calendar, or none', () => {
    expect(['2026-11-26', '2024-02-29', '2026-02-30', '2026-13-01', 'today', '', null].map((text) => dayIn(text))).toEqual(['2026-11-26', '2024-02-29', undefined, undefined, undefined, undefined, undefined]);
  });

  it('has one before and one after it, across months and years', () => {
    expect([neighbour('2026-01-01', -1), neighbour('2024-02-28', 1), neighbour('2026-12-31', 1)]).toEqual(['2025-12-31', '2024-02-29', '2027-01-01']);
  });
});

describe('the table of roles', () => {
  it('has something for each role that a lesser one may not', () => {
    expect([...new Set(abilities.map(({ operation }) => operations[operation].role))].sort()).toEqual(['admin', 'operator', 'viewer']);
  });
});
