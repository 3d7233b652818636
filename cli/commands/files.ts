/** `wavecast files`: the communication server's files. */
import type { Command } from 'commander';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { placeFile } from '../place-file.ts';
import { typed } from '../text.ts';
import { bytes } from '../when.ts';

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
}
