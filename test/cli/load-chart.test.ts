import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadChart, type Curve } from '../../cli/load-chart.ts';
import { textWidth } from '../../cli/text.ts';

const plain = { width: 60, within: (text: string) => text, over: (text: string) => text };
const curve = (shares: readonly number[], change: Partial<Curve> = {}): Curve => ({ shares, from: Date.parse('2026-11-26T08:00:00Z'), stepMinutes: 10, timeZone: 'Europe/Berlin', budget: 0.3, ...change });

describe('the curve of a load', () => {
  it('rises to its share, has its budget as a line and local times below', () => {
    expect(loadChart(curve([0, 0.1, 0.3, 0.6, 0.2, 0.01, 0]), plain)).toEqual([
      ' 60 % │   █',
      '      │   █',
      '      │   █',
      ' 30 % ┼··██···',
      '      │  ███',
      '  0 % │ ████▁',
      '      26 Nov 09:00',
    ]);
  });

  it('keeps the peak of what a column puts together', () => {
    const lines = loadChart(curve([...new Array<number>(500).fill(0), 1, ...new Array<number>(500).fill(0)]), plain);
    expect(lines.filter((line) => line.includes('█')).length).toBe(6);
  });

  it('marks what is over the budget, and that alone', () => {
    const marked = loadChart(curve([0.2, 0.31]), { ...plain, over: (text) => `<${text}>` }).join('');
    expect(marked.match(/<[^>]*>/g)?.length).toBeGreaterThan(3);
    expect(loadChart(curve([0.2, 0.3]), { ...plain, over: (text) => `<${text}>` }).join('')).not.toContain('<');
  });

  it('says the day where another begins', () => {
    expect(loadChart(curve(new Array<number>(40).fill(0.1), { stepMinutes: 60 }), plain).at(-1)).toBe('      26 Nov 09:00  23:00         27 Nov 13:00');
  });

  it('has no lines where there is no load', () => {
    expect(loadChart(curve([]), plain)).toEqual([]);
  });

  it('has no time that its room would cut', () => {
    const lines = loadChart(curve(new Array<number>(71).fill(0.1)), { ...plain, width: 80 });
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  });

  it('is never wider than it may be, and shows every load there is', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 600 }), fc.integer({ min: 40, max: 200 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (shares, width, budget) => {
      const lines = loadChart(curve(shares, { budget }), { ...plain, width });
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
      if (shares.some((share) => share > 0)) expect(lines.slice(0, -1).join('')).toMatch(/[▁▂▃▄▅▆▇█]/);
    }));
  });
});
