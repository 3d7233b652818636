/** `wavecast self-service`: which devices' users may install which apps by themselves. */
import type { Command } from 'commander';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { download, writeOutput } from '../download.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber } from '../options.ts';
import { counted } from '../text.ts';
import { addSelfServiceImport } from './self-service-import.ts';

interface ListOptions {
  readonly packageName?: string;
  readonly device?: string;
  readonly limit: number;
}

export function addSelfService(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'self-service', 'Self-service: which devices may install which versions by themselves.');

  addSelfServiceImport(group, open);

  addCommand(group, { usage: 'export', description: 'Write all permissions as CSV, in the form that `self-service import` reads: a backup.', examples: ['self-service export --output permissions.csv'] })
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async ({ output: file }: { readonly output?: string }, command: Command) => {
      const { api, output, world } = open(command);
      const { link, ...about } = await (await api()).call('exportPermissions', {});
      const csv = await download(world, 'The export', link);
      if (file !== undefined) await writeOutput(file, csv);
      if (output.json) output.result({ ...about, ...(file === undefined ? { csv } : { file }) }, () => []);
      else if (file === undefined) output.raw(csv);
      else output.note(`${file}: ${counted(about.rows, 'row')}`);
    });

  addCommand(group, { usage: 'list', description: 'Show which devices may install an app, or what a device may install.', examples: ['self-service list --package-name com.example.fieldwork', 'self-service list --device till-07'] })
    .option('--package-name <id>', 'the app')
    .option('--device <name>', 'the device')
    .option('--limit <count>', 'at most so many', countNumber, 1_000)
    .action(async ({ packageName, device, limit }: ListOptions, command: Command) => {
      const { api, output } = open(command);
      if ((packageName === undefined) === (device === undefined)) throw wrongUsage('It is not said of which app, or else of which device.', 'Give --package-name or --device, one of the two.');
      const client = await api();
      const found = await everyItem((page) => client.call('listPermissions', { query: { ...page, ...(packageName === undefined ? {} : { bundleId: packageName }), ...(device === undefined ? {} : { device }) } }), limit);
      output.list(found, [
        { title: 'DEVICE', value: ({ deviceName }) => deviceName },
        { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId },
        { title: 'VERSION', value: ({ version }) => version },
      ], device === undefined ? 'No device may install it by itself.' : 'It may install nothing by itself.');
    });
}
