/** `wavecast device`: iPhones and iPads. How they come in is in device-invite.ts. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api-client.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber, yesOrNo } from '../options.ts';
import type { Facts } from '../output.ts';
import { dateTime } from '../when.ts';
import { listBranches } from './branch.ts';
import { addDeviceCommand } from './device-command.ts';
import { addDeviceInvite } from './device-invite.ts';

type DeviceSummary = AnswerOf<'listDevices'>['items'][number];

interface ListOptions {
  readonly branch?: string;
  readonly name?: string;
  readonly serialNumber?: string;
  readonly limit?: number;
}

interface UpdateOptions {
  readonly name?: string;
  readonly test?: boolean;
  readonly tags?: string;
}

const EXAMPLE = '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c';

export function addDevice(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'device', 'iPhones and iPads, and how they come in.');

  addCommand(group, {
    usage: 'list', description: 'Show the devices of a branch, or of all, in the order of the branch\'s waves; or the one with a name or serial number.',
    examples: ['device list --branch berlin', 'device list --name till-07', 'device list --limit 20 --json'],
  })
    .option('--branch <id>', 'only this branch')
    .option('--name <name>', 'only the device of this name')
    .option('--serial-number <number>', 'only the device with this serial number')
    .option('--limit <count>', 'at most so many', countNumber)
    .action(async (options: ListOptions, command: Command) => {
      const { branch, name, serialNumber } = options;
      if ([branch, name, serialNumber].filter((value) => value !== undefined).length > 1) throw wrongUsage('--branch, --name and --serial-number each say which devices.', 'Leave out all but one of them.');
      const { api, output } = open(command);
      const client = await api();
      const found = name === undefined && serialNumber === undefined ? await devicesOf(client, branch, options.limit) : (await client.call('listDevices', { query: { name, serialNumber } })).items;
      output.list(found, [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'NAME', value: (device) => device.name },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'TEST', value: ({ testDevice }) => (testDevice ? 'yes' : '') },
        { title: 'PRODUCT', value: ({ productName }) => productName, spare: true },
        { title: 'OS', value: ({ osVersion }) => osVersion, spare: true },
      ], name === undefined && serialNumber === undefined ? 'There are no devices. Invite one with `wavecast device invite`.' : 'There is no such device. See all with `wavecast device list`.');
    });

  addCommand(group, { usage: 'show <id>', description: 'Show one device.', examples: [`device show ${EXAMPLE}`] }).action(async (id: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const device = await (await api()).call('getDevice', { id });
    output.facts(device, factsOf(device));
  });

  addDeviceInvite(group, open);
  addDeviceCommand(group, open);

  addCommand(group, { usage: 'update <id>', description: 'Change a device\'s name, tags, or whether it is a test device.', examples: [`device update ${EXAMPLE} --test yes`, `device update ${EXAMPLE} --name till-08 --tags till,ground-floor`] })
    .option('--name <name>', 'its new name')
    .option('--test <yes|no>', 'whether it is a test device', yesOrNo)
    .option('--tags <list>', 'its tags, with commas; replaces those it has')
    .action(async (id: string, options: UpdateOptions, command: Command) => {
      const change = {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.test === undefined ? {} : { testDevice: options.test }),
        ...(options.tags === undefined ? {} : { tags: options.tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') }),
      };
      if (Object.keys(change).length === 0) throw wrongUsage('It is not said what to change.', 'Give --name, --test or --tags.');
      const body = checkBody('changeDevice', change, { name: '--name', testDevice: '--test', tags: '--tags' });
      const { api, output } = open(command);
      const device = await (await api()).call('changeDevice', { id, body });
      output.facts(device, factsOf(device));
    });

  addCommand(group, { usage: 'move <id> <branch>', description: 'Put a device into another branch.', examples: [`device move ${EXAMPLE} osaka`] }).action(async (id: string, branchId: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const device = await (await api()).call('changeDevice', { id, body: { branchId } });
    output.facts(device, factsOf(device));
  });
}

/** Of one branch, or of all one after the other. */
async function devicesOf(api: ApiClient, branch: string | undefined, most = Number.POSITIVE_INFINITY): Promise<readonly DeviceSummary[]> {
  const branchIds = branch === undefined ? (await listBranches(api)).map(({ id }) => id) : [branch];
  const found: DeviceSummary[] = [];
  for (const branchId of branchIds) {
    if (found.length < most) found.push(...await everyItem((page) => api.call('listDevices', { query: { branchId, ...page } }), most - found.length));
  }
  return found;
}

function factsOf(device: AnswerOf<'getDevice'>): Facts {
  return [
    ['Id', device.id], ['Name', device.name], ['Branch', device.branchId], ['Status', device.status], ['Test device', device.testDevice], ['Product', device.productName], ['OS', device.osVersion],
    ['Serial number', device.serialNumber], ['Supervised', device.supervised], ['Tags', device.tags.length === 0 ? undefined : device.tags.join(', ')],
    ['Enrolled', device.enrolledAt === undefined ? undefined : dateTime(device.enrolledAt)],
  ];
}
