/** `wavecast device timeline`: what happened to a device. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { everyItem } from '../every-item.ts';
import { countNumber } from '../options.ts';
import { dateTime } from '../when.ts';

export function addDeviceTimeline(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'timeline <device>', description: 'Show what happened to a device, newest first: its enrolment, changes of its record, its instructions. Also of a deleted one, by its id.',
    examples: ['device timeline 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c', 'device timeline 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c --limit 500 --json'],
  })
    .option('--limit <count>', 'at most so many (default: 50)', countNumber)
    .action(async (named: string, { limit = 50 }: { readonly limit?: number }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const id = await deviceIdOf(client, named);
      const entries = await everyItem((query) => client.call('getTimeline', { id, query }), limit);
      output.list(entries, [
        { title: 'TIME', value: ({ at }) => dateTime(at), keep: true },
        { title: 'WHAT', value: ({ kind, code }) => (kind === 'instruction' ? code ?? kind : kind), keep: true },
        { title: 'BY', value: ({ by }) => by, spare: true },
        { title: '', value: ({ words }) => words, wrap: true },
      ], 'Nothing has happened to this device yet.');
    });
}
