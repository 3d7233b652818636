/** `wavecast device`: iPhones and iPads, and how they come in. */
import type { Command } from 'commander';
import { device as deviceShape, devices, invitation as invitationShape, type DeviceAnswer } from '../answers.ts';
import { at } from '../api-client.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { wholeNumber, yesOrNo } from '../options.ts';
import type { Facts } from '../output.ts';
import { dateTime } from '../when.ts';
import { listBranches } from './branch.ts';

interface ListOptions {
  readonly branch?: string;
  readonly limit?: number;
}

interface InviteOptions {
  readonly branch: string;
  readonly name?: string;
  readonly test?: true;
  readonly uses?: number;
  readonly days?: number;
}

interface UpdateOptions {
  readonly name?: string;
  readonly test?: boolean;
  readonly tags?: string;
}

export function addDevice(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'device', 'iPhones and iPads, and how they come in.');

  addCommand(group, { usage: 'list', description: 'Show the devices of a branch, or of all.', examples: ['device list --branch berlin', 'device list --limit 20 --json'] })
    .option('--branch <id>', 'only this branch')
    .option('--limit <count>', 'at most so many', wholeNumber)
    .action(async (options: ListOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const most = options.limit ?? Number.POSITIVE_INFINITY;
      const branchIds = options.branch === undefined ? (await listBranches(client)).map(({ id }) => id) : [options.branch];
      const found: DeviceAnswer[] = [];
      for (const branchId of branchIds) {
        if (found.length < most) found.push(...await client.all('devices', devices, { branchId }, most - found.length));
      }
      output.list(found, [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'NAME', value: ({ name }) => name },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'PRODUCT', value: ({ productName }) => productName },
        { title: 'OS', value: ({ osVersion }) => osVersion },
        { title: 'TEST', value: ({ testDevice }) => (testDevice ? 'yes' : '') },
      ], 'There are no devices. Invite one with `wavecast device invite`.');
    });

  addCommand(group, { usage: 'show <id>', description: 'Show one device.', examples: ['device show 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'] }).action(async (id: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const device = await (await api()).get(`devices/${at(id)}`, deviceShape);
    output.facts(device, factsOf(device));
  });

  addCommand(group, {
    usage: 'invite', description: 'Make a link that enrols a device: open it on the device, or send it to its user.',
    examples: ['device invite --branch berlin --name till-07', 'device invite --branch berlin --uses 40 --days 14', 'device invite --branch berlin --name lab-1 --test'],
  })
    .requiredOption('--branch <id>', 'where the devices will be')
    .option('--name <name>', 'the device\'s name: letters, digits, "_", "-" and "."; for one device only')
    .option('--test', 'it is a test device')
    .option('--uses <count>', 'how many devices may use the link', wholeNumber)
    .option('--days <count>', 'how long it is good', wholeNumber)
    .action(async (options: InviteOptions, command: Command) => {
      if (options.name !== undefined && options.uses !== undefined && options.uses !== 1) throw wrongUsage('--name is for one device, and --uses asks for several.', 'Leave out one of the two.');
      const { api, output } = open(command);
      const invitation = await (await api()).send('POST', 'invitations', {
        branchId: options.branch, testDevice: options.test === true, ...(options.name === undefined ? {} : { deviceName: options.name }), ...(options.uses === undefined ? {} : { uses: options.uses }),
        ...(options.days === undefined ? {} : { days: options.days }),
      }, invitationShape);
      output.facts(invitation, [['Id', invitation.id], ['Link', invitation.link], ['Good until', dateTime(invitation.expiresAt)]]);
      output.note('The link is shown this once: whoever has it can enrol a device.');
    });

  addCommand(group, { usage: 'update <id>', description: 'Change a device\'s name, tags, or whether it is a test device.', examples: ['device update 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c --test yes', 'device update 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c --name till-08 --tags till,ground-floor'] })
    .option('--name <name>', 'its new name')
    .option('--test <yes|no>', 'whether it is a test device', yesOrNo)
    .option('--tags <list>', 'its tags, with commas; replaces those it has')
    .action(async (id: string, options: UpdateOptions, command: Command) => {
      const change = {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.test === undefined ? {} : { testDevice: options.test }),
        ...(options.tags === undefined ? {} : { tags: options.tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') }),
      };
      if (Object.keys(change).length === 0) throw wrongUsage('It is not said what to change.', 'Give --name, --test or --tags.');
      const { api, output } = open(command);
      const device = await (await api()).send('PATCH', `devices/${at(id)}`, change, deviceShape);
      output.facts(device, factsOf(device));
    });

  addCommand(group, { usage: 'move <id> <branch>', description: 'Put a device into another branch.', examples: ['device move 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c osaka'] }).action(async (id: string, branchId: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const device = await (await api()).send('PATCH', `devices/${at(id)}`, { branchId }, deviceShape);
    output.facts(device, factsOf(device));
  });
}

function factsOf(device: DeviceAnswer): Facts {
  return [
    ['Id', device.id], ['Name', device.name], ['Branch', device.branchId], ['Status', device.status], ['Test device', device.testDevice], ['Product', device.productName], ['OS', device.osVersion],
    ['Serial number', device.serialNumber], ['Supervised', device.supervised], ['Tags', device.tags?.join(', ')], ['Enrolled', device.enrolledAt === undefined ? undefined : dateTime(device.enrolledAt)],
  ];
}
