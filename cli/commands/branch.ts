/** `wavecast branch`: sites, their time zones and their links. */
import type { Command } from 'commander';
import type { BranchAnswer } from '../../protocol/admin/branch.ts';
import { acceptanceFacts, acceptanceOf, addAcceptanceOptions, type AcceptanceOptions } from '../acceptance.ts';
import { findBranch, listBranches } from '../branches.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { countOrNone, positiveNumber, yesOrNo } from '../options.ts';
import { counted } from '../text.ts';
import type { Facts } from '../output.ts';
import { addBranchLoad } from './branch-load.ts';

interface SetOptions extends AcceptanceOptions {
  readonly name?: string;
  readonly timeZone?: string;
  readonly link?: number;
  readonly brake?: boolean;
  readonly openLimit?: number | 'none';
}

export function addBranch(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'branch', 'Sites: their time zones, their links, their emergency brakes.');

  addCommand(group, { usage: 'list', description: 'Show all branches.', examples: ['branch list', 'branch list --json'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    const branches = await listBranches(await api());
    output.list(branches, [
      { title: 'ID', value: ({ id }) => id, keep: true },
      { title: 'NAME', value: ({ name }) => name },
      { title: 'TIME ZONE', value: ({ timeZone }) => timeZone },
      { title: 'LINK Mbit/s', value: ({ linkMbps }) => linkMbps, align: 'right' },
      { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
      { title: 'ENROLLED', value: ({ enrolled }) => enrolled, align: 'right' },
      // Nearly always none: then the room is better used otherwise.
      ...(branches.every(({ unreachable }) => unreachable === 0) ? [] : [{ title: 'UNREACHABLE', value: ({ unreachable }: BranchAnswer) => unreachable, align: 'right', keep: true } as const]),
      { title: 'BRAKE', value: ({ brake }) => (brake ? 'ON' : 'off') },
    ], 'There are no branches. Make one with `wavecast branch set ID --time-zone ZONE --link MBPS`.');
  });

  addCommand(group, { usage: 'show <id>', description: 'Show one branch.', examples: ['branch show berlin'] }).action(async (id: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const branch = await findBranch(await api(), id);
    output.facts(branch, factsOf(branch));
  });

  addAcceptanceOptions(addCommand(group, {
    usage: 'set <id>', description: 'Make a branch, or change what is named of it.',
    examples: ['branch set berlin --name "Berlin Mitte" --time-zone Europe/Berlin --link 100', 'branch set berlin --brake on', 'branch set berlin --open-limit 5', 'branch set berlin --supervised 80% --morning 05:00-06:30'],
  })
    .option('--name <text>', 'what people call it (default for a new one: its id)')
    .option('--time-zone <zone>', 'IANA name, for example Asia/Tokyo; needed for a new one')
    .option('--link <mbps>', 'capacity of its link in Mbit/s; needed for a new one', positiveNumber)
    .option('--open-limit <count|none>', 'installations of a plan that may be open there at once, unless the plan says otherwise', countOrNone)
    .option('--brake <on|off>', 'stop serving packages there at once, or go on', yesOrNo))
    .action(async (id: string, options: SetOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const before = (await listBranches(client)).find((branch) => branch.id === id);
      const timeZone = options.timeZone ?? before?.timeZone;
      const linkMbps = options.link ?? before?.linkMbps;
      if (timeZone === undefined) throw wrongUsage(`The branch "${id}" is new: --time-zone is missing.`, 'Give its zone, for example --time-zone Europe/Berlin.');
      if (linkMbps === undefined) throw wrongUsage(`The branch "${id}" is new: --link is missing.`, 'Give the capacity of its link in Mbit/s, for example --link 100.');
      const openLimit = options.openLimit ?? before?.openLimit;
      const acceptance = acceptanceOf(options, before?.acceptance);
      const body = checkBody('putBranch', { name: options.name ?? before?.name ?? id, timeZone, linkMbps, brake: options.brake ?? before?.brake ?? false, ...(acceptance === undefined ? {} : { acceptance }), ...(openLimit === undefined || openLimit === 'none' ? {} : { openLimit }) }, { name: '--name', timeZone: '--time-zone', linkMbps: '--link', 'acceptance.soonMinutes': '--soon-minutes', openLimit: '--open-limit' });
      const branch = await client.call('putBranch', { id, body });
      output.facts(branch, factsOf(branch));
      if (options.brake === true) output.note(`No package is served in ${id} until \`wavecast branch set ${id} --brake off\`.`);
    });

  addBranchLoad(group, open);
}

function factsOf(branch: BranchAnswer): Facts {
  const { id, name, timeZone, linkMbps, devices, enrolled, brake, acceptance, openLimit } = branch;
  return [['Id', id], ['Name', name], ['Time zone', timeZone], ['Link', `${linkMbps} Mbit/s`], ['Devices', devices], ['Enrolled', enrolled], ['Brake', brake ? 'ON: no packages are served' : 'off'], ['Open at once', openLimit === undefined ? 'no limit' : counted(openLimit, 'installation')], ...acceptanceFacts(acceptance)];
}
