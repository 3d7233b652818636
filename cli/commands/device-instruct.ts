/** `wavecast device instruct`: a version on single devices, at once. */
import type { Command } from 'commander';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { countNumber } from '../options.ts';
import { findVersion } from '../versions.ts';

interface InstructOptions {
  readonly version: string;
  readonly deadline?: number;
  readonly unproven?: true;
  readonly force?: true;
}

export function addDeviceInstruct(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'instruct <device...>', description: 'Instruct up to 50 devices to install a version: at once, outside the windows of any plan. For more, make a plan.',
    examples: ['device instruct till-07 --version com.example.fieldwork@2.1.0', 'device instruct till-07 C39XK0AAPPQ2 --version com.example.fieldwork@2.1.0 --deadline 4', 'device instruct till-07 --version com.example.fieldwork@2.1.0 --force'],
  })
    .requiredOption('--version <version>', 'an id of `wavecast app show`, or PACKAGE-NAME@VERSION')
    .option('--deadline <hours>', 'an installation not finished by then has failed (default: 24)', countNumber)
    .option('--unproven', 'although no test device has the version yet; the audit log keeps it')
    .option('--force', 'also devices that a plan under way is still to instruct, and those that were prompted twice for the version within a week')
    .action(async (named: readonly string[], { version: wanted, deadline, unproven, force }: InstructOptions, command: Command) => {
      const { api, output } = open(command);
      // What is wrong in itself is said without asking the server.
      const draft = checkBody('instructDevices', {
        deviceIds: named, ...(deadline === undefined ? {} : { deadlineHours: deadline }), ...(unproven === true ? { unproven } : {}), ...(force === true ? { force } : {}),
      }, { deviceIds: 'DEVICE', deadlineHours: '--deadline' });
      const client = await api();
      const { id } = await findVersion(client, wanted);
      const deviceIds: string[] = [];
      for (const text of named) deviceIds.push(await deviceIdOf(client, text));
      const answer = await client.call('instructDevices', { id, body: { ...draft, deviceIds } });
      output.result(answer, () => [
        ...(answer.instructed.length === 0 ? [] : [`Instructed: ${answer.instructed.join(', ')}.`]),
        ...answer.leftOut.map(({ name, words }) => `Not instructed: ${name}. ${words}`),
      ]);
      const [first] = answer.instructed;
      if (first !== undefined) output.note(`See what becomes of it with \`wavecast device timeline ${first}\`.`);
    });
}
