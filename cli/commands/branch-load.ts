/** `wavecast branch load`: what packages weigh on a branch's link. */
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { findBranch } from '../branches.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber } from '../options.ts';
import type { Output } from '../output.ts';
import { counted, percent } from '../text.ts';
import { bytes, dateTime } from '../when.ts';

interface LoadOptions {
  readonly from?: string;
  readonly to?: string;
  readonly every: number;
}

type Load = AnswerOf<'getBranchLoad'>;

/** Columns of a full link. */
const BAR = 30;
/** Of the link: above it others in the branch begin to notice. */
const HEAVY = 0.8;

export function addBranchLoad(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'load <id>', description: 'Show what packages weighed on a branch\'s link. The communication server tells of a download minutes after it.',
    examples: ['branch load berlin', 'branch load berlin --from 2026-11-23T09:00 --to 2026-11-23T12:00 --every 5', 'branch load berlin --every 1 --json'],
  })
    .option('--from <time>', 'in the branch\'s time zone, 2026-11-23T09:00 (default: two hours before --to)')
    .option('--to <time>', 'at most seven days after --from (default: now)')
    .option('--every <minutes>', 'how many minutes a line stands for', countNumber, 5)
    .action(async (id: string, { from, to, every }: LoadOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { timeZone } = await findBranch(client, id);
      const load = await client.call('getBranchLoad', { id, query: { from: instantOf('--from', from, timeZone), to: instantOf('--to', to, timeZone), everyMinutes: every } });
      output.result(load, () => loadLines(output, load));
      if (load.steps.length === 0) output.note('Nothing was fetched there in that time, or no record of it has come yet: they take some minutes.');
    });
}

function loadLines(output: Output, { name, timeZone, linkMbps, from, to, steps, ...load }: Load): readonly string[] {
  const about = `${name}, ${linkMbps} Mbit/s: ${counted(load.starts, 'download')} begun and ${bytes(load.bytes)} sent from ${dateTime(from, timeZone)} to ${dateTime(to, timeZone)}.`;
  if (steps.length === 0) return [about];
  return [about, '', ...output.table([
    { title: 'FROM', value: ({ at }) => dateTime(at, timeZone), keep: true },
    { title: 'Mbit/s', value: ({ mbps }) => mbps.toFixed(mbps < 10 ? 2 : 1), align: 'right', keep: true },
    { title: 'OF THE LINK', value: ({ share }) => percent(share), align: 'right', keep: true },
    { title: '', value: ({ share }) => bar(share), keep: true },
    { title: 'BEGUN', value: ({ starts }) => starts, align: 'right', spare: true },
  ], steps)];
}

/** What is heavy for the link looks so, without any colour. */
function bar(share: number): string {
  return (share > HEAVY ? '█' : '▒').repeat(Math.min(BAR, Math.ceil(share * BAR)));
}

function instantOf(flag: string, text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined) return undefined;
  const time = DateTime.fromISO(text, { zone: timeZone });
  if (!time.isValid) throw wrongUsage(`${flag} is no time: "${text}".`, `Write it like ${flag} 2026-11-23T09:00; it is read in the branch's time zone, ${timeZone}.`);
  return time.toMillis();
}
