/** `wavecast device inventory`, `wavecast device collect`: what a device last said of its apps, and asking it again. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { counted } from '../text.ts';
import { dateTime } from '../when.ts';

export function addDeviceInventory(group: Command, open: OpenScene): void {
  addCommand(group, { usage: 'inventory <device>', description: 'Show what a device last said of the registered apps: whether it has them, in which version, and whether they are managed.', examples: ['device inventory till-07'] })
    .action(async (named: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { items } = await client.call('getInventory', { id: await deviceIdOf(client, named) });
      output.list(items, [
        { title: 'APP', value: ({ bundleId }) => bundleId, keep: true },
        { title: 'INSTALLED', value: ({ installed }) => (installed === undefined ? '' : installed.present ? `${installed.shortVersion ?? '?'} (${installed.version ?? '?'})` : 'no') },
        { title: 'MANAGED', value: ({ managed }) => managed?.status ?? '' },
        { title: 'REPORTED', value: ({ installed, managed }) => (installed === undefined && managed === undefined ? '' : dateTime(Math.max(installed?.reportedAt ?? 0, managed?.reportedAt ?? 0))) },
      ], 'The device has told of no registered app yet. Ask it with `wavecast device collect`.');
    });

  addCommand(group, { usage: 'collect <device>', description: 'Ask a device at once what it is, and which of the registered apps it has.', examples: ['device collect till-07'] })
    .action(async (named: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const asked = await client.call('collectInventory', { id: await deviceIdOf(client, named) });
      output.result(asked, () => [`The device is asked of ${counted(asked.apps, 'app')}; it may answer until ${dateTime(asked.expiresAt)}.`]);
      output.note('See what it says with `wavecast device inventory`.');
    });
}
