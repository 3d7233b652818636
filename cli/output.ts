/** Where a command's words go: one result to standard output, everything said on the way to standard error. */
import { styleText } from 'node:util';
import type { CliFailure } from './failure.ts';
import { renderFacts, renderTable, type Column } from './table.ts';
import { hanging, printable } from './text.ts';
import { wantsColour, type Sink, type World } from './world.ts';

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

  /** What a narrow terminal has no room for is named below the table. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
    const { lines: [heading, ...lines], leftOut } = renderTable(columns, rows, this.width());
    if (heading === undefined) return [];
    const left = leftOut.length === 0 ? [] : this.sentence(`No room here for ${leftOut.join(', ')}: a wider terminal shows them, and --json.`);
    return [this.style('bold', heading), ...lines, ...left.map((line) => this.style('dim', line))];
  }

  /** Text as it is, to standard output. */
  raw(text: string): void {
    this.#world.stdout.write(text);
  }

  note(text: string): void {
    this.#world.stderr.write(`${hanging('', printable(text), widthOf(this.#world.stderr)).join('\n')}\n`);
  }

  /** Columns of the terminal; undefined where standard output is none. */
  width(): number | undefined {
    return widthOf(this.#world.stdout);
  }

  /** A sentence in lines that the terminal has room for, the first behind `lead`, the others below its words. The sentence is without colour sequences. */
  sentence(text: string, lead = ''): readonly string[] {
    return hanging(lead, printable(text), this.width());
  }

  style(format: Parameters<typeof styleText>[0], text: string): string {
    return wantsColour(this.#world.stdout, this.#world.env) ? styleText(format, text, { validateStream: false }) : text;
  }

  /** Message, evidence and remedy for a person; with `--json` the same as a document as well. */
  failure(failure: CliFailure): void {
    const { code, message, remedy, evidence, status, exitCode } = failure;
    const colour = wantsColour(this.#world.stderr, this.#world.env);
    const word = colour ? styleText('red', 'error:', { validateStream: false }) : 'error:';
    const said: readonly (readonly [lead: string, text: string])[] = [[`${word} `, message], ...evidence.map((each) => ['  - ', each] as const), ...(remedy === undefined ? [] : [['What to do: ', remedy] as const])];
    const lines = said.flatMap(([lead, text]) => hanging(lead, printable(text), widthOf(this.#world.stderr)));
    this.#world.stderr.write(`${lines.join('\n')}\n`);
    if (this.json) {
      this.#world.stdout.write(`${JSON.stringify({ error: { code, message, ...(remedy === undefined ? {} : { remedy }), ...(evidence.length === 0 ? {} : { evidence }), ...(status === undefined ? {} : { status }), exitCode } }, null, 2)}\n`);
    }
  }

  #lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#world.stdout.write(`${lines.join('\n')}\n`);
  }
}

/** A file or a pipe has none: whatever reads it wants whole lines. */
function widthOf(sink: Sink): number | undefined {
  return sink.isTTY ? sink.columns() : undefined;
}
