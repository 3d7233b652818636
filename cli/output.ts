/** Where a command's words go: one result to standard output, everything said on the way to standard error. */
import { styleText } from 'node:util';
import type { CliFailure } from './failure.ts';
import { renderFacts, renderTable, type Column } from './table.ts';
import { printable, wrapped } from './text.ts';
import { wantsColour, type World } from './world.ts';

export type Facts = Parameters<typeof renderFacts>[0];

export class Output {
  readonly json: boolean;
  readonly #world: Pick<World, 'stdout' | 'stderr' | 'env'>;

  constructor(world: Pick<World, 'stdout' | 'stderr' | 'env'>, json: boolean) {
    this.#world = world;
    this.json = json;
  }

  /** The command's result: `value` as one JSON document, or the lines for people. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.#world.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    else this.#lines(lines());
  }

  /** A list; `none` is said on standard error where it is empty. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], none: string): void {
    this.result(rows, () => this.table(columns, rows));
    if (rows.length === 0 && !this.json) this.note(none);
  }

  facts(value: unknown, facts: Facts): void {
    this.result(value, () => renderFacts(facts));
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
    const [heading, ...lines] = renderTable(columns, rows, this.width());
    return heading === undefined ? [] : [this.style('bold', heading), ...lines];
  }

  /** Text as it is, to standard output. */
  raw(text: string): void {
    this.#world.stdout.write(text);
  }

  note(text: string): void {
    this.#world.stderr.write(`${printable(text)}\n`);
  }

  /** Columns of the terminal; undefined where standard output is none. */
  width(): number | undefined {
    return this.#world.stdout.isTTY ? this.#world.stdout.columns() : undefined;
  }

  /** A sentence in lines that the terminal has room for, all behind `indent`. For text without colour sequences. */
  sentence(text: string, indent = ''): readonly string[] {
    const width = this.width();
    return (width === undefined ? [text] : wrapped(text, width - indent.length)).map((line) => `${indent}${line}`);
  }

  style(format: Parameters<typeof styleText>[0], text: string): string {
    return wantsColour(this.#world.stdout, this.#world.env) ? styleText(format, text, { validateStream: false }) : text;
  }

  /** Message, evidence and remedy for a person; with `--json` the same as a document as well. */
  failure(failure: CliFailure): void {
    const { code, message, remedy, evidence, status, exitCode } = failure;
    const colour = wantsColour(this.#world.stderr, this.#world.env);
    const word = colour ? styleText('red', 'error:', { validateStream: false }) : 'error:';
    const lines = [`${word} ${printable(message)}`, ...evidence.map((each) => `  - ${printable(each)}`), ...(remedy === undefined ? [] : [`What to do: ${printable(remedy)}`])];
    this.#world.stderr.write(`${lines.join('\n')}\n`);
    if (this.json) {
      this.#world.stdout.write(`${JSON.stringify({ error: { code, message, ...(remedy === undefined ? {} : { remedy }), ...(evidence.length === 0 ? {} : { evidence }), ...(status === undefined ? {} : { status }), exitCode } }, null, 2)}\n`);
    }
  }

  #lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#world.stdout.write(`${lines.join('\n')}\n`);
  }
}
