import { describe, expect, it, vi } from 'vitest';
import { decodeCheckIn } from '../../protocol/check-in.ts';
import { commandIdIn, decodeReport } from '../../protocol/connect.ts';
import { decodePlist } from '../../protocol/plist.ts';
import { harmlessBody, hostileBodies, MARKER } from '../fixtures/hostile-bodies.ts';
import { cpuTime } from '../support/cpu-time.ts';

const UDID = '00008030-0000000000000001';

describe.each([['a report', decodeReport], ['a check-in message', decodeCheckIn]] as const)('as %s', (_, decode) => {
  it.each(hostileBodies(UDID))('$name is refused, soon, and nothing of it is said', ({ body }) => {
    const said = ['log', 'info', 'warn', 'error'].map((name) => vi.spyOn(console, name as 'log').mockImplementation(() => undefined));
    const start = cpuTime();
    try {
      expect(() => decode(decodePlist(body))).toThrow(expect.objectContaining({ code: 'invalid-input', message: expect.not.stringContaining(MARKER) as string }));
      expect(said.flatMap(({ mock }) => mock.calls)).toEqual([]);
    } finally {
      for (const spy of said) spy.mockRestore();
    }
    expect(cpuTime() - start).toBeLessThan(1_000);
  });

  it('one without fault is taken, so that the others are refused for theirs', () => {
    expect(decode(decodePlist(harmlessBody(UDID)))).toMatchObject({ enrolmentId: UDID });
  });

  it('a key that is called like something of the language is a key like any other', () => {
    const decoded = decode(decodePlist(harmlessBody(UDID, '<key>constructor</key><dict><key>prototype</key><string>x</string></dict><key>hasOwnProperty</key><true/>')));
    expect(decoded).toMatchObject({ enrolmentId: UDID });
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('prototype');
  });
});

describe('what is odd in a report, and not wrong', () => {
  const report = (more: string) => decodeReport(decodePlist(harmlessBody(UDID, `<key>CommandUUID</key><string>c</string>${more}`)));
  const long = 'x'.repeat(10_240);

  it.each<[string, string, unknown]>([
    ['an app\'s version of 10 KB is no version', `<key>InstalledApplicationList</key><array><dict><key>Identifier</key><string>a.b</string><key>Version</key><string>${long}</string></dict></array>`, { installed: new Map([['a.b', {}]]) }],
    ['an app without a name is passed over', '<key>InstalledApplicationList</key><array><dict><key>Version</key><string>1</string></dict><string>x</string></array>', { installed: new Map() }],
    ['an app with a status that is no text is passed over', '<key>ManagedApplicationList</key><dict><key>a.b</key><dict><key>Status</key><integer>1</integer></dict></dict>', { managed: new Map() }],
    ['an app that is called like something of the language is an app', '<key>ManagedApplicationList</key><dict><key>constructor</key><dict><key>Status</key><string>Managed</string></dict></dict>', { managed: new Map([['constructor', { status: 'Managed' }]]) }],
    ['a serial number with a formula in it is none', '<key>QueryResponses</key><dict><key>SerialNumber</key><string>=cmd|calc</string><key>OSVersion</key><string>26.1</string></dict>', { device: { osVersion: '26.1' } }],
    ['a serial number with a line end in it is none', '<key>QueryResponses</key><dict><key>SerialNumber</key><string>A\nB</string></dict>', { device: {} }],
    ['an error of 10 KB is an error of an unknown domain', `<key>ErrorChain</key><array><dict><key>ErrorDomain</key><string>${long}</string><key>ErrorCode</key><integer>7</integer></dict><string>x</string></array>`, { errorCodes: ['unknown 7'] }],
    ['a thousand errors are the first twenty', `<key>ErrorChain</key><array>${'<dict><key>ErrorDomain</key><string>D</string><key>ErrorCode</key><integer>1</integer></dict>'.repeat(1_000)}</array>`, { errorCodes: Array.from({ length: 20 }, () => 'D 1') }],
  ])('%s', (_, more, expected) => {
    expect(report(more)).toMatchObject(expected as object);
  });

  it.each(['=cmd|calc', 'A\nB', 'A#B', 'x'.repeat(41), '../A', 'A\'B'])('a serial number %j is refused where it would name a device', (serial) => {
    const body = harmlessBody(UDID, `<key>SerialNumber</key><string>${serial}</string>`).toString('utf8').replace('TokenUpdate', 'Authenticate');
    expect(() => decodeCheckIn(decodePlist(Buffer.from(body)))).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('the command of a report that cannot be decoded', () => {
  it.each<[string, Uint8Array, string | undefined]>([
    ['is found at its beginning', Buffer.from('<plist><dict><key>CommandUUID</key>\n\t<string>2f6c-1</string><key>'), '2f6c-1'],
    ['is found at its end, behind megabytes', Buffer.from(`<plist><dict>${'x'.repeat(1_000_000)}<key>CommandUUID</key><string>2f6c-1</string>`), '2f6c-1'],
    ['is found in one that is whole and says the wrong things', harmlessBody(UDID, '<key>CommandUUID</key><string>2f6c-1</string>'), '2f6c-1'],
    ['is none where there is none', Buffer.from(`<plist>${MARKER}`), undefined],
    ['is none where it is no id', Buffer.from('<key>CommandUUID</key><string>a b</string>'), undefined],
    ['is none in nothing', Buffer.alloc(0), undefined],
  ])('%s', (_, body, id) => {
    expect(commandIdIn(body)).toBe(id);
  });
});
