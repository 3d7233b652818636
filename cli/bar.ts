/** A bar of several parts, exact to the cell. */

export interface Part {
  readonly count: number;
  /** One column wide. */
  readonly glyph: string;
}

/**
 * Cells for each part, in order: proportional by largest remainder, together `width`; a part with anything in it has at
 * least one cell, as long as there are cells enough. All zero where there is nothing to show.
 */
export function cellsOf(counts: readonly number[], width: number): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || width <= 0) return counts.map(() => 0);
  const shares = counts.map((count) => (count * width) / total);
  const present = counts.filter((count) => count > 0).length;
  const cells = shares.map((part, index) => ((counts[index] ?? 0) > 0 && present <= width ? Math.max(1, Math.floor(part)) : Math.floor(part)));
  const sum = (): number => cells.reduce((a, b) => a + b, 0);
  const byNeed = [...cells.keys()].sort((a, b) => remainder(b) - remainder(a));
  for (let turn = 0; sum() < width; turn += 1) {
    const index = byNeed[turn % byNeed.length] ?? 0;
    if ((counts[index] ?? 0) > 0) cells[index] = (cells[index] ?? 0) + 1;
  }
  while (sum() > width) {
    const widest = cells.indexOf(Math.max(...cells));
    cells[widest] = (cells[widest] ?? 0) - 1;
  }
  return cells;

  function remainder(index: number): number {
    return (shares[index] ?? 0) - (cells[index] ?? 0);
  }
}

/** The bar as runs of glyphs, one per part, so that each can be coloured. */
export function barRuns(parts: readonly Part[], width: number): readonly string[] {
  const cells = cellsOf(parts.map(({ count }) => count), width);
  return parts.map(({ glyph }, index) => glyph.repeat(cells[index] ?? 0));
}
