import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderFacts, renderTable, type Column } from '../../cli/table.ts';
import { cut, hanging, printable, textWidth, wrapped } from '../../cli/text.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

const columns: readonly Column<Row>[] = [
  { title: 'ID', value: ({ id }) => id, keep: true },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'DEVICES', value: ({ count }) => count, align: 'right' },
];

describe('a table', () => {
  it('stands in columns, numbers at the right', () => {
    expect(renderTable(columns, [{ id: 'a1', name: 'Berlin Mitte', count: 8 }, { id: 'b2', name: 'Tokyo', count: 1200 }], undefined).lines).toEqual([
      'ID  NAME          DEVICES',
      'a1  Berlin Mitte        8',
      'b2  Tokyo            1200',
    ]);
  });

  it('cuts the widest text where the terminal is narrow, and never an id', () => {
    const { lines } = renderTable(columns, [{ id: 'f47ac10b-58cc-4372', name: 'A branch with quite a long name', count: 3 }], 44);
    expect(lines[1]).toBe('f47ac10b-58cc-4372  A branch with…         3');
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(44);
  });

  it('leaves out spare columns before it cuts others, the last one first, and says which', () => {
    const spacious: readonly Column<Row>[] = [...columns, { title: 'SITE', value: () => 'Berlin', spare: true }, { title: 'FLOOR', value: () => 'ground', spare: true }];
    const drawn = (width: number | undefined) => {
      const { lines, leftOut } = renderTable(spacious, [{ id: 'a1', name: 'Berlin Mitte', count: 8 }], width);
      return [lines[0], leftOut];
    };
    expect([undefined, 41, 40, 33, 32].map(drawn)).toEqual([
      ['ID  NAME          DEVICES  SITE    FLOOR', []], ['ID  NAME          DEVICES  SITE    FLOOR', []],
      ['ID  NAME          DEVICES  SITE', ['FLOOR']], ['ID  NAME          DEVICES  SITE', ['FLOOR']],
      ['ID  NAME          DEVICES', ['SITE', 'FLOOR']],
    ]);
  });

  it('goes on in further lines where a sentence does not fit', () => {
    const { lines } = renderTable([columns[0] ?? { title: '', value: () => '' }, { title: 'WHY', value: ({ name }) => name, wrap: true }], [{ id: 'a1', name: 'The device answered with an error', count: 0 }, { id: 'b2', name: '', count: 0 }], 20);
    expect(lines).toEqual(['ID  WHY', 'a1  The device', '    answered with an', '    error', 'b2']);
  });

  it('counts wide characters as two columns', () => {
    const { lines } = renderTable(columns, [{ id: '1', name: '東京支店', count: 1 }, { id: '2', name: 'Berlin', count: 2 }], undefined);
    expect(lines).toEqual(['ID  NAME      DEVICES', '1   東京支店        1', '2   Berlin          2']);
  });

  it('has no lines where it has no rows', () => {
    expect(renderTable(columns, [], 80)).toEqual({ lines: [], leftOut: [] });
  });

  it('does not let a device\'s name steer the terminal', () => {
    expect(renderTable(columns, [{ id: '1', name: 'x\u001b]0;owned\u0007\u202ey', count: 1 }], undefined).lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('facts', () => {
  it('leave out what is not known and say yes and no', () => {
    expect(renderFacts([['Name', 'Berlin'], ['Serial', undefined], ['Test device', true], ['Link (Mbit/s)', 100]])).toEqual([
      'Name           Berlin',
      'Test device    yes',
      'Link (Mbit/s)  100',
    ]);
  });
});

describe('wrapped text', () => {
  it('has every word, in lines no wider than there is room', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).map((word) => printable(word).replaceAll(' ', '_')), { minLength: 1 });
    fc.assert(fc.property(words, fc.integer({ min: 20, max: 40 }), (given, room) => {
      const lines = wrapped(given.join(' '), room);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(room);
      expect(lines.join(' ')).toBe(given.join(' '));
    }));
  });

  it('cuts a word that is wider than that, or leaves it whole on a line of its own', () => {
    const text = 'run wavecast-app-verify-31dfa5e7 now';
    expect(wrapped(text, 12)).toEqual(['run', 'wavecast-ap…', 'now']);
    expect(wrapped(text, 12, 'whole')).toEqual(['run', 'wavecast-app-verify-31dfa5e7', 'now']);
  });

  it('hangs below the words of its first line', () => {
    expect(hanging('  no  ', 'Version: 2.1.0, expected 2.2', 24)).toEqual(['  no  Version: 2.1.0,', '      expected 2.2']);
    expect(hanging('\u001b[31merror:\u001b[39m ', 'one two', 11)).toEqual(['\u001b[31merror:\u001b[39m one', '       two']);
    expect(hanging('- ', 'A pipe takes it as it is, however long.', undefined)).toEqual(['- A pipe takes it as it is, however long.']);
  });
});

describe('cutting text', () => {
  it('keeps what fits, and otherwise never exceeds the room', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 }), (text, room) => {
      const clean = printable(text);
      const kept = cut(clean, room);
      expect(textWidth(kept)).toBeLessThanOrEqual(room);
      if (textWidth(clean) <= room) expect(kept).toBe(clean);
    }));
  });
});
