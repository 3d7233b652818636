/** What a person does to a plan: start, pause, resume, cancel, re-issue; and what became of its instructions. */
import { Option, type Command } from 'commander';
import { instructionStates, type InstructionState } from '../../core/instruction/instruction.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api-client.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { everyItem } from '../every-item.ts';
import { countOrZero, gather, instantText, windowText } from '../options.ts';
import { counted } from '../text.ts';
import { findVersion } from '../versions.ts';
import { bytes, dateTime } from '../when.ts';

const actions = [
  {
    name: 'pause', operation: 'pausePlan', description: 'Pause a plan, or some of its branches: no wave opens there any more; what was instructed goes on.', done: 'is paused', only: 'pause only this branch; may be repeated',
    next: (id: string, branch: string) => `Go on with \`wavecast plan resume ${id}${branch}\`.`,
  },
  {
    name: 'resume', operation: 'resumePlan', description: 'Resume a paused plan, or branches that were paused by themselves, at the next interval inside a window.', done: 'goes on', only: 'resume only this branch, which was paused by itself; may be repeated',
    next: (id: string) => `Follow it with \`wavecast plan watch ${id}\`.`,
  },
] as const;

interface ReissueOptions {
  readonly reason?: readonly string[];
  readonly branch?: readonly string[];
  readonly device?: readonly string[];
  readonly name?: string;
  readonly window?: readonly ReturnType<typeof windowText>[];
  readonly force?: true;
  readonly reissueTimes?: number;
  readonly start?: true;
  readonly unproven?: true;
}

interface StartOptions {
  readonly unproven?: boolean;
  readonly at?: number;
  readonly supersede?: true;
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
    usage: 'start <id>', description: 'Start a plan, now or for later: its waves go when its windows open. A test device must have its version first.',
    examples: [`plan start ${EXAMPLE}`, `plan start ${EXAMPLE} --at 2026-12-01T08:00+01:00`, `plan start ${EXAMPLE} --supersede`, `plan start ${EXAMPLE} --unproven`],
  })
    .option('--at <instant>', 'open no window before this instant, the same in all branches: 2026-12-01T08:00 is UTC, 2026-12-01T08:00+01:00 has its offset', instantText)
    .option('--supersede', 'take the place of plans under way for the same app, where they meet: they end there at once, and what no device has fetched of them is withdrawn')
    .option(...UNPROVEN)
    .action(async (id: string, { unproven = false, at, supersede }: StartOptions, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).call('startPlan', { id, body: { unproven, ...(at === undefined ? {} : { at }), ...(supersede === true ? { supersede } : {}) } });
      output.result(plan, () => [plan.startsAt === undefined ? `${plan.name} is started.` : `${plan.name} is started for ${dateTime(plan.startsAt)}: no window opens before.`]);
      for (const former of plan.supersedes ?? []) output.note(`It takes the place of plan ${former} where they meet.`);
      output.note(`Follow it with \`wavecast plan watch ${id}\`.`);
    });

  for (const { name, operation, description, done, only, next } of actions) {
    addCommand(group, { usage: `${name} <id>`, description, examples: [`plan ${name} ${EXAMPLE}`, `plan ${name} ${EXAMPLE} --branch berlin`] })
      .option('--branch <id>', only, gather)
      .action(async (id: string, { branch: branches }: { readonly branch?: readonly string[] }, command: Command) => {
        const { api, output } = open(command);
        const plan = await (await api()).call(operation, { id, body: branches === undefined ? {} : { branches: [...branches] } });
        output.result(plan, () => [`${plan.name} ${done}${branches === undefined ? '' : ` in ${branches.join(', ')}`}.`]);
        output.note(next(id, branches === undefined ? '' : branches.map((branch) => ` --branch ${branch}`).join('')));
        const still = (plan.holds ?? []).filter(({ kind }) => kind === 'paused').map(({ branchId }) => branchId);
        if (name === 'resume' && plan.status === 'paused') output.note(`The plan itself is paused: \`wavecast plan resume ${id}\` lets it go on.`);
        else if (name === 'resume' && still.length > 0) output.note(`Still paused by ${still.length === 1 ? 'itself' : 'themselves'}: ${still.join(', ')}. \`--branch\` resumes ${still.length === 1 ? 'it' : 'them'}.`);
      });
  }

  addCommand(group, { usage: 'cancel <id>', description: 'Cancel a plan for good, and withdraw what no device has fetched yet.', examples: [`plan cancel ${EXAMPLE}`, `plan cancel ${EXAMPLE} --only-draft`] })
    .option('--only-draft', 'only where it is a draft still: a plan that somebody has started meanwhile goes on')
    .action(async (id: string, { onlyDraft = false }: { readonly onlyDraft?: boolean }, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).call('cancelPlan', { id, body: { onlyDraft } });
      output.result(plan, () => [`${plan.name} is cancelled.`]);
      if (!onlyDraft) output.note('What devices have fetched can no longer be withdrawn.');
    });

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
    usage: 'reissue <id>', description: 'Make a plan for the devices on which this one did not succeed, or for some of them, and for no others. They are asked for their inventory first.',
    examples: [`plan reissue ${EXAMPLE} --start`, `plan reissue ${EXAMPLE} --window 13:00-14:00`, `plan reissue ${EXAMPLE} --reason user-rejected --branch berlin`, `plan reissue ${EXAMPLE} --device desk-12 --device desk-14`],
  })
    .option('--reason <code>', 'only where this is why, as `plan instructions --json` names it: user-rejected, not-heard-from; may be repeated', gather)
    .option('--branch <id>', 'only what was instructed in this branch; may be repeated', gather)
    .option('--device <device>', 'only this device, by name, serial number or id; may be repeated', gather)
    .option('--name <text>', 'what the new plan is called')
    .option('--window <window>', 'instead of the former windows, in every branch; may be repeated', (text: string, windows: ReissueOptions['window']) => [...(windows ?? []), windowText(text)])
    .option('--force', 'also devices that were prompted twice for this version within a week')
    .option('--reissue-times <count>', 'how often what fails then is tried again by itself (default: as the plan says)', countOrZero)
    .option('--start', 'start it at once')
    .option('--unproven', `with --start: ${UNPROVEN[1]}`)
    .action(async (id: string, options: ReissueOptions, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const body = checkBody('reissuePlan', {
        ...(options.name === undefined ? {} : { name: options.name }), ...(options.reason === undefined ? {} : { reasons: options.reason }), ...(options.branch === undefined ? {} : { branches: options.branch }),
        ...(options.device === undefined ? {} : { deviceIds: await deviceIdsOf(client, options.device) }), ...(options.window === undefined ? {} : { windows: options.window }), ...(options.force === true ? { force: true } : {}),
        ...(options.reissueTimes === undefined ? {} : { reissueTimes: options.reissueTimes }),
      }, { name: '--name', windows: '--window', reasons: '--reason', branches: '--branch', deviceIds: '--device', reissueTimes: '--reissue-times' });
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

async function deviceIdsOf(api: ApiClient, named: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const text of named) ids.push(await deviceIdOf(api, text));
  return ids;
}

function reissueLines({ id, name, devices, prompted, unreachable }: AnswerOf<'reissuePlan'>, done: string): readonly string[] {
  return [
    `Plan ${id} (${name}) is ${done}, for ${counted(devices, 'device')}.`,
    ...(prompted === 0 ? [] : [`Left out, since they were prompted twice for this version within a week: ${prompted}. --force takes them in.`]),
    ...(unreachable === 0 ? [] : [`Left out, since they are not enrolled: ${unreachable}.`]),
  ];
}
