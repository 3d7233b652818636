/** `wavecast device`: iPhones and iPads. How they come in is in device-invite.ts. */
import { InvalidArgumentError, type Command } from 'commander';
import type { QueryInputOf } from '../../protocol/admin/asked.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api-client.ts';
import { listBranches } from '../branches.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber, yesOrNo } from '../options.ts';
import type { Facts } from '../output.ts';
import { counted } from '../text.ts';
import { dateTime } from '../when.ts';
import { addDeviceFiles } from './device-files.ts';
import { addDeviceInstruct } from './device-instruct.ts';
import { addDeviceInviteAll } from './device-invite-all.ts';
import { addDeviceInvitations, addDeviceInvite } from './device-invite.ts';
import { addDeviceInventory } from './device-inventory.ts';
import { addDeviceTimeline } from './device-timeline.ts';
import { addDeviceUnenrol } from './device-unenrol.ts';
import { addDeviceRevoke } from './device-revoke.ts';
import { addDeviceCommand } from './device-command.ts';

type DeviceSummary = AnswerOf<'listDevices'>['items'][number];

interface ListOptions {
  readonly branch?: string;
  readonly name?: string;
  readonly serialNumber?: string;
  readonly udid?: string;
  readonly search?: string;
  readonly status?: DeviceSummary['status'];
  readonly tag?: string;
  readonly test?: boolean;
  readonly limit?: number;
}

interface UpdateOptions {
  readonly name?: string;
  readonly displayName?: string;
  readonly test?: boolean;
  readonly tags?: string;
}

const EXAMPLE = '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c';

export function addDevice(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'device', 'iPhones and iPads, and how they come in.');

  addCommand(group, {
    usage: 'list', description: 'Show the devices of a branch, or of all, in the order of the branch\'s waves; those whose texts begin so; or the one with a name, serial number or UDID.',
    examples: ['device list --branch berlin', 'device list --search till', 'device list --branch berlin --search till', 'device list --branch berlin --status enrolled --tag ground-floor', 'device list --name till-07', 'device list --limit 20 --json'],
  })
    .option('--branch <id>', 'only this branch')
    .option('--search <text>', 'devices whose name, display name, serial number or UDID begins so (2 characters or more); with --branch only those of the branch')
    .option('--name <name>', 'only the device of this name')
    .option('--serial-number <number>', 'only the device with this serial number')
    .option('--udid <udid>', 'only the device with this UDID')
    .option('--status <status>', 'only devices that are so: expected, authenticated, enrolled or left', deviceStatus)
    .option('--tag <tag>', 'only devices with this tag')
    .option('--test <yes|no>', 'only test devices, or only others', yesOrNo)
    .option('--limit <count>', 'at most so many', countNumber)
    .action(async (options: ListOptions, command: Command) => {
      const { branch, name, serialNumber, udid, search, status, tag, test } = options;
      if ([branch ?? search, name, serialNumber, udid].filter((value) => value !== undefined).length > 1) throw wrongUsage('--branch with --search, --name, --serial-number and --udid each say which devices.', 'Leave out all but one of them: only --branch and --search go together.');
      const one = name ?? serialNumber ?? udid;
      if (one !== undefined && [status, tag, test].some((value) => value !== undefined)) throw wrongUsage('--status, --tag and --test choose among many, and one device is named.', 'Leave out the one or the other.');
      const filter = { ...(status === undefined ? {} : { status }), ...(tag === undefined ? {} : { tag }), ...(test === undefined ? {} : { testDevice: test ? 'true' as const : 'false' as const }) };
      const { api, output } = open(command);
      const client = await api();
      const found = one !== undefined ? (await client.call('listDevices', { query: { name, serialNumber, udid } })).items : await devicesOf(client, { branch, search }, filter, options.limit);
      output.list(found, [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'NAME', value: (device) => device.name },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATUS', value: (device) => device.status },
        { title: 'TEST', value: ({ testDevice }) => (testDevice ? 'yes' : '') },
        { title: 'DISPLAY NAME', value: ({ displayName }) => displayName ?? '', spare: true },
        { title: 'TAGS', value: ({ tags }) => tags.join(', '), spare: true },
        { title: 'SERIAL NUMBER', value: (device) => device.serialNumber, spare: true },
        { title: 'PRODUCT', value: ({ productName }) => productName, spare: true },
        { title: 'OS', value: ({ osVersion }) => osVersion, spare: true },
      ], one === undefined && search === undefined && Object.keys(filter).length === 0 ? 'There are no devices. Invite one with `wavecast device invite`.' : 'There is no such device. See all with `wavecast device list`.');
    });

  addCommand(group, { usage: 'show <device>', description: 'Show one device.', examples: ['device show till-07', `device show ${EXAMPLE}`] }).action(async (named: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const device = await client.call('getDevice', { id: await deviceIdOf(client, named) });
    output.facts(device, factsOf(device));
  });

  addDeviceTimeline(group, open);
  addDeviceInventory(group, open);
  addDeviceCommand(group, open);
  addDeviceInstruct(group, open);

  addDeviceInvite(group, open);
  addDeviceInvitations(group, open);
  addDeviceInviteAll(group, open);
  addDeviceFiles(group, open);

  addCommand(group, { usage: 'update <device>', description: 'Change a device\'s name, display name, tags, or whether it is a test device.', examples: ['device update till-07 --test yes', `device update ${EXAMPLE} --display-name "Till 8, ground floor"`, `device update ${EXAMPLE} --name till-08 --tags till,ground-floor`] })
    .option('--name <name>', 'its new name')
    .option('--display-name <text>', 'what people call it, in any script; "" takes it away')
    .option('--test <yes|no>', 'whether it is a test device', yesOrNo)
    .option('--tags <list>', 'its tags, with commas; replaces those it has')
    .action(async (named: string, options: UpdateOptions, command: Command) => {
      const change = {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.displayName === undefined ? {} : { displayName: options.displayName }), ...(options.test === undefined ? {} : { testDevice: options.test }),
        ...(options.tags === undefined ? {} : { tags: options.tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') }),
      };
      if (Object.keys(change).length === 0) throw wrongUsage('It is not said what to change.', 'Give --name, --display-name, --test or --tags.');
      const body = checkBody('changeDevice', change, { name: '--name', displayName: '--display-name', testDevice: '--test', tags: '--tags' });
      const { api, output } = open(command);
      const client = await api();
      const device = await client.call('changeDevice', { id: await deviceIdOf(client, named), body });
      output.facts(device, factsOf(device));
    });

  addCommand(group, { usage: 'delete <device>', description: 'Delete the record of a device that never enrolled or has left. Its timeline is kept.', examples: [`device delete ${EXAMPLE}`, `device delete ${EXAMPLE} --force`] })
    .option('--force', 'also where it is enrolled: its profile then stays until it is removed on the device')
    .action(async (named: string, { force }: { readonly force?: true }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const deleted = await client.call('deleteDevice', { id: await deviceIdOf(client, named), query: { force: force === true ? 'true' : 'false' } });
      output.result(deleted, () => [`${deleted.name} is deleted.${deleted.instructions === 0 ? '' : ` ${counted(deleted.instructions, 'instruction')} that it had have ended as failed.`}`]);
    });

  addCommand(group, { usage: 'move <device> <branch>', description: 'Put a device into another branch.', examples: ['device move till-07 osaka'] }).action(async (named: string, branchId: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const device = await client.call('changeDevice', { id: await deviceIdOf(client, named), body: { branchId } });
    output.facts(device, factsOf(device));
  });

  addDeviceUnenrol(group, open);
  addDeviceRevoke(group, open);
}

type DeviceFilter = Pick<QueryInputOf<'listDevices'>, 'status' | 'tag' | 'testDevice'>;

/** Of one branch, or of all one after the other; or those whose texts begin so. */
async function devicesOf(api: ApiClient, { branch, search }: { readonly branch: string | undefined; readonly search: string | undefined }, filter: DeviceFilter, most = Number.POSITIVE_INFINITY): Promise<readonly DeviceSummary[]> {
  if (search !== undefined) return everyItem((page) => api.call('listDevices', { query: { search, ...(branch === undefined ? {} : { branchId: branch }), ...filter, ...page } }), most);
  const branchIds = branch === undefined ? (await listBranches(api)).map(({ id }) => id) : [branch];
  const found: DeviceSummary[] = [];
  for (const branchId of branchIds) {
    if (found.length < most) found.push(...await everyItem((page) => api.call('listDevices', { query: { branchId, ...filter, ...page } }), most - found.length));
  }
  return found;
}

function deviceStatus(text: string): DeviceSummary['status'] {
  const found = (['expected', 'authenticated', 'enrolled', 'left'] as const).find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError('Use expected, authenticated, enrolled or left.');
  return found;
}

function factsOf(device: AnswerOf<'getDevice'> | AnswerOf<'changeDevice'>): Facts {
  return [
    ['Id', device.id], ['Name', device.name], ['Display name', device.displayName], ['Branch', device.branchId], ['Status', device.status], ['Test device', device.testDevice],
    ['Tags', device.tags.length === 0 ? undefined : device.tags.join(', ')], ['Product', device.productName], ['OS', device.osVersion], ['Serial number', device.serialNumber], ['UDID', device.udid],
    ['Supervised', device.supervised], ['Known since', dateTime(device.createdAt)], ['Enrolled', device.enrolledAt === undefined ? undefined : dateTime(device.enrolledAt)], ['Revision', device.revision],
    ...('push' in device ? standingOf(device) : []),
  ];
}

const pushes = { possible: 'possible', dead: 'not possible: Apple says that its address is no longer good; it comes back when the device tells another', none: 'not possible: it has told no address' } as const;

function standingOf({ push, lastSeenAt, identityExpiresAt, identityRevokedAt }: AnswerOf<'getDevice'>): Facts {
  const at = (instant: number | undefined): string | undefined => (instant === undefined ? undefined : dateTime(instant));
  return [['Last heard from', at(lastSeenAt)], ['Push', push === undefined ? undefined : pushes[push]], ['Identity ends', at(identityExpiresAt)], ['Identity revoked', at(identityRevokedAt)]];
}
