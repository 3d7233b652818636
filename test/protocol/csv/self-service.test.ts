import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importModes } from '../../../core/catalog/self-service.ts';
import { WavecastError } from '../../../core/errors.ts';
import { decodePermissions, MOST_TARGETS, permissionLine, permissionsHeader } from '../../../protocol/csv/self-service.ts';
import { many } from '../../support/samples/unique.ts';

const title = 'OS Type,Application Name,Version,Type of the target allowed to be distributed (always 0),Name of the target...';

function mistakesOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'invalid-input') return error.evidence;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a file of permissions', () => {
  it('has one device or many on a line, with a byte order mark and CRLF or without', () => {
    expect(decodePermissions(`\uFEFF${title}\r\niOS,com.example.field,1.0,0,till-1\r\n\r\nios,"Field, big",2.0,0,till-1,till-2,,\r\n`, 'all')).toEqual([
      { line: 2, application: 'com.example.field', version: '1.0', deviceNames: ['till-1'] },
      { line: 4, application: 'Field, big', version: '2.0', deviceNames: ['till-1', 'till-2'] },
    ]);
  });

  it('of nothing but the title has no permissions', () => {
    expect(decodePermissions(`${title}\n`, 'all')).toEqual([]);
  });

  it.each([
    ['no title line', 'iOS,com.example.field,1.0,0,till-1\n', ['Line 1, column "OS Type"']],
    ['nothing in it', '\n', ['Line 1, column "OS Type"']],
    ['another system', `${title}\nAndroid,a,1,0,d\n`, ['Line 2, column "OS Type"']],
    ['no app', `${title}\niOS,,1,0,d\n`, ['Line 2, column "Application Name"']],
    ['no version', `${title}\niOS,a,,0,d\n`, ['Line 2, column "Version"']],
    ['another kind of target', `${title}\niOS,a,1,1,d\niOS,a,1,,d\n`, ['Line 2, column "Type of the target"', 'Line 3, column "Type of the target"']],
    ['no device', `${title}\niOS,a,1,0\niOS,a,1,0,,\n`, ['Line 2, column "Name of the target"', 'Line 3, column "Name of the target"']],
    ['what cannot be a name', `${title}\niOS,a,1,0,till 1,ok,=x\n`, ['Line 2, column "Name of the target": "till 1"', 'Line 2, column "Name of the target": "=x"']],
    ['more devices on a line than are read together', `${title}\niOS,a,1,0,${many(MOST_TARGETS + 1, (n) => `d${n}`).join(',')}\n`, ['Line 2, column "Name of the target"']],
  ])('with %s is refused by line and column', (_, text, expected) => {
    const mistakes = mistakesOf(() => decodePermissions(text, 'all'));
    expect(mistakes.map((mistake, index) => mistake.slice(0, expected[index]?.length))).toEqual(expected);
  });

  it('may name an app without devices where that takes its list away, and nowhere else', () => {
    expect(decodePermissions(`${title}\niOS,com.example.field\n`, 'app')).toEqual([{ line: 2, application: 'com.example.field', version: '', deviceNames: [] }]);
    for (const mode of ['all', 'device'] as const) expect(mistakesOf(() => decodePermissions(`${title}\niOS,com.example.field,1.0,0\n`, mode))).toHaveLength(1);
  });

  it('is told of by the lines of the whole file where it is a part of one', () => {
    expect(mistakesOf(() => decodePermissions(`${title}\niOS,a,1,0,\n`, 'all', 252))[0]).toContain('Line 252,');
  });

  it('reads back as it was written, and no cell of it starts like a formula', () => {
    const name = fc.stringMatching(/^[0-9A-Za-z_.-]{1,12}$/);
    const row = fc.record({ bundleId: fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z.-]{0,20}$/), shortVersion: fc.stringMatching(/^[!-~äß=+@-]{1,12}$/).filter((text) => text.trim() === text && text !== ''), deviceNames: fc.array(name, { minLength: 1, maxLength: 5 }) });
    fc.assert(fc.property(fc.array(row), fc.constantFrom(...importModes), (rows, mode) => {
      const text = permissionsHeader + rows.map(permissionLine).join('');
      expect(decodePermissions(text, mode).map(({ application, version, deviceNames }) => ({ bundleId: application, shortVersion: version, deviceNames }))).toEqual(rows);
      const cells = parse(text, { record_delimiter: '\n', relax_column_count: true }).flat();
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    }));
  });
});
