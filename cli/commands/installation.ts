/** `wavecast installation`: how it is set up. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';

export function addInstallation(program: Command, open: OpenScene): void {
  addCommand(program, { usage: 'installation', description: 'Show how the installation is set up: addresses, the organisation\'s name in prompts, where events go.', examples: ['installation', 'installation --json'] })
    .action(async (_: object, command: Command) => {
      const { api, output } = open(command);
      const found = await (await api()).call('getInstallation', {});
      output.facts(found, [
        ['Organisation', found.organisation], ['API', found.apiUrl], ['Devices at', found.mdmUrl], ['Packages at', found.edgeUrl],
        ['Event bus', found.eventBus], ['Topic', found.notificationTopic], ['Keys of links', `generation ${found.linkGeneration}`],
      ]);
    });
}
