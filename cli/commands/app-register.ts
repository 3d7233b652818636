/** `wavecast app register`, `wavecast app registration`: how a file becomes a version. */
import type { Command } from 'commander';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { placeFile } from '../place-file.ts';
import { registrationLines, untilVerified } from '../verification.ts';

interface RegisterOptions {
  readonly fileName?: string;
  readonly packageName?: string;
  readonly version?: string;
  readonly title?: string;
  readonly description?: string;
  readonly replace?: true;
  readonly wait?: true;
}

const flags = { fileName: '--file-name', bundleId: '--package-name', version: '--version', title: '--title', description: '--description' };

export function addAppRegister(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'register [file]', description: 'Register a version: of a file here, which is placed (simple distribution), or of one that is placed already (standard distribution).',
    examples: ['app register Fieldwork-2.1.ipa --wait', 'app register --file-name Fieldwork-2.1.ipa --package-name com.example.fieldwork --version 2.1.0 --title Fieldwork --wait'],
  })
    .option('--file-name <name>', 'its name on the communication server; without FILE: a file that is there')
    .option('--package-name <id>', 'the bundle identifier that the file must have')
    .option('--version <version>', 'the short version that the file must have')
    .option('--title <text>', 'what users see (default: as before; for a new app, what the file says)')
    .option('--description <text>', 'at most 100 characters (default: as before)')
    .option('--replace', 'with FILE: also where another version has that file name, which is distributed no more then')
    .option('--wait', 'wait until the file is verified, and fail where it is refused')
    .action(async (file: string | undefined, options: RegisterOptions, command: Command) => {
      const { fileName: named, packageName, version, title, description, wait } = options;
      if (file === undefined && named === undefined) throw wrongUsage('It is not said which file.', 'Give a FILE to place it, or --file-name for one that is placed.');
      const about = {
        ...(packageName === undefined ? {} : { bundleId: packageName }), ...(version === undefined ? {} : { version }), ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }),
      };
      // Before the file is sent, which may take an hour.
      checkBody('register', { fileName: named ?? 'a', ...about }, flags);
      const { api, output, world } = open(command);
      const client = await api();
      const fileName = file === undefined ? named : (await placeFile(world, output, client, file, '--file-name', options.replace === true, named)).fileName;
      const begun = await client.call('register', { body: checkBody('register', { fileName, ...about }, flags) });
      if (wait === true) output.note(`Verifying ${begun.fileName} ...`);
      const registration = wait === true ? await untilVerified(world, client, begun) : begun;
      output.result(registration, () => registrationLines(registration, output));
      if (wait !== true) output.note(`See what becomes of it with \`wavecast app registration ${begun.id} --wait\`.`);
    });

  addCommand(group, {
    usage: 'registration <id>', description: 'Show what became of a registration: verified, or refused and why.',
    examples: ['app registration 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'app registration 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --wait'],
  })
    .option('--wait', 'wait until the file is verified, and fail where it is refused')
    .action(async (id: string, { wait }: { readonly wait?: true }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const found = await client.call('getRegistration', { id });
      const registration = wait === true ? await untilVerified(world, client, found) : found;
      output.result(registration, () => registrationLines(registration, output));
    });
}
