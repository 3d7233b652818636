/** What a person does to a plan: start, pause, resume, cancel, re-issue; and what became of its instructions. */
import { Option, type Command } from 'commander';
import { instructionStates, type InstructionState } from '../../core/instruction/instruction.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { windowText } from '../options.ts';
import { counted } from '../text.ts';
import { findVersion } from '../versions.ts';
import { bytes, dateTime } from '../when.ts';

const actions = [
  { name: 'pause', operation: 'pausePlan', description: 'Pause a plan: no wave opens any more; what was instructed goes on.', done: 'is paused', next: (id: string) => `Go on with \`wavecast plan resume ${id}\`.` },
  { name: 'resume', operation: 'resumePlan', description: 'Resume a paused plan, at its next interval inside a window.', done: 'goes on', next: (id: string) => `Follow it with \`wavecast plan watch ${id}\`.` },
  { name: 'cancel', operation: 'cancelPlan', description: 'Cancel a plan for good, and withdraw what no device has fetched yet.', done: 'is cancelled', next: () => 'What devices have fetched can no longer be withdrawn.' },
] as const;

interface ReissueOptions {
  readonly name?: string;
  readonly window?: readonly ReturnType<typeof windowText>[];
  readonly force?: true;
  readonly start?: true;
  readonly unproven?: true;
}

interface InstructionsOptions {
  readonly branch?: string;
  readonly state?: InstructionState;
}

/** Of instructions to install and to remove; `collected` ends an inventory. */
const planStates = instructionStates.filter((state) => state !== 'collected');

const UNPROVEN = ['--unproven', 'start although no test device has the version yet; the audit log keeps it'] as const;
const EXAMPLE = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

export function addPlanControl(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'start <id>', description: 'Start a plan: its waves go when its windows open. A test device must have its version first.',
    examples: [`plan start ${EXAMPLE}`, `plan start ${EXAMPLE} --unproven`],
  })
    .option(...UNPROVEN)
    .action(async (id: string, { unproven = false }: { readonly unproven?: boolean }, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).call('startPlan', { id, body: { unproven } });
      output.result(plan, () => [`${plan.name} is started.`]);
      output.note(`Follow it with \`wavecast plan watch ${id}\`.`);
    });

  for (const { name, operation, description, done, next } of actions) {
    addCommand(group, { usage: `${name} <id>`, description, examples: [`plan ${name} ${EXAMPLE}`] }).action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).call(operation, { id });
      output.result(plan, () => [`${plan.name} ${done}.`]);
      output.note(next(id));
    });
  }

  addCommand(group, { usage: 'set-version <id>', description: 'Give a plan that is a draft another version of its app.', examples: [`plan set-version ${EXAMPLE} --version com.example.fieldwork@2.2.0`] })
    .requiredOption('--version <version>', 'an id of `wavecast app show`, or PACKAGE-NAME@VERSION')
    .action(async (id: string, { version: wanted }: { readonly version: string }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { id: versionId } = await findVersion(client, wanted);
      const plan = await client.call('changePlanVersion', { id, body: { versionId } });
      output.result(plan, () => [`${plan.name} is for ${plan.bundleId} ${plan.shortVersion} (${plan.version}).`]);
    });

  addCommand(group, {
    usage: 'reissue <id>', description: 'Make a plan for the devices on which this one did not succeed, and for no others. They are asked for their inventory first.',
    examples: [`plan reissue ${EXAMPLE} --start`, `plan reissue ${EXAMPLE} --window 13:00-14:00`],
  })
    .option('--name <text>', 'what the new plan is called')
    .option('--window <window>', 'instead of the former windows, in every branch; may be repeated', (text: string, windows: ReissueOptions['window']) => [...(windows ?? []), windowText(text)])
    .option('--force', 'also devices that were prompted twice for this version within a week')
    .option('--start', 'start it at once')
    .option('--unproven', `with --start: ${UNPROVEN[1]}`)
    .action(async (id: string, options: ReissueOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const body = checkBody('reissuePlan', {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.window === undefined ? {} : { windows: options.window }), ...(options.force === true ? { force: true } : {}),
      }, { name: '--name', windows: '--window' });
      const made = await client.call('reissuePlan', { id, body });
      if (options.start !== true) {
        output.result(made, () => reissueLines(made, 'made'));
        output.note(`Start it with \`wavecast plan start ${made.id}\`.`);
        return;
      }
      const started = await client.call('startPlan', { id: made.id, body: { unproven: options.unproven === true } }).catch((error: unknown) => {
        // It is there all the same, and must not be made a second time.
        output.note(`Plan ${made.id} is made, but not started.`);
        throw error;
      });
      output.result({ ...made, ...started }, () => reissueLines(made, 'made and started'));
      output.note(`Follow it with \`wavecast plan watch ${made.id}\`.`);
    });

  addCommand(group, { usage: 'instructions <id>', description: 'Show what became of each device\'s instruction.', examples: [`plan instructions ${EXAMPLE}`, `plan instructions ${EXAMPLE} --branch berlin --state failed`] })
    .option('--branch <id>', 'only this branch')
    .addOption(new Option('--state <state>', 'only this state').choices(planStates))
    .action(async (id: string, { branch, state }: InstructionsOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const found = await everyItem((page) => client.call('listInstructions', { id, query: { branchId: branch, state, ...page } }));
      output.list(found, [
        { title: 'DEVICE', value: ({ deviceName }) => deviceName },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATE', value: ({ state: word }) => word, keep: true },
        { title: 'SINCE', value: ({ updatedAt }) => dateTime(updatedAt), spare: true },
        { title: 'FETCHED', value: ({ manifestAt, download }) => (download !== undefined ? bytes(download.bytes) : manifestAt !== undefined ? 'manifest' : ''), align: 'right', spare: true },
        { title: 'WHY', value: ({ reason }) => (reason === undefined ? '' : [reason.words, ...(reason.deviceCodes ?? [])].join(' ')), wrap: true },
      ], branch === undefined && state === undefined ? `No device is instructed yet. \`wavecast plan show ${id}\` says when the first wave goes.` : `There are no such instructions. See all with \`wavecast plan instructions ${id}\`.`);
    });
}

function reissueLines({ id, name, devices, prompted, unreachable }: AnswerOf<'reissuePlan'>, done: string): readonly string[] {
  return [
    `Plan ${id} (${name}) is ${done}, for ${counted(devices, 'device')}.`,
    ...(prompted === 0 ? [] : [`Left out, since they were prompted twice for this version within a week: ${prompted}. --force takes them in.`]),
    ...(unreachable === 0 ? [] : [`Left out, since they are not enrolled: ${unreachable}.`]),
  ];
}
