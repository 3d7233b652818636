/** `wavecast app verify`: whether devices would get what was registered. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { registrationLines, untilVerified } from '../verification.ts';
import { findVersion } from '../versions.ts';

export function addAppVerify(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'verify <version>',
    description: 'Verify a version again: its file is compared with its registration, and manifest and package are fetched as a device does. Prints every check; fails where one did not pass. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app verify com.example.fieldwork@2.1.0', 'app verify 31dfa5e714968814d77eb5e66e0a0e8a --json'],
  })
    .option('--no-wait', 'do not wait for the end; `wavecast app registration` tells it')
    .action(async (text: string, { wait }: { readonly wait: boolean }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const begun = await client.call('verifyVersion', { id });
      if (wait) output.note(`Verifying ${begun.fileName} ...`);
      const verification = wait ? await untilVerified(world, client, begun) : begun;
      output.result(verification, () => registrationLines(verification, output));
      if (!wait) output.note(`See what becomes of it with \`wavecast app registration ${begun.id} --wait\`.`);
    });
}
