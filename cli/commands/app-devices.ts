/** `wavecast app devices`: where every device is with a version, and why. */
import { Option, type Command } from 'commander';
import { outcomeStates, type OutcomeState } from '../../core/result/outcome.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { countNumber } from '../options.ts';
import { findVersion } from '../versions.ts';
import { dateTime } from '../when.ts';

interface Options {
  readonly branch?: string;
  readonly state?: OutcomeState;
  readonly reason?: string;
  readonly limit: number;
}

export function addAppDevices(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'devices <version>',
    description: 'Show where every device is with a version, since when and why. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION. Who has it is read from inventory, the rest from the last instruction.',
    examples: ['app devices com.example.fieldwork@2.1.0 --branch berlin', 'app devices com.example.fieldwork@2.1.0 --state failed', 'app devices com.example.fieldwork@2.1.0 --reason user-rejected'],
  })
    .option('--branch <id>', 'only this branch')
    .addOption(new Option('--state <state>', 'only devices in this state; none: not instructed, or there no more').choices(outcomeStates))
    .option('--reason <code>', 'only devices with this reason, for example user-rejected')
    .option('--limit <count>', 'at most so many', countNumber, 1_000)
    .action(async (text: string, { branch, state, reason, limit }: Options, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const filter = { ...(branch === undefined ? {} : { branchId: branch }), ...(state === undefined ? {} : { state }), ...(reason === undefined ? {} : { reason }) };
      let instructions: AnswerOf<'listVersionDevices'>['instructions'];
      const devices = await everyItem(async (page) => {
        const answer = await client.call('listVersionDevices', { id, query: { ...filter, ...page } });
        instructions ??= answer.instructions;
        return answer;
      }, limit);
      output.list(devices, [
        { title: 'DEVICE', value: ({ deviceName }) => deviceName },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATE', value: ({ state: of }) => of },
        { title: 'SINCE', value: ({ since }) => (since === undefined ? undefined : dateTime(since)), keep: true },
        { title: 'ATTEMPT', value: ({ attempt }) => attempt, align: 'right' },
        { title: 'WHY', value: ({ words, deviceCodes = [] }) => [words, ...deviceCodes].join(' '), wrap: true },
      ], 'There are no such devices.');
      const counts = Object.entries(instructions ?? {}).map(([of, count]) => `${count} ${of}`);
      if (counts.length > 0) output.note(`Instructions of all plans for it: ${counts.join(', ')}.`);
    });
}
