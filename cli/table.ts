/** Tables for people: aligned, and fitted to the terminal where there is one. */
import { cut, pad, printable, textWidth, wrapped } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | undefined;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
  /** Ids are never cut: a cut one is of no use to the next command. */
  readonly keep?: true;
  /** Cut to no fewer columns than these (default: 6). */
  readonly least?: number;
  /** Left out where the terminal is too narrow for all, the last one first: better than to cut what matters more. */
  readonly spare?: true;
  /** Sentences go on in further lines instead of being cut. */
  readonly wrap?: true;
}

const GAP = 2;
const NARROWEST = 6;
/** What a column that wraps can do with. */
const WRAP_ROOM = 30;

interface Drawn {
  readonly column: Pick<Column<never>, 'align' | 'keep' | 'least' | 'spare' | 'wrap'>;
  /** The heading first. */
  readonly cells: readonly string[];
  /** Columns that the widest cell takes. */
  readonly natural: number;
}

export interface Table {
  /** Heading and rows; none where there are no rows. */
  readonly lines: readonly string[];
  /** Titles of the columns that the terminal had no room for. */
  readonly leftOut: readonly string[];
}

/** `width`: columns of the terminal, undefined for a file or pipe, where nothing is cut. Spare columns give way first, then the widest. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number | undefined): Table {
  if (rows.length === 0) return { lines: [], leftOut: [] };
  const all = columns.map(({ title, value, ...column }): Drawn => {
    const cells = [title, ...rows.map((row) => printable(String(value(row) ?? '-')))];
    return { column, cells, natural: Math.max(...cells.map(textWidth)) };
  });
  const shown = width === undefined ? all : withoutSpares(all, width);
  const widths = width === undefined ? shown.map(({ natural }) => natural) : fitted(shown, width);
  return {
    lines: [undefined, ...rows].flatMap((_, line) => linesOf(shown, widths, line)),
    leftOut: all.filter((column) => !shown.includes(column)).map(({ cells: [title = ''] }) => title),
  };
}

/** The lines of one row: several where a cell wraps. */
function linesOf(shown: readonly Drawn[], widths: readonly number[], row: number): readonly string[] {
  const cells = shown.map(({ column, cells: of }, index) => {
    const [text, room] = [of[row] ?? '', widths[index] ?? 0];
    return column.wrap === true ? wrapped(text, room) : [cut(text, room)];
  });
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    shown.map(({ column }, index) => pad(cells[index]?.[line] ?? '', widths[index] ?? 0, column.align === 'right' ? 'right' : 'left')).join(' '.repeat(GAP)).trimEnd());
}

function withoutSpares(columns: readonly Drawn[], width: number): readonly Drawn[] {
  const needed = columns.reduce((sum, { column, natural }) => sum + (column.wrap === true ? Math.min(natural, WRAP_ROOM) : natural), 0) + GAP * (columns.length - 1);
  const spare = columns.findLastIndex(({ column }) => column.spare === true);
  return needed <= width || spare < 0 ? columns : withoutSpares(columns.toSpliced(spare, 1), width);
}

function fitted(columns: readonly Drawn[], width: number): readonly number[] {
  const widths = columns.map(({ natural }) => natural);
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP * (widths.length - 1) - width;
  while (excess > 0) {
    const candidates = widths.flatMap((each, index) => (columns[index]?.column.keep === true || each <= (columns[index]?.column.least ?? NARROWEST) ? [] : [{ each, index }]));
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
