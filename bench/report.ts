/** What a benchmark reports: facts and rows, printed as one JSON object or as a table for people. */
import { availableParallelism } from 'node:os';
import { renderFacts, renderTable } from '../cli/table.ts';
import type { Benchmark, RunOptions } from './benchmarks.ts';

/** Numbers by name stand in one cell: `GetItem 2, Query 1`. */
export type Cell = string | number | Readonly<Record<string, number>>;

export interface Findings {
  /** Under names that programs rely on: they stand at the top of what `--json` prints. */
  readonly figures?: Readonly<Record<string, number | Readonly<Record<string, number>>>> & { readonly seconds?: number };
  readonly facts?: Readonly<Record<string, Cell>>;
  /** All of one form: the first row's names are the headings. Units are in the names. */
  readonly rows?: readonly Readonly<Record<string, Cell>>[];
}

/** What `--json` prints: the findings, and what they were found on. */
export interface Report extends Omit<Findings, 'figures'> {
  readonly benchmark: string;
  readonly node: string;
  readonly cores: number;
  /** Real seconds: the figure of this name where there is one, else of the whole benchmark, its preparations included. */
  readonly seconds: number;
}

export async function reportOf({ name, load }: Benchmark, say: (line: string) => void, options: RunOptions = {}): Promise<Report> {
  const { run } = await load();
  const began = performance.now();
  const { figures = {}, ...findings } = await run(say, options);
  return { ...figures, benchmark: name, node: process.versions.node, cores: availableParallelism(), seconds: figures.seconds ?? rounded((performance.now() - began) / 1_000), ...findings };
}

export function renderReport({ facts = {}, rows = [], ...found }: Report): readonly string[] {
  const all = { ...found, ...facts };
  const lines = renderFacts(Object.entries(all).map(([name, cell]) => [name, text(cell)] as const));
  const [first] = rows;
  if (first === undefined) return lines;
  const columns = Object.keys(first).map((title) => ({
    title, value: (row: Readonly<Record<string, Cell>>) => text(row[title] ?? ''), align: typeof first[title] === 'number' ? 'right' as const : 'left' as const,
  }));
  return [...lines, '', ...renderTable(columns, rows, undefined).lines];
}

/** To one decimal: what is behind it is noise. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** To two decimals, for what takes less than a second. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The middle one, or the mean of the two in the middle. Zero of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return (upper + lower) / 2;
}

function text(cell: Cell): string {
  if (typeof cell !== 'object') return String(cell);
  return Object.entries(cell).map(([name, value]) => `${name} ${value}`).join(', ');
}
