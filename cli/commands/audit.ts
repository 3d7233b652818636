/** `wavecast audit`: who changed what. */
import type { Command } from 'commander';
import { auditRecords } from '../answers.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { calendarDay } from '../options.ts';
import { dateTime } from '../when.ts';

export function addAudit(program: Command, open: OpenScene): void {
  addCommand(program, { usage: 'audit', description: 'Show every change by a person on one day, newest first.', examples: ['audit', 'audit --day 2026-11-23 --json'] })
    .option('--day <day>', 'a day in UTC, YYYY-MM-DD (default: today)', calendarDay)
    .action(async ({ day }: { readonly day?: string }, command: Command) => {
      const { api, output, world } = open(command);
      const records = await (await api()).all('audit', auditRecords, { day: day ?? new Date(world.now()).toISOString().slice(0, 10) });
      output.list(records, [
        { title: 'WHEN', value: ({ at }) => dateTime(at), keep: true },
        { title: 'WHO', value: ({ who }) => who },
        { title: 'ROLE', value: ({ role }) => role },
        { title: 'ACTION', value: ({ action }) => action },
        { title: 'SUBJECT', value: ({ subject }) => subject },
      ], 'Nothing was changed on that day.');
    });
}
