/** A plan under way, drawn: a line for each branch, a bar of what became of its devices. Pure, so that it can be tested. */
import { styleText } from 'node:util';
import { barRuns } from './bar.ts';
import { addTallies, doneWord, subjectOf, tallyOf, whyStill, type BranchView, type PlanView, type Tally } from './plan-view.ts';
import { counted, cut, pad, printable, textWidth } from './text.ts';
import { clockTime, until } from './when.ts';

export interface RenderOptions {
  /** Columns; no line is wider. */
  readonly width: number;
  readonly colour: boolean;
  /** The server's present, milliseconds since the Unix epoch. */
  readonly now: number;
  /** Lines that there is room for; branches that do not fit are counted instead. All, when absent. */
  readonly height?: number | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** Told apart by shape as well as by colour. */
const parts: readonly { readonly of: keyof Tally; readonly glyph: string; readonly style: Style; readonly word?: string }[] = [
  { of: 'done', glyph: '█', style: 'green' },
  { of: 'underWay', glyph: '▒', style: 'cyan', word: 'under way' },
  { of: 'failed', glyph: '×', style: 'red', word: 'failed' },
  { of: 'left', glyph: '-', style: 'gray', word: 'left out' },
  { of: 'toCome', glyph: '·', style: 'gray', word: 'to come' },
];

/** Heading, reason, legend of two lines, and the line that the cursor is in. */
const OTHER_LINES = 5;
const NARROWEST_BAR = 8;
const WIDEST_BAR = 40;

export function renderPlan(view: PlanView, options: RenderOptions): string[] {
  const { width, colour } = options;
  const paint = (style: Style, text: string): string => (colour ? styleText(style, text, { validateStream: false }) : text);
  const rows = view.branches.map((branch) => ({ branch, tally: tallyOf(branch), name: printable(branch.branchId), does: whatNext(view, branch, options) }));
  const room = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));
  const nameRoom = Math.min(room(rows.map(({ name }) => name)), Math.max(8, Math.floor(width / 4)));
  const counts = rows.map(({ tally }) => `${tally.done}/${sizeOf(tally)}`);
  const countRoom = room(counts);
  const barRoom = Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, width - nameRoom - countRoom - room(rows.map(({ does }) => does)) - 8));
  const fit = Math.max(1, (options.height ?? Number.POSITIVE_INFINITY) - OTHER_LINES);
  const lines = rows.slice(0, rows.length > fit ? fit - 1 : fit).map(({ name, tally, does }, index) => {
    const bar = barRuns(parts.map(({ of, glyph }) => ({ count: tally[of], glyph })), barRoom);
    const drawn = bar.map((run, part) => (run === '' ? '' : paint(parts[part]?.style ?? 'reset', run))).join('') + ' '.repeat(barRoom - room([bar.join('')]));
    const before = 2 + nameRoom + 2 + barRoom + 2 + countRoom + 2;
    return `  ${pad(cut(name, nameRoom), nameRoom)}  ${drawn}  ${pad(counts[index] ?? '', countRoom, 'right')}  ${cut(does, width - before)}`.trimEnd();
  });
  const more = rows.length - lines.length;
  return [...heading(view, width, paint), ...lines, ...(more > 0 ? [`  ... and ${more} more ${more === 1 ? 'branch' : 'branches'}`] : []), ...legend(view, addTallies(rows.map(({ tally }) => tally)), width, paint)];
}

function heading(view: PlanView, width: number, paint: (style: Style, text: string) => string): readonly string[] {
  const title = printable(`${view.name}: ${subjectOf(view)}`);
  const state = view.state;
  const first = `${paint('bold', cut(title, width - state.length - 2))}  ${paint(state === 'paused' || state === 'cancelled' ? 'yellow' : 'green', state)}`;
  const why = whyStill(view);
  return [first, ...(why === undefined ? [] : [paint('yellow', cut(`  ${printable(why)}`, width))])];
}

/** The legend counts, too: `█ 120 installed  ▒ 3 under way`. */
function legend(view: PlanView, sum: Tally, width: number, paint: (style: Style, text: string) => string): readonly string[] {
  const items = parts.filter(({ of }) => of === 'done' || sum[of] > 0).map(({ of, glyph, style, word = doneWord(view) }) => ({ plain: `${glyph} ${sum[of]} ${word}`, drawn: `${paint(style, glyph)} ${sum[of]} ${word}` }));
  const lines: string[] = [];
  let used = width;
  for (const { plain, drawn } of items) {
    if (used + 2 + textWidth(plain) > width) {
      lines.push(`  ${drawn}`);
      used = 2 + textWidth(plain);
    } else {
      lines.push(`${lines.pop() ?? ''}  ${drawn}`);
      used += 2 + textWidth(plain);
    }
  }
  return lines;
}

function sizeOf(tally: Tally): number {
  return tally.done + tally.underWay + tally.failed + tally.left + tally.toCome;
}

/** `wave 3, next 01:10 (in 4 min)`: what a branch does, and what it waits for. */
function whatNext(view: PlanView, branch: BranchView, { now }: RenderOptions): string {
  const waves = branch.waves === 0 ? '' : counted(branch.waves, 'wave');
  const say = (...said: readonly (string | undefined)[]): string => said.filter((each) => each !== undefined && each !== '').join(', ');
  const at = (word: string, instant: number): string => `${word} ${clockTime(instant, branch.timeZone, now)} (${until(instant, now)})`;
  if (branch.status === undefined) return view.state === 'draft' ? 'not started' : 'starting';
  if (branch.hold !== undefined && branch.status !== 'finished') return say(waves, branch.hold);
  if (branch.status === 'paused' || branch.status === 'cancelled' || view.state === 'paused' || view.state === 'cancelled') return say(waves, view.state === 'paused' ? 'paused' : branch.status);
  if (branch.status !== 'finished') return say(waves, branch.stage === 'canary' ? 'canary' : '', branch.nextAt === undefined ? branch.words : at(branch.stage === 'soak' ? 'canary soaks, the rest' : branch.waves === 0 ? 'first wave' : 'next', branch.nextAt));
  const { inventory } = branch;
  if (inventory === undefined || inventory.status === 'cancelled') return say(waves, 'all gone');
  if (inventory.status === 'finished') return say(waves, 'inventory collected');
  return say(waves, inventory.nextAt === undefined || inventory.status === 'running' ? 'collecting inventory' : at('inventory', inventory.nextAt));
}
