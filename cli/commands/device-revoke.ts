/** `wavecast device revoke`: for a device that is lost or stolen. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { dateTime } from '../when.ts';

export function addDeviceRevoke(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'revoke <device>', description: 'Revoke a device\'s identity: nothing is taken from it any more, what it was to do has failed. It may enrol again by a new invitation.',
    examples: ['device revoke 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  }).action(async (named: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const revoked = await client.call('revokeIdentity', { id: await deviceIdOf(client, named) });
    output.facts(revoked, [['Device', revoked.deviceId], ['Certificate', revoked.fingerprint], ['Revoked', dateTime(revoked.revokedAt)]]);
    output.note('The apps that it has stay on it: it cannot be told to remove them any more.');
  });
}
