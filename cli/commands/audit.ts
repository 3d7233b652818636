/** `wavecast audit`: who changed what. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { download, writeOutput } from '../download.ts';
import { everyItem } from '../every-item.ts';
import { calendarDay } from '../options.ts';
import { counted } from '../text.ts';
import { timeOfDay } from '../when.ts';

/** Columns of the longest id. A push certificate's topic is longer, and no command asks for it. */
const ID = 36;

interface AuditOptions {
  readonly day?: string;
  readonly who?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly output?: string;
}

export function addAudit(program: Command, open: OpenScene): void {
  addCommand(program, {
    usage: 'audit', description: 'Show every change by a person on one day, newest first; or write it as CSV.',
    examples: ['audit', 'audit --day 2026-11-23 --json', 'audit --action plan --who ada', 'audit --day 2026-11-23 --output audit.csv'],
  })
    .option('--day <day>', 'a day in UTC, YYYY-MM-DD (default: the server\'s present day)', calendarDay)
    .option('--who <name>', 'only what this person or program did; the beginning of the name is enough')
    .option('--action <action>', 'only this: noun.verb, or all of a noun: plan')
    .option('--subject <id>', 'only what was done to this')
    .option('-o, --output <file>', 'write it as CSV, with what was changed')
    .action(async (options: AuditOptions, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const { day, output: file, who, action, subject } = options;
      const filter = { ...(who === undefined ? {} : { who }), ...(action === undefined ? {} : { action }), ...(subject === undefined ? {} : { subject }) };
      if (file !== undefined) {
        const { link, ...about } = await client.call('exportAudit', { body: { ...filter, ...(day === undefined ? {} : { day }) } });
        await writeOutput(file, await download(world, 'The export', link));
        output.result({ ...about, file }, () => [`${file}: ${counted(about.rows, 'record')}`]);
        return;
      }
      let asked = day;
      const records = await everyItem(async (page) => {
        const answer = await client.call('listAudit', { query: { ...filter, day: asked, ...page } });
        // The pages that follow are of the day that was begun with, also behind midnight.
        asked = answer.day;
        return answer;
      });
      const nothing = Object.keys(filter).length === 0 ? `Nothing was changed on ${asked ?? 'that day'}. Name another day with --day.` : `Nothing of that was changed on ${asked ?? 'that day'}. Name another day, or less of --who, --action and --subject.`;
      output.list(records, [
        { title: 'TIME (UTC)', value: ({ at }) => timeOfDay(at), keep: true },
        { title: 'WHO', value: ({ who }) => who },
        { title: 'ROLE', value: ({ role }) => role, spare: true },
        { title: 'ACTION', value: ({ action }) => action, keep: true },
        { title: 'SUBJECT', value: ({ subject }) => subject, least: ID },
      ], nothing);
    });
}
