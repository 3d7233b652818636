import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../../core/errors.ts';
import { decodeBulkInstructions } from '../../../protocol/csv/bulk-instructions.ts';
import { displayNamePattern, tagPattern } from '../../../core/device/device-text.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { decodeDevices, deviceLine, devicesHeader } from '../../../protocol/csv/devices.ts';
import { distributionStatusHeader, distributionStatusLine, encodeDistributionStatus, type DistributionStatusRow, type StatusCode } from '../../../protocol/csv/distribution-status.ts';
import { decodeInvitations } from '../../../protocol/csv/invitations.ts';
import { portionsOf } from '../../../protocol/csv/portions.ts';
import { neutralise, restore } from '../../../protocol/csv/table.ts';

function failureOf(work: () => unknown): WavecastError {
  try {
    work();
  } catch (error) {
    if (error instanceof WavecastError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the distribution status', () => {
  const rows: readonly DistributionStatusRow[] = [
    { name: 'tokyo-01', status: 1, bundleId: 'com.example.good', version: '1.2' },
    { name: 'say "hi", you', status: 4, bundleId: 'com.example.good', version: '' },
    { name: '-north', status: 0, bundleId: 'com.example.good', version: '=1+1' },
  ];

  it('has the four columns, quotes where needed and neutralises formulas', () => {
    expect(encodeDistributionStatus(rows)).toBe('Name,Status,Package name,Version\ntokyo-01,1,com.example.good,1.2\n"say ""hi"", you",4,com.example.good,\n\'-north,0,com.example.good,\'=1+1\n');
  });

  it('is the same written line by line', () => {
    expect([distributionStatusHeader, ...rows.map(distributionStatusLine)].join('')).toBe(encodeDistributionStatus(rows));
  });

  it('reads back as written, and never starts a cell like a formula', () => {
    const row = fc.record({ name: fc.string({ unit: 'grapheme' }), status: fc.constantFrom<StatusCode>(0, 1, 2, 3, 4), bundleId: fc.string(), version: fc.string() });
    fc.assert(fc.property(fc.array(row), (given) => {
      const cells = parse(encodeDistributionStatus(given), { record_delimiter: '\n' }).slice(1);
      expect(cells.map(([name = '', status = '', bundleId = '', version = '']) => ({ name: restore(name), status: Number(status), bundleId: restore(bundleId), version: restore(version) }))).toEqual(given);
      expect(cells.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    }));
  });
});

describe('neutralising', () => {
  it('is undone exactly', () => {
    const tricky = fc.array(fc.constantFrom('\'', '=', '+', '-', '@', '\t', '\r', '＝', 'a', '1')).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(tricky, fc.string()), (text) => {
      expect(restore(neutralise(text))).toBe(text);
    }));
  });
});

describe('bulk instructions', () => {
  const title = 'Operation,OS type,Distributed application,Version,Smart device name,Comment';

  it.each([
    ['LF', '\n', ''], ['CRLF', '\r\n', ''], ['a byte order mark', '\r\n', '\uFEFF'],
  ])('are read with %s', (_, end, mark) => {
    const text = mark + [title, 'install,iOS,com.example.good,1.2,tokyo-01,"first, then"', '', 'Install,ios,"Good ""one""",1.2,tokyo-02'].join(end) + end;
    expect(decodeBulkInstructions(text)).toEqual([
      { line: 2, operation: 'install', application: 'com.example.good', version: '1.2', deviceName: 'tokyo-01', comment: 'first, then' },
      { line: 4, operation: 'install', application: 'Good "one"', version: '1.2', deviceName: 'tokyo-02', comment: '' },
    ]);
  });

  it('report every mistake by line and column, and what to do', () => {
    const text = [title, 'remove,iOS,a,1,d', 'install,Android,,1,d', '"install","iOS","a', 'b",,e', 'install,iOS,x,1,,', 'install,iOS,a,2,d,,,'].join('\n');
    expect(failureOf(() => decodeBulkInstructions(text))).toMatchObject({
      code: 'invalid-input', message: 'The file has 7 mistakes; nothing was imported.',
      evidence: [
        'Line 2, column "Operation": write "install", not "remove"',
        'Line 3, column "OS type": write "iOS", not "Android"',
        'Line 3, column "Distributed application": name the app: its package name or title',
        'Line 4, column "Version": write the version that is to be installed',
        'Line 6, column "Smart device name": name the device',
        'Line 7, column "Comment": there are 8 values for 6 columns: put values that hold commas into double quotes',
        'Line 7, column "Smart device name": "d" is instructed about this app on line 2 already: keep one of the two',
      ],
    });
  });

  it.each([
    ['no title line', 'install,iOS,a,1,d', /Line 1, column "Operation": put a title line before/],
    ['nothing in it', '', /Line 1, column "Operation": write a title line first/],
    ['a title alone', title, /Line 2, column "Operation": write at least one instruction/],
  ])('are refused with %s', (_, text, says) => {
    expect(failureOf(() => decodeBulkInstructions(text)).evidence.join('\n')).toMatch(says);
  });

  it('name the line of a quote that is never closed, and of text that is not UTF-8', () => {
    expect(failureOf(() => decodeBulkInstructions(`${title}\ninstall,iOS,"a,1,d`)).message).toMatch(/^Line 2 is not well-formed CSV/);
    expect(failureOf(() => decodeBulkInstructions(`${title}\ninstall,iOS,\uFFFD\uFFFD,1,d`))).toMatchObject({ message: 'Line 2 holds characters that are not UTF-8.', remedy: 'Save the file as "CSV UTF-8".' });
  });

  it('are refused by their lines, before they are read, where a request has too many', () => {
    expect(failureOf(() => decodeBulkInstructions(`${title}\n${'x\n'.repeat(100_000)}`, 5_000))).toMatchObject({ code: 'too-large', message: 'The file has more than 5000 lines.' });
    expect(decodeBulkInstructions(`${title}\ninstall,iOS,a,1,d\n`, 2)).toHaveLength(1);
    expect(failureOf(() => decodeBulkInstructions(`${title}\ninstall,iOS,a,1,d\n\n`, 2))).toMatchObject({ code: 'too-large' });
  });

  it('report twenty mistakes and count the rest', () => {
    const { evidence } = failureOf(() => decodeBulkInstructions([title, ...Array.from({ length: 30 }, (_, index) => `install,iOS,,1,d${index}`)].join('\n')));
    expect(evidence).toHaveLength(21);
    expect(evidence.at(-1)).toBe('and 10 more');
  });
});

describe('devices', () => {
  const display = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => text.trim() === text && displayNamePattern.test(text));
  const tag = display.filter((text) => tagPattern.test(text));
  const device = fc.record({
    name: fc.stringMatching(/^[0-9A-Za-z_.-]{1,64}$/), serialNumber: fc.stringMatching(/^[0-9A-Z-]{4,32}$/), branchId: fc.constantFrom('tokyo', 'new-york', 'b').map(parseBranchId), displayName: display,
    tags: fc.array(tag, { maxLength: 3 }), testDevice: fc.boolean(),
  }, { requiredKeys: ['name', 'branchId', 'tags', 'testDevice'] });
  const fleet = fc.uniqueArray(device, { selector: ({ name }) => name }).filter((rows) => new Set(rows.flatMap((row) => row.serialNumber ?? [])).size === rows.filter((row) => row.serialNumber !== undefined).length);

  it('come back from a file as they were written, with either line end and a byte order mark', () => {
    fc.assert(fc.property(fleet, fc.boolean(), fc.boolean(), (given, mark, crlf) => {
      const text = [devicesHeader, ...given.map(deviceLine)].join('');
      const { by, rows } = decodeDevices((mark ? '\uFEFF' : '') + (crlf ? text.replaceAll('\n', '\r\n') : text));
      expect(by).toBe('name');
      expect(rows).toEqual(given.map((each, index) => ({ displayName: '', ...each, line: index + 2 })));
    }));
  });

  it('are told apart by the title line, columns in any order; what has no column is not said', () => {
    expect(decodeDevices('tags,NAME,branch,Test\n"vip; night",tokyo-01,tokyo,Yes\n,tokyo-02,,')).toEqual({
      by: 'name', rows: [{ line: 2, name: 'tokyo-01', branchId: 'tokyo', tags: ['vip', 'night'], testDevice: true }, { line: 3, name: 'tokyo-02', tags: [] }],
    });
    expect(decodeDevices('Branch,Serial number,Display name\ntokyo,C39ABCDEF123,受付 1')).toEqual({ by: 'serial', rows: [{ line: 2, serialNumber: 'C39ABCDEF123', branchId: 'tokyo', displayName: '受付 1' }] });
  });

  it('are the same in portions of a file, their mistakes told by its lines', () => {
    fc.assert(fc.property(fleet, fc.integer({ min: 1, max: 5 }), fc.boolean(), fc.nat({ max: 3 }), (given, each, crlf, blank) => {
      const lines = [devicesHeader, ...given.flatMap((one, index) => [...(index % 2 === 0 ? Array<string>(blank).fill('\n') : []), deviceLine(one)])].join('');
      const text = crlf ? lines.replaceAll('\n', '\r\n') : lines;
      const portions = portionsOf(text, each);
      expect(portions.flatMap(({ csv, firstLine }) => decodeDevices(csv, firstLine).rows)).toEqual(decodeDevices(text).rows);
      expect(portions.every(({ rows }) => rows <= each)).toBe(true);
    }));
  });

  it.each([
    ['a name with other characters', 'Name\ntokyo 01', /Line 2, column "Name": use 1 to 64/],
    ['a name twice', 'Name\na\nb\na', /Line 4, column "Name": "a" is on line 2 already/],
    ['a serial number twice', 'Name,Serial number\na,C39ABCDEF123\nb,C39ABCDEF123', /Line 3, column "Serial number"/],
    ['a serial number without a branch', 'Serial number,Branch\nC39ABCDEF123,', /Line 2, column "Branch": write the branch id/],
    ['a test flag that is neither', 'Name,Test\na,perhaps', /Line 2, column "Test": write yes or no/],
    ['too many tags', `Name,Tags\na,${Array.from({ length: 21 }, (__, n) => `t${n}`).join(';')}`, /Line 2, column "Tags": separate tags by semicolons, at most 20/],
    ['a serial number of the wrong form', 'Serial number,Branch\nc39,tokyo', /Line 2, column "Serial number": write the serial number as the device shows it/],
    ['a tag that is too long', `Name,Tags\na,ok;${'x'.repeat(41)}`, /Line 2, column "Tags": separate tags by semicolons/],
    ['an unknown column', 'Name,Colour\na,red', /Line 1, column "Colour": there is no such column/],
    ['a column twice', 'Name,Name\na,b', /Line 1, column "Name": the column is there twice/],
    ['neither name nor serial number', 'Branch\ntokyo', /Line 1, column "Name": the title line must have/],
    ['more values than columns', 'Name,Tags\na,x,y', /Line 2, column "Tags": there are 3 values for 2 columns/],
    ['nothing in it', '', /the title line must have/],
  ])('are refused with %s', (_, text, says) => {
    const failure = failureOf(() => decodeDevices(text));
    expect(failure.code).toBe('invalid-input');
    expect(failure.evidence.join('\n')).toMatch(says);
  });
});

describe('invitations', () => {
  it('are read one per row, for one named device or for many of a branch', () => {
    expect(decodeInvitations('Name,Branch,Serial number,Display name,Tags,Test,Uses,Days\ntill-1,tokyo,C39ABCDEF123,受付,a;b,yes,,30\n,osaka,,,,,40,')).toEqual([
      { line: 2, name: 'till-1', branchId: 'tokyo', serialNumber: 'C39ABCDEF123', displayName: '受付', tags: ['a', 'b'], testDevice: true, days: 30 }, { line: 3, branchId: 'osaka', displayName: '', tags: [], uses: 40 },
    ]);
  });

  it.each([
    ['no branch', 'Name\na', /Line 1, column "Branch": the title line must have/],
    ['an empty branch', 'Name,Branch\na,', /Line 2, column "Branch"/],
    ['a name for several', 'Name,Branch,Uses\na,b,2', /Line 2, column "Uses": a name is for one device/],
    ['a serial number without a name', 'Branch,Serial number\nb,C39ABCDEF123', /Line 2, column "Name": give the device/],
    ['a name twice', 'Name,Branch\na,b\na,c', /Line 3, column "Name": "a" is on line 2 already/],
    ['uses that are none', 'Branch,Uses\nb,0', /Line 2, column "Uses"/], ['more uses than there can be', 'Branch,Uses\nb,10001', /Line 2, column "Uses"/],
    ['too many days', 'Branch,Days\nb,366', /Line 2, column "Days"/], ['a column of another file', 'Branch,Link\nb,x', /Line 1, column "Link": there is no such column/],
  ])('are refused with %s', (_, text, says) => {
    expect(failureOf(() => decodeInvitations(text)).evidence.join('\n')).toMatch(says);
  });
});
