/** A curve of shares over time, drawn with block characters: rows of eight steps each, the budget as a line. */
import { DateTime } from 'luxon';
import { percent } from './text.ts';

export interface Curve {
  /** Shares, 0 to 1; each of `stepMinutes`. */
  readonly shares: readonly number[];
  readonly from: number;
  readonly stepMinutes: number;
  readonly timeZone: string;
  /** Share up to which all is well. */
  readonly budget: number;
}

export interface ChartStyle {
  /** Columns that the chart may take, the scale at its left included. */
  readonly width: number;
  readonly within: (text: string) => string;
  readonly over: (text: string) => string;
}

const ROWS = 6;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** `100 % ` and the axis. */
const SCALE = 7;
/** Columns between the times below. */
const TICK = 14;
const MINUTE = 60_000;

/** Lines: the rows from the top, then the times below. No lines where there is nothing to draw. */
export function loadChart(curve: Curve, style: ChartStyle): readonly string[] {
  const columns = columnsOf(curve, Math.max(TICK, style.width - SCALE));
  if (columns.length === 0) return [];
  const top = topOf(Math.max(curve.budget, ...columns.map(({ share }) => share)));
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const [low, high] = [(top * (ROWS - row - 1)) / ROWS, (top * (ROWS - row)) / ROWS];
    const isBudget = low < curve.budget && curve.budget <= high;
    const scale = row === 0 ? percent(top) : isBudget ? percent(curve.budget) : row === ROWS - 1 ? percent(0) : '';
    const cells = columns.map(({ share }) => {
      const filled = EIGHTHS[Math.round(Math.min(1, Math.max(0, (share - low) / (high - low))) * 8)] ?? ' ';
      // A little is not nothing.
      const glyph = row === ROWS - 1 && share > 0 && filled === ' ' ? EIGHTHS[1] : filled;
      if (glyph === ' ') return isBudget ? '·' : ' ';
      return share > curve.budget ? style.over(glyph) : style.within(glyph);
    });
    return `${scale.padStart(SCALE - 2)} ${isBudget ? '┼' : '│'}${cells.join('')}`.trimEnd();
  });
  return [...rows, `${' '.repeat(SCALE - 1)}${timesBelow(columns, curve, style.width - SCALE + 1)}`];
}

interface Column {
  readonly share: number;
  readonly from: number;
}

/** At most `width` columns; the peak of each counts, so that none is lost. */
function columnsOf({ shares, from, stepMinutes }: Curve, width: number): readonly Column[] {
  const perColumn = Math.max(1, Math.ceil(shares.length / width));
  return Array.from({ length: Math.ceil(shares.length / perColumn) }, (_, index) => ({
    share: Math.max(...shares.slice(index * perColumn, (index + 1) * perColumn)), from: from + index * perColumn * stepMinutes * MINUTE,
  }));
}

/** The next of the round shares. */
function topOf(share: number): number {
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].find((top) => share <= top) ?? 1;
}

/** The date where a day begins, else the time of day. */
function timesBelow(columns: readonly Column[], { timeZone }: Pick<Curve, 'timeZone'>, width: number): string {
  let line = '';
  let day = '';
  for (const [index, { from }] of columns.entries()) {
    if (index < line.length || index % TICK !== 0) continue;
    const local = DateTime.fromMillis(from, { zone: timeZone, locale: 'en' });
    const date = local.toFormat('d LLL');
    const text = date === day ? local.toFormat('HH:mm') : `${date} ${local.toFormat('HH:mm')}`;
    if (index + text.length > width) continue;
    day = date;
    line = `${line.padEnd(index)}${text} `;
  }
  return line.trimEnd();
}
