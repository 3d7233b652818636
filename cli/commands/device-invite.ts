/** `wavecast device invite`, `wavecast device invitation`: how devices come in. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber } from '../options.ts';
import type { Facts } from '../output.ts';
import { counted } from '../text.ts';
import { dateTime } from '../when.ts';

interface InviteOptions {
  readonly branch: string;
  readonly name?: string;
  readonly test?: true;
  readonly uses?: number;
  readonly days?: number;
}

export function addDeviceInvite(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'invite', description: 'Make a link that enrols a device: open it on the device, or send it to its user.',
    examples: ['device invite --branch berlin --name till-07', 'device invite --branch berlin --uses 40 --days 14', 'device invite --branch berlin --name lab-1 --test'],
  })
    .requiredOption('--branch <id>', 'where the devices will be')
    .option('--name <name>', 'the device\'s name: letters, digits, "_", "-" and "."; for one device only')
    .option('--test', 'it is a test device')
    .option('--uses <count>', 'how many devices may use the link (default: 1)', countNumber)
    .option('--days <count>', 'how long it is good, in days (default: 7)', countNumber)
    .action(async ({ branch, name, test, uses, days }: InviteOptions, command: Command) => {
      if (name !== undefined && uses !== undefined && uses !== 1) throw wrongUsage('--name is for one device, and --uses asks for several.', 'Leave out one of the two.');
      const body = checkBody('invite', {
        branchId: branch, testDevice: test === true, ...(name === undefined ? {} : { deviceName: name }), ...(uses === undefined ? {} : { uses }), ...(days === undefined ? {} : { days }),
      }, { branchId: '--branch', deviceName: '--name', uses: '--uses', days: '--days' });
      const { api, output } = open(command);
      const invitation = await (await api()).call('invite', { body });
      output.facts(invitation, [['Link', invitation.link], ...factsOf(invitation)]);
      output.note(`The link is shown this once: whoever has it can enrol ${invitation.uses === 1 ? 'a device' : counted(invitation.uses, 'device')}.`);
    });

  addCommand(group, { usage: 'invitation <id>', description: 'Show how many devices have used an invitation, and until when it is good.', examples: ['device invitation 9f8e7d6c-5b4a-4f3e-8d2c-1b0a9f8e7d6c'] })
    .action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const invitation = await (await api()).call('getInvitation', { id });
      output.facts(invitation, factsOf(invitation));
    });
}

function factsOf({ id, branchId, deviceName, testDevice, uses, used, expiresAt }: AnswerOf<'getInvitation'>): Facts {
  return [['Id', id], ['Branch', branchId], ['Device name', deviceName], ['Test device', testDevice], ['Used', `${used} of ${uses}`], ['Good until', dateTime(expiresAt)]];
}
