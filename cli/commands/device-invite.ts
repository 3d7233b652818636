/** `wavecast device invite`, `wavecast device invitation`: how devices come in. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { qrLines } from '../../protocol/qr.ts';
import { everyItem } from '../every-item.ts';
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
  readonly displayName?: string;
  readonly tags?: string;
  readonly qr?: true;
}

export function addDeviceInvite(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'invite', description: 'Make a link that enrols a device: open it on the device, or send it to its user.',
    examples: ['device invite --branch berlin --name till-07 --qr', 'device invite --branch berlin --uses 40 --days 14', 'device invite --branch berlin --name lab-1 --test'],
  })
    .requiredOption('--branch <id>', 'where the devices will be')
    .option('--name <name>', 'the device\'s name: letters, digits, "_", "-" and "."; for one device only')
    .option('--test', 'it is a test device')
    .option('--uses <count>', 'how many devices may use the link (default: 1)', countNumber)
    .option('--days <count>', 'how long it is good, in days (default: 7)', countNumber)
    .option('--display-name <text>', 'what people call the device that is named, in any script')
    .option('--tags <list>', 'tags of the devices that enrol by it, with commas')
    .option('--qr', 'show the link as a QR code, too, for the device\'s camera')
    .action(async ({ branch, name, test, uses, days, displayName, tags, qr }: InviteOptions, command: Command) => {
      if (name !== undefined && uses !== undefined && uses !== 1) throw wrongUsage('--name is for one device, and --uses asks for several.', 'Leave out one of the two.');
      const body = checkBody('invite', {
        branchId: branch, testDevice: test === true, ...(name === undefined ? {} : { deviceName: name }), ...(uses === undefined ? {} : { uses }), ...(days === undefined ? {} : { days }),
        ...(displayName === undefined ? {} : { displayName }), ...(tags === undefined ? {} : { tags: tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') }),
      }, { branchId: '--branch', deviceName: '--name', uses: '--uses', days: '--days', displayName: '--display-name', tags: '--tags' });
      const { api, output, world } = open(command);
      const invitation = await (await api()).call('invite', { body });
      output.facts(invitation, [['Link', invitation.link], ...factsOf(invitation)]);
      // On standard error, as all that is no result: standard output may go into a file.
      if (qr === true) world.stderr.write(`\n${qrLines(invitation.link).join('\n')}\n\n`);
      output.note(`The link is shown this once: whoever has it can enrol ${invitation.uses === 1 ? 'a device' : counted(invitation.uses, 'device')}.`);
    });

  addCommand(group, { usage: 'invitation <id>', description: 'Show how many devices have used an invitation, and until when it is good.', examples: ['device invitation 9f8e7d6c-5b4a-4f3e-8d2c-1b0a9f8e7d6c'] })
    .action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const invitation = await (await api()).call('getInvitation', { id });
      output.facts(invitation, factsOf(invitation));
    });
}

/** Lists and ends invitations. */
export function addDeviceInvitations(group: Command, open: OpenScene): void {
  addCommand(group, { usage: 'invitations', description: 'Show the invitations into a branch by which somebody can still enrol, the first to end first.', examples: ['device invitations --branch berlin'] })
    .requiredOption('--branch <id>', 'where they lead')
    .action(async ({ branch }: { readonly branch: string }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const found = await everyItem((page) => client.call('listInvitations', { query: { branchId: branch, ...page } }));
      output.list(found, [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'DEVICE NAME', value: ({ deviceName }) => deviceName ?? '' },
        { title: 'TEST', value: ({ testDevice }) => (testDevice ? 'yes' : '') },
        { title: 'USED', value: ({ used, uses }) => `${used} of ${uses}` },
        { title: 'GOOD UNTIL', value: ({ expiresAt }) => dateTime(expiresAt) },
      ], 'There is no open invitation. Make one with `wavecast device invite`.');
    });

  addCommand(group, { usage: 'withdraw-invitation <id>', description: 'End an invitation: nobody can enrol by its link any more. Who has enrolled stays.', examples: ['device withdraw-invitation 9f8e7d6c-5b4a-4f3e-8d2c-1b0a9f8e7d6c'] })
    .action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const invitation = await (await api()).call('withdrawInvitation', { id });
      output.facts(invitation, factsOf(invitation));
    });
}

function factsOf({ id, branchId, deviceName, testDevice, tags = [], uses, used, expiresAt, withdrawnAt }: AnswerOf<'getInvitation'>): Facts {
  return [['Id', id], ['Branch', branchId], ['Device name', deviceName], ['Test device', testDevice], ['Tags', tags.length === 0 ? undefined : tags.join(', ')], ['Used', `${used} of ${uses}`], ['Good until', dateTime(expiresAt)], ['Withdrawn', withdrawnAt === undefined ? undefined : dateTime(withdrawnAt)]];
}
