/** What the demo says while it works: a line for each step, redrawn in a terminal, said once elsewhere. */
import { styleText } from 'node:util';

export interface Steps {
  /** A step begins; `update` says how far it is (terminals only), `done` ends it. */
  begin(text: string): { update(text: string): void; done(text: string): void };
}

const CLEAR_LINE = '\r\u001b[K';

export function openSteps(stdout: NodeJS.WriteStream, colour: boolean): Steps {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string => (colour ? styleText(style, text, { validateStream: false }) : text);
  return {
    begin(text) {
      const began = performance.now();
      const draw = (words: string): void => { stdout.write(`${CLEAR_LINE}  ${paint('cyan', '…')} ${words}`); };
      if (stdout.isTTY) draw(text);
      else stdout.write(`  ... ${text}\n`);
      return {
        update: (words) => { if (stdout.isTTY) draw(words); },
        done: (words) => {
          const seconds = `${((performance.now() - began) / 1_000).toFixed(1)} s`;
          stdout.write(`${stdout.isTTY ? CLEAR_LINE : ''}  ${paint('green', '✓')} ${words}  ${paint('gray', seconds)}\n`);
        },
      };
    },
  };
}
