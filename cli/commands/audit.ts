/** `wavecast audit`: who changed what. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { calendarDay } from '../options.ts';
import { timeOfDay } from '../when.ts';

/** Columns of the longest id. A push certificate's topic is longer, and no command asks for it. */
const ID = 36;

export function addAudit(program: Command, open: OpenScene): void {
  addCommand(program, { usage: 'audit', description: 'Show every change by a person on one day, newest first.', examples: ['audit', 'audit --day 2026-11-23 --json'] })
    .option('--day <day>', 'a day in UTC, YYYY-MM-DD (default: the server\'s present day)', calendarDay)
    .action(async (options: { readonly day?: string }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      let { day } = options;
      const records = await everyItem(async (page) => {
        const answer = await client.call('listAudit', { query: { day, ...page } });
        // The pages that follow are of the day that was begun with, also behind midnight.
        day = answer.day;
        return answer;
      });
      output.list(records, [
        { title: 'TIME (UTC)', value: ({ at }) => timeOfDay(at), keep: true },
        { title: 'WHO', value: ({ who }) => who },
        { title: 'ROLE', value: ({ role }) => role, spare: true },
        { title: 'ACTION', value: ({ action }) => action, keep: true },
        { title: 'SUBJECT', value: ({ subject }) => subject, least: ID },
      ], `Nothing was changed on ${day ?? 'that day'}. Name another day with --day.`);
    });
}
