/** Tables for people: aligned, and cut to the terminal where there is one. */
import { cut, pad, printable, textWidth } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | undefined;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
  /** Ids are never cut: a cut one is of no use to the next command. */
  readonly keep?: true;
}

const GAP = 2;
const NARROWEST = 6;

/**
 * Heading and rows, or no lines where there are no rows. `width`: columns of the terminal, undefined for a file or
 * pipe, where nothing is cut. The widest columns give way first.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number | undefined): readonly string[] {
  if (rows.length === 0) return [];
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => printable(String(value(row) ?? '-'))))];
  const natural = columns.map((_, index) => Math.max(...cells.map((line) => textWidth(line[index] ?? ''))));
  const widths = width === undefined ? natural : fitted(columns, natural, width);
  return cells.map((line) => line.map((cell, index) => {
    const room = widths[index] ?? 0;
    return pad(cut(cell, room), room, columns[index]?.align === 'right' ? 'right' : 'left');
  }).join(' '.repeat(GAP)).trimEnd());
}

function fitted(columns: readonly Pick<Column<never>, 'keep'>[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP * (widths.length - 1) - width;
  while (excess > 0) {
    const candidates = widths.flatMap((each, index) => (columns[index]?.keep === true || each <= NARROWEST ? [] : [{ each, index }]));
    const [widest] = candidates.sort((a, b) => b.each - a.each);
    if (widest === undefined) break;
    widths[widest.index] = widest.each - 1;
    excess -= 1;
  }
  return widths;
}

/** `Name  value` lines of one thing; absent values are left out. */
export function renderFacts(facts: readonly (readonly [name: string, value: string | number | boolean | undefined])[]): readonly string[] {
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)] as const]));
  const room = Math.max(0, ...known.map(([name]) => textWidth(name)));
  return known.map(([name, value]) => `${pad(name, room)}  ${printable(value)}`);
}
