/** `wavecast files`: the communication server's files. */
import type { Command } from 'commander';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { placeFile } from '../place-file.ts';
import { typed } from '../text.ts';
import { bytes, dateTime } from '../when.ts';

export function addFiles(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'files', 'The files on the communication server.');

  addCommand(group, {
    usage: 'put <file>', description: 'Place a file there, for a later `wavecast app register --file-name`. Interrupted, it goes on where it stopped.',
    examples: ['files put Fieldwork-2.1.ipa', 'files put build/App.ipa --as Fieldwork-2.1.ipa'],
  })
    .option('--as <name>', 'its name there (default: its name here)')
    .option('--replace', 'also where a version has that name: it is distributed no more until its own file is put back')
    .action(async (file: string, options: { readonly as?: string; readonly replace?: true }, command: Command) => {
      const { api, output, world } = open(command);
      const placed = await placeFile(world, output, await api(), file, '--as', options.replace === true, options.as);
      output.result(placed, () => [`${placed.fileName} is placed (${bytes(placed.size)}). Register it with \`wavecast app register --file-name ${typed(placed.fileName)}\`.`]);
    });

  addCommand(group, { usage: 'list', description: 'Show the files that were placed, and the versions that are registered under their names.', examples: ['files list', 'files list --unused'] })
    .option('--unused', 'only those that no version goes by: refused ones, most often')
    .action(async ({ unused }: { readonly unused?: true }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const all = await everyItem((query) => client.call('listFiles', { query }));
      output.list(unused === true ? all.filter(({ version }) => version === undefined) : all, [
        { title: 'FILE', value: ({ fileName }) => fileName, keep: true },
        { title: 'SIZE', value: ({ size }) => bytes(size), align: 'right' },
        { title: 'PLACED', value: ({ placedAt }) => dateTime(placedAt) },
        { title: 'VERSION', value: ({ version }) => (version === undefined ? undefined : `${version.shortVersion} (${version.version})`), keep: true },
        { title: 'PACKAGE NAME', value: ({ version }) => version?.bundleId, spare: true },
        { title: 'PLACEMENT', value: ({ version }) => version?.placement, spare: true },
      ], unused === true && all.length > 0 ? 'Every file is a version\'s.' : 'There are no files. Place one with `wavecast files put FILE`.');
    });

  addCommand(group, {
    usage: 'remove <name>', description: 'Remove a placed file that no version needs. One that a version is registered under is refused.',
    examples: ['files remove Fieldwork-2.1.ipa', 'files remove Fieldwork-2.1.ipa --force'],
  })
    .option('--force', 'also the file of a version: it is distributed no more until its file is put back')
    .action(async (fileName: string, { force = false }: { readonly force?: boolean }, command: Command) => {
      const { api, output } = open(command);
      const removed = await (await api()).call('removeFile', { body: checkBody('removeFile', { fileName, force }, { fileName: '<name>' }) });
      output.result(removed, () => [`${removed.fileName} is removed (${bytes(removed.size)}).`]);
    });
}
