/** `wavecast device unenrol`: a device that leaves by our will. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { dateTime } from '../when.ts';

export function addDeviceUnenrol(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'unenrol <device>', description: 'Tell a device to remove the management profile. It leaves when it has heard that, and its managed apps go with it.',
    examples: ['device unenrol 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  }).action(async (named: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const sent = await client.call('unenrolDevice', { id: await deviceIdOf(client, named) });
    output.facts(sent, [['Command', sent.commandUUID], ['Good until', dateTime(sent.expiresAt)]]);
    output.note('It is shown as left once it has done so. For one that does not come any more: `wavecast device revoke`.');
  });
}
