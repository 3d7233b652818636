import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import { cellsOf } from '../../cli/bar.ts';
import type { BranchView, PlanView } from '../../cli/plan-view.ts';
import { renderPlan } from '../../cli/render-plan.ts';
import { textWidth } from '../../cli/text.ts';

const now = Date.parse('2026-11-23T00:06:00Z');
const minute = 60_000;

function branch(of: Partial<BranchView> = {}): BranchView {
  return { branchId: 'berlin', timeZone: 'Europe/Berlin', devices: 80, totals: {}, waves: 0, status: 'waiting', nextAt: undefined, words: undefined, inventory: undefined, ...of };
}

function plan(of: Partial<PlanView> = {}): PlanView {
  return { id: 'p', name: 'Autumn', operation: 'install', bundleId: 'com.example.fieldwork', shortVersion: '2.1.0', version: '42', state: 'running', pausedBecause: undefined, now, branches: [branch()], ...of };
}

const render = (view: PlanView, width = 100): readonly string[] => renderPlan(view, { width, colour: false, now });

describe('a plan under way, drawn', () => {
  it('speaks of a removal as one', () => {
    const lines = render(plan({ operation: 'remove', name: 'Away with it', branches: [branch({ totals: { removed: 40, skipped: 2 }, status: 'running', waves: 1, nextAt: now + 4 * minute })] }));
    expect(lines[0]).toBe('Away with it: remove com.example.fieldwork  running');
    expect(lines.at(-1)).toBe('  █ 40 removed  - 2 left out  · 38 to come');
    expect(lines.join('\n')).not.toContain('installed');
  });

  it('shows what became of each branch\'s devices and when the next wave goes', () => {
    const lines = render(plan({
      branches: [
        branch({ totals: { installed: 40, acknowledged: 10, rejected: 4, skipped: 2 }, waves: 2, status: 'running', nextAt: now + 4 * minute }),
        branch({ branchId: 'tokyo', timeZone: 'Asia/Tokyo', devices: 60, status: 'waiting', nextAt: now + 7 * 60 * minute }),
      ],
    }));
    expect(lines).toEqual([
      'Autumn: com.example.fieldwork 2.1.0 (42)  running',
      '  berlin  ████████████████████▒▒▒▒▒××-············  40/80  2 waves, next 01:10 (in 4 min)',
      '  tokyo   ········································   0/60  first wave 16:06 (in 7 h)',
      '  █ 40 installed  ▒ 10 under way  × 4 failed  - 2 left out  · 84 to come',
    ]);
  });

  it.each<[string, Partial<PlanView>, Partial<BranchView>, string]>([
    ['not started', { state: 'draft' }, { status: undefined }, 'not started'],
    ['its runs being made', { state: 'starting' }, { status: undefined }, 'starting'],
    ['a first wave on another day', {}, { nextAt: now + 30 * 60 * minute }, 'first wave Tue 07:06 (in 30 h)'],
    ['a first wave in another month', {}, { nextAt: now + 20 * 24 * 60 * minute }, 'first wave 13 Dec 01:06 (in 20 days)'],
    ['a wave that is due', {}, { waves: 1, status: 'running', nextAt: now - minute }, '1 wave, next 01:05 (now)'],
    ['paused', { state: 'paused' }, { waves: 3, status: 'paused' }, '3 waves, paused'],
    ['paused by itself, while the plan goes on', {}, { waves: 3, status: 'running', hold: 'paused' }, '3 waves, paused'],
    ['ended for a later plan', {}, { waves: 3, status: 'cancelled', hold: 'superseded' }, '3 waves, superseded'],
    ['cancelled before its first wave', { state: 'cancelled' }, { status: 'cancelled' }, 'cancelled'],
    ['waiting for its inventory', { state: 'collecting' }, { waves: 2, status: 'finished', inventory: { status: 'waiting', nextAt: now + 3 * 60 * minute } }, '2 waves, inventory 04:06 (in 3 h)'],
    ['collecting inventory', { state: 'collecting' }, { waves: 2, status: 'finished', inventory: { status: 'running', nextAt: now } }, '2 waves, collecting inventory'],
    ['finished', { state: 'finished' }, { waves: 2, status: 'finished', inventory: { status: 'finished', nextAt: undefined } }, '2 waves, inventory collected'],
  ])('says of a branch that is %s what comes next', (_, view, of, words) => {
    const line = render(plan({ ...view, branches: [branch(of)] })).find((each) => each.startsWith('  berlin'));
    expect(line?.endsWith(`  ${words}`)).toBe(true);
  });

  it('says why a plan is paused', () => {
    expect(render(plan({ state: 'paused', pausedBecause: '12 % failed, the rule allows 10 %.' }))[1]).toBe('  12 % failed, the rule allows 10 %.');
  });

  it('expects nobody else where the waves are over: who moved away is not to come', () => {
    const lines = render(plan({ branches: [branch({ status: 'finished', waves: 2, totals: { installed: 70 } })] }));
    expect(lines.at(-1)).toBe('  █ 70 installed');
    expect(lines[1]).toContain('70/70');
  });

  it('passes no control characters on, and colours only when told to', () => {
    const lines = render(plan({ name: 'evil\u001b[2J\nname' }));
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    const coloured = renderPlan(plan({ branches: [branch({ totals: { installed: 8, failed: 2 } })] }), { width: 100, colour: true, now });
    expect(coloured.join('')).toContain('\u001b[32m');
    expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(render(plan({ branches: [branch({ totals: { installed: 8, failed: 2 } })] })));
  });

  it('is no higher than the terminal: branches that do not fit are counted', () => {
    const branches = Array.from({ length: 30 }, (_, index) => branch({ branchId: `branch-${index}` }));
    const lines = renderPlan(plan({ branches, state: 'paused', pausedBecause: 'by hand' }), { width: 60, colour: false, now, height: 12 });
    expect(lines.length).toBeLessThan(12);
    expect(lines).toContain('  ... and 24 more branches');
  });

  it('is never wider than the terminal', () => {
    const count = fc.nat({ max: 100_000 });
    const views = fc.record({
      branchId: fc.string({ minLength: 1, maxLength: 40 }), timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Tokyo', 'UTC'), devices: count,
      totals: fc.record({ installed: count, failed: count, acknowledged: count, skipped: count }, { requiredKeys: [] }), waves: fc.nat({ max: 400 }),
      status: fc.constantFrom('waiting' as const, 'running' as const, 'finished' as const, 'paused' as const, undefined), nextAt: fc.option(fc.integer({ min: now - minute, max: now + 90 * 24 * 60 * minute }), { nil: undefined }),
      words: fc.constant(undefined), inventory: fc.constant(undefined),
    });
    fc.assert(fc.property(fc.array(views, { maxLength: 5 }), fc.string(), fc.integer({ min: 50, max: 200 }), (branches, name, width) => {
      for (const line of render(plan({ branches, name }), width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }));
  });
});

describe('a bar', () => {
  it('is as long as it is told to be, proportional to a cell, and hides nothing', () => {
    fc.assert(fc.property(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 6, max: 80 }), (counts, width) => {
      const cells = cellsOf(counts, width);
      const total = counts.reduce((a, b) => a + b, 0);
      expect(cells.reduce((a, b) => a + b, 0)).toBe(total === 0 ? 0 : width);
      counts.forEach((count, index) => {
        const cell = cells[index] ?? 0;
        expect(cell > 0).toBe(count > 0);
        // The one cell that each part is sure of may be taken from the others.
        expect(Math.abs(cell - (total === 0 ? 0 : (count * width) / total))).toBeLessThan(counts.length);
      });
    }));
  });

  it.each([
    [[1, 1], 10, [5, 5]],
    [[1, 0, 99], 10, [1, 0, 9]],
    [[0, 0], 10, [0, 0]],
    [[1, 2], 1, [0, 1]],
  ])('shares %j over %i cells as %j', (counts, width, cells) => {
    expect(cellsOf(counts, width)).toEqual(cells);
  });
});
