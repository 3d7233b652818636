import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderFacts, renderTable, type Column } from '../../cli/table.ts';
import { cut, printable, textWidth } from '../../cli/text.ts';

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
    expect(renderTable(columns, [{ id: 'a1', name: 'Berlin Mitte', count: 8 }, { id: 'b2', name: 'Tokyo', count: 1200 }], undefined)).toEqual([
      'ID  NAME          DEVICES',
      'a1  Berlin Mitte        8',
      'b2  Tokyo            1200',
    ]);
  });

  it('cuts the widest text where the terminal is narrow, and never an id', () => {
    const lines = renderTable(columns, [{ id: 'f47ac10b-58cc-4372', name: 'A branch with quite a long name', count: 3 }], 44);
    expect(lines[1]).toBe('f47ac10b-58cc-4372  A branch with…         3');
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(44);
  });

  it('counts wide characters as two columns', () => {
    const lines = renderTable(columns, [{ id: '1', name: '東京支店', count: 1 }, { id: '2', name: 'Berlin', count: 2 }], undefined);
    expect(lines).toEqual(['ID  NAME      DEVICES', '1   東京支店        1', '2   Berlin          2']);
  });

  it('has no lines where it has no rows', () => {
    expect(renderTable(columns, [], 80)).toEqual([]);
  });

  it('does not let a device\'s name steer the terminal', () => {
    expect(renderTable(columns, [{ id: '1', name: 'x\u001b]0;owned\u0007\u202ey', count: 1 }], undefined).join('')).not.toMatch(/[\p{Cc}\u202e]/u);
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
