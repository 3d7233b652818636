/** A CSV file in portions that one request takes, each with the title line; lines are kept, so that mistakes are told by those of the file. */

export interface Portion {
  readonly csv: string;
  /** The line of the whole file on which its first row stands, from 1. */
  readonly firstLine: number;
  readonly rows: number;
}

/** A file without rows is one portion as it is: the API says what is missing. */
export function portionsOf(text: string, rowsEach: number): readonly Portion[] {
  const lines = text.split('\n');
  const [title, ...rows] = recordStarts(lines);
  const [first] = rows;
  if (title === undefined || first === undefined) return [{ csv: text, firstLine: 2, rows: 0 }];
  const heading = `${lines.slice(title, first).join('\n').trimEnd()}\n`;
  return Array.from({ length: Math.ceil(rows.length / rowsEach) }, (_, index) => {
    const from = rows[index * rowsEach] ?? first;
    const to = rows[(index + 1) * rowsEach];
    return { csv: heading + lines.slice(from, to).join('\n'), firstLine: from + 1, rows: Math.min(rowsEach, rows.length - index * rowsEach) };
  });
}

/** Indexes of the lines on which a record begins: not blank, and not within quotes. */
function recordStarts(lines: readonly string[]): readonly number[] {
  let quoted = false;
  return lines.flatMap((line, index) => {
    const starts = !quoted && line.trim() !== '';
    // A doubled quote inside quotes closes and opens: it changes nothing.
    if (((line.match(/"/g)?.length ?? 0) % 2) === 1) quoted = !quoted;
    return starts ? [index] : [];
  });
}
