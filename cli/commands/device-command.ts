/** `wavecast device command` and what goes with it: commands by hand, and the device's queue. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { download, writeOutput } from '../download.ts';
import { everyItem } from '../every-item.ts';
import { CliFailure } from '../failure.ts';
import { dataKeys, readDictionary, typedKeys } from '../json-file.ts';
import { gather } from '../options.ts';
import type { Facts } from '../output.ts';
import { counted } from '../text.ts';
import { dateTime } from '../when.ts';

interface SendOptions {
  readonly key?: readonly string[];
  readonly data?: readonly string[];
  readonly keys?: string;
}

const DEVICE = '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c';
const COMMAND = '2f6c1a90-3b1d-8c55-a1f0-9e8d7c6b5a40';

export function addDeviceCommand(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'command <device> <request-type>', description: 'Send a device any MDM command, by Apple\'s names of it and of its keys. Refused: what would lock, erase or lose the device.',
    examples: [`device command ${DEVICE} ProfileList`, `device command ${DEVICE} RemoveApplication --key Identifier=com.example.old`, `device command ${DEVICE} InstallProvisioningProfile --data ProvisioningProfile=team.mobileprovision`],
  })
    .option('--key <name=value>', 'a key of the command; numbers, true, false, [lists] and {dictionaries} as JSON; may be repeated', gather)
    .option('--data <name=file>', 'a key whose value is a file\'s bytes; may be repeated', gather)
    .option('--keys <file>', 'more keys from a JSON file; data is {"$data": "base64"}, a date {"$date": "2026-11-25T10:00:00Z"}')
    .action(async (named: string, requestType: string, { key, data, keys }: SendOptions, command: Command) => {
      const body = checkBody('sendCommand', { ...(keys === undefined ? {} : await readDictionary('--keys', keys)), ...typedKeys(key), ...await dataKeys(data), requestType }, { requestType: 'REQUEST-TYPE' });
      const { api, output } = open(command);
      const client = await api();
      const sent = await client.call('sendCommand', { id: await deviceIdOf(client, named), body });
      output.facts(sent, [['Command', sent.commandUUID], ['Waits until', dateTime(sent.expiresAt)]]);
      output.note(`See what became of it with \`wavecast device command-result ${sent.commandUUID}\`.`);
    });

  addCommand(group, {
    usage: 'command-result <command>', description: 'Show what became of a command that was sent by hand, and fetch the device\'s answer.',
    examples: [`device command-result ${COMMAND}`, `device command-result ${COMMAND} --output answer.plist`],
  })
    .option('--output <file>', 'write the device\'s answer there, a property list, just as it came')
    .action(async (id: string, options: { readonly output?: string }, command: Command) => {
      const { api, output, world } = open(command);
      // The link is for whoever asked: it is followed and not shown.
      const { answerLink, answerLinkExpiresAt: _, ...result } = await (await api()).call('getCommand', { id });
      if (options.output !== undefined) {
        if (answerLink === undefined) throw new CliFailure('There is no answer to be had.', { code: 'not-found', remedy: 'Look at the state of the command, without --output.' });
        await writeOutput(options.output, await download(world, 'The answer', answerLink));
      }
      output.facts(options.output === undefined ? { ...result, answered: answerLink !== undefined } : { ...result, answered: true, file: options.output }, factsOf(result));
      if (answerLink !== undefined && options.output === undefined) output.note('Fetch the device\'s answer with --output FILE.');
    });

  addCommand(group, { usage: 'queue <device>', description: 'Show what waits for a device, in order.', examples: ['device queue till-07'] }).action(async (named: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const id = await deviceIdOf(client, named);
    const items = await everyItem((page) => client.call('listCommands', { id, query: page }), Number.POSITIVE_INFINITY);
    output.list(items, [
      { title: 'COMMAND', value: ({ commandUUID }) => commandUUID, keep: true },
      { title: 'REQUEST', value: ({ requestType }) => requestType },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'QUEUED', value: ({ queuedAt }) => dateTime(queuedAt) },
      { title: 'UNTIL', value: ({ expiresAt }) => dateTime(expiresAt), spare: true },
      { title: 'TRIES', value: ({ tries }) => tries, align: 'right', spare: true },
      { title: 'BY', value: ({ requestedBy }) => requestedBy, spare: true },
    ], 'Nothing waits for this device.');
  });

  addCommand(group, { usage: 'clear-queue <device>', description: 'Withdraw what a device has not been given yet. Instructions that lose their command are cancelled.', examples: [`device clear-queue ${DEVICE}`] })
    .action(async (named: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const cleared = await client.call('clearCommands', { id: await deviceIdOf(client, named) });
      output.result(cleared, () => [
        `${counted(cleared.withdrawn, 'command')} withdrawn, ${counted(cleared.cancelled, 'instruction')} cancelled.`,
        ...(cleared.kept === 0 ? [] : [`${counted(cleared.kept, 'command')} kept: the device has ${cleared.kept === 1 ? 'it' : 'them'} already.`]),
      ]);
    });
}

function factsOf(result: Omit<AnswerOf<'getCommand'>, 'answerLink' | 'answerLinkExpiresAt'>): Facts {
  const when = (instant: number | undefined): string | undefined => (instant === undefined ? undefined : dateTime(instant));
  return [
    ['Command', result.commandUUID], ['Request', result.requestType], ['State', result.state], ['Device', result.deviceId], ['Sent by', result.requestedBy], ['Queued', when(result.queuedAt)],
    ['Waits until', when(result.expiresAt)], ['Given to the device', when(result.handedAt)], ['Put off', when(result.notNowAt)], ['Reported', when(result.reportedAt)],
    ['Why', result.reason?.words], ['Device\'s codes', result.reason?.deviceCodes?.join(', ')],
  ];
}
