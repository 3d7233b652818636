/** Follows a plan until it is over: a live picture in a terminal, lines elsewhere, JSON for programs. */
import type { PlanDetail } from '../protocol/admin/plan.ts';
import { CliFailure, exitCodes } from './failure.ts';
import type { Output } from './output.ts';
import { viewOf } from './plan-answer.ts';
import { doneWord, isOver, tallyOf, whyStill, type BranchView, type PlanView } from './plan-view.ts';
import { renderPlan } from './render-plan.ts';
import { counted, cut, printable } from './text.ts';
import { dateTime } from './when.ts';
import { wantsColour, type World } from './world.ts';

export interface WatchOptions {
  /** Between two looks, milliseconds. */
  readonly every: number;
  /** Asks the server. */
  readonly look: () => Promise<PlanDetail>;
  /** A line below the picture. */
  readonly note?: (view: PlanView) => string;
}

/** Looks that may fail one after the other: a watch outlives a train's tunnel. */
const PATIENCE = 60;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[J';

interface Screen {
  show(view: PlanView, answer: PlanDetail): void;
  /** The server does not answer for the moment. */
  lost(failure: CliFailure): void;
  close(): void;
}

/** Ends when the plan has, or when the command is interrupted; the last answer is given back. */
export async function watchPlan(world: Pick<World, 'stdout' | 'env' | 'interrupted' | 'sleep'>, output: Output, { every, look, note }: WatchOptions): Promise<PlanDetail | undefined> {
  const screen = output.json ? jsonLines(output) : world.stdout.isTTY ? live(world, note) : plainLines(output);
  let last: PlanDetail | undefined;
  let failures = 0;
  try {
    while (!world.interrupted.aborted) {
      try {
        last = await look();
        failures = 0;
        screen.show(viewOf(last), last);
        if (isOver(last)) break;
      } catch (error) {
        failures += 1;
        if (!(error instanceof CliFailure && error.exitCode === exitCodes.unreachable) || failures > PATIENCE || last === undefined) throw error;
        screen.lost(error);
      }
      await world.sleep(every);
    }
  } finally {
    screen.close();
  }
  return last;
}

/** The picture is drawn over its former self. */
function live({ stdout, env }: Pick<World, 'stdout' | 'env'>, note: WatchOptions['note']): Screen {
  let height = 0;
  let latest: PlanView | undefined;
  stdout.write(HIDE_CURSOR);
  const draw = (view: PlanView, below?: string): void => {
    latest = view;
    // The last column is left free: some terminals wrap there.
    const width = stdout.columns() - 1;
    const lines = [...renderPlan(view, { width, colour: wantsColour(stdout, env), now: view.now, height: stdout.rows() - 1 }), ...(below === undefined ? [] : [cut(below, width)])];
    stdout.write(`${height === 0 ? '' : `\u001b[${height}A`}\r${CLEAR_BELOW}${lines.join('\n')}\n`);
    height = lines.length;
  };
  return {
    show: (view) => { draw(view, note === undefined ? undefined : `  ${note(view)}`); },
    lost: ({ message }) => { if (latest !== undefined) draw(latest, `  ${printable(message)} Trying again ...`); },
    close: () => { stdout.write(SHOW_CURSOR); },
  };
}

function plainLines(output: Output): Screen {
  let said: PlanView | undefined;
  const seen = new Map<string, string>();
  let isLost = false;
  return {
    show(view) {
      const lines: string[] = [];
      const why = whyStill(view);
      if (said?.state !== view.state) lines.push(`${view.name}: ${view.state}${why === undefined ? '' : `: ${why}`}`);
      for (const branch of view.branches) {
        const line = branchLine(view, branch);
        if (seen.get(branch.branchId) !== line && branch.waves > 0) lines.push(line);
        seen.set(branch.branchId, line);
      }
      for (const line of lines) output.raw(`${dateTime(view.now)}  ${printable(line)}\n`);
      said = view;
      isLost = false;
    },
    lost({ message }) {
      if (!isLost) output.note(`${message} Trying again ...`);
      isLost = true;
    },
    close: () => undefined,
  };
}

function branchLine(view: PlanView, branch: BranchView): string {
  const { done, underWay, failed, left, toCome } = tallyOf(branch);
  return `${branch.branchId}: ${counted(branch.waves, 'wave')}, ${done} ${doneWord(view)}, ${underWay} under way, ${failed} failed, ${left} left out, ${toCome} to come`;
}

/** The server's answer on a line for every change; its clock alone is none. */
function jsonLines(output: Output): Screen {
  let last = '';
  return {
    show(_, answer) {
      const { asOf: __, ...facts } = answer;
      const text = JSON.stringify(facts);
      if (text !== last) output.raw(`${JSON.stringify(answer)}\n`);
      last = text;
    },
    lost: ({ message }) => { output.note(`${message} Trying again ...`); },
    close: () => undefined,
  };
}
