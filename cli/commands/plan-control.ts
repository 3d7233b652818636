/** What a person does to a plan: start, pause, resume, cancel, re-issue; and what became of its instructions. */
import type { Command } from 'commander';
import { instructions, plan as planShape } from '../answers.ts';
import { at } from '../api-client.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { windowText } from '../options.ts';
import { dateTime } from '../when.ts';

const actions = [
  { name: 'start', description: 'Start a plan: its waves go when its windows open.', done: 'is started', next: (id: string) => `Follow it with \`wavecast plan watch ${id}\`.` },
  { name: 'pause', description: 'Pause a plan: no wave opens any more; what was instructed goes on.', done: 'is paused', next: (id: string) => `Go on with \`wavecast plan resume ${id}\`.` },
  { name: 'resume', description: 'Resume a paused plan, at its next interval inside a window.', done: 'goes on', next: (id: string) => `Follow it with \`wavecast plan watch ${id}\`.` },
  { name: 'cancel', description: 'Cancel a plan for good, and withdraw what no device has fetched yet.', done: 'is cancelled', next: () => 'What devices have fetched can no longer be withdrawn.' },
] as const;

interface ReissueOptions {
  readonly name?: string;
  readonly window?: readonly ReturnType<typeof windowText>[];
  readonly force?: true;
  readonly start?: true;
}

interface InstructionsOptions {
  readonly branch?: string;
  readonly state?: string;
}

const EXAMPLE = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

export function addPlanControl(group: Command, open: OpenScene): void {
  for (const { name, description, done, next } of actions) {
    addCommand(group, { usage: `${name} <id>`, description, examples: [`plan ${name} ${EXAMPLE}`] }).action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).send('POST', `plans/${at(id)}/${name}`, {}, planShape);
      output.result(plan, () => [`${plan.name} ${done}.`]);
      output.note(next(id));
    });
  }

  addCommand(group, {
    usage: 'reissue <id>', description: 'Make a plan for the devices on which this one did not succeed, and for no others. They are asked for their inventory first.',
    examples: [`plan reissue ${EXAMPLE} --start`, `plan reissue ${EXAMPLE} --window 13:00-14:00`],
  })
    .option('--name <text>', 'what the new plan is called')
    .option('--window <window>', 'instead of the former windows, in every branch; may be repeated', (text: string, windows: ReissueOptions['window']) => [...(windows ?? []), windowText(text)])
    .option('--force', 'also devices that were prompted twice for this version within a week')
    .option('--start', 'start it at once')
    .action(async (id: string, options: ReissueOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const made = await client.send('POST', `plans/${at(id)}/reissue`, {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.window === undefined ? {} : { windows: options.window }), ...(options.force === true ? { force: true } : {}),
      }, planShape);
      const plan = options.start === true ? await client.send('POST', `plans/${at(made.id)}/start`, {}, planShape) : made;
      output.result(plan, () => [`Plan ${made.id} (${made.name}) is made${options.start === true ? ' and started' : ''}.`]);
      output.note(options.start === true ? `Follow it with \`wavecast plan watch ${made.id}\`.` : `Start it with \`wavecast plan start ${made.id}\`.`);
    });

  addCommand(group, { usage: 'instructions <id>', description: 'Show what became of each device\'s instruction.', examples: [`plan instructions ${EXAMPLE}`, `plan instructions ${EXAMPLE} --branch berlin --state failed`] })
    .option('--branch <id>', 'only this branch')
    .option('--state <state>', 'only this state, for example failed, rejected, timedOut')
    .action(async (id: string, { branch, state }: InstructionsOptions, command: Command) => {
      const { api, output } = open(command);
      const found = await (await api()).all(`plans/${at(id)}/instructions`, instructions, { branchId: branch, state });
      output.list(found, [
        { title: 'DEVICE', value: ({ deviceName }) => deviceName },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATE', value: ({ state: word }) => word, keep: true },
        { title: 'SINCE', value: ({ updatedAt }) => dateTime(updatedAt), keep: true },
        { title: 'WHY', value: ({ reason }) => (reason === undefined ? '' : [reason.words, ...(reason.deviceCodes ?? [])].join(' ')) },
      ], 'There are no such instructions.');
    });
}
