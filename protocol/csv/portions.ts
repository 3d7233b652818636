/** A long file in portions, each with the title line: what goes to the server in several requests. */
import { readTable } from './table.ts';

export interface Portion {
  readonly csv: string;
  /** The line of the whole file on which its first row stands. */
  readonly firstLine: number;
  readonly rows: number;
}

/** Lines are kept as they are, so that mistakes can be told by the lines of the whole file. Throws as `readTable`. */
export function portionsOf(text: string, rowsEach: number): readonly Portion[] {
  const [title, ...rows] = readTable(text);
  const lines = text.split('\n');
  const firstRowLine = rows[0]?.line ?? lines.length + 1;
  const heading = title === undefined ? '' : `${lines.slice(title.line - 1, firstRowLine - 1).join('\n').trimEnd()}\n`;
  if (rows.length === 0) return [{ csv: text, firstLine: 2, rows: 0 }];
  return Array.from({ length: Math.ceil(rows.length / rowsEach) }, (_, index) => {
    const [first, next] = [rows[index * rowsEach], rows[(index + 1) * rowsEach]];
    const firstLine = first?.line ?? firstRowLine;
    return { csv: heading + lines.slice(firstLine - 1, next === undefined ? undefined : next.line - 1).join('\n'), firstLine, rows: Math.min(rowsEach, rows.length - index * rowsEach) };
  });
}
