/** `wavecast plan`: what goes where and when, and how far it is. Its changes are in plan-control.ts. */
import type { Command } from 'commander';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { countNumber, instantText, share } from '../options.ts';
import { addPlanOptions, planBody, type PlanOptions } from '../plan-body.ts';
import { nobodyIn, previewLines } from '../preview-lines.ts';
import { dateTime } from '../when.ts';
import { addPlanControl } from './plan-control.ts';
import { addPlanEdit } from './plan-edit.ts';
import { addPlanExtend } from './plan-extend.ts';
import { addPlanImport } from './plan-import.ts';
import { addPlanPace } from './plan-pace.ts';
import { addPlanRecount } from './plan-recount.ts';
import { addPlanShow } from './plan-show.ts';
import { addPlanTargets } from './plan-targets.ts';
import { addPlanVerdicts } from './plan-verdicts.ts';
import { addPlanWatch } from './plan-watch.ts';

interface PreviewOptions extends PlanOptions {
  readonly budget?: number;
  readonly at?: number;
  readonly asStarted?: true;
}

export function addPlan(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'plan', 'Rollouts: what goes where and when, and how far it is.');

  addPlanOptions(addCommand(group, {
    usage: 'create', description: 'Make a plan. Nothing happens to any device until `wavecast plan start`.',
    examples: [
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --branch tokyo=13:00-14:00',
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00,13:00-14:00 --wave-size 20 --interval 10 --abort-share 10%',
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --canary test --soak 24 --canary-abort-share 5%',
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --tag field',
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --devices devices.txt',
      'plan create --remove --package-name com.example.fieldwork --branch berlin=01:00-02:00',
      'plan create --file plan.json',
    ],
  })).action(async (options: PlanOptions, command: Command) => {
    const { api, output, world } = open(command);
    const client = await api();
    const plan = await client.call('createPlan', { body: await planBody(client, options, world) });
    output.result(plan, () => [`Plan ${plan.id} (${plan.name}) is made.`]);
    if (plan.versionWarning !== undefined) output.note(plan.versionWarning);
    if (plan.emptyBranches !== undefined) output.note(nobodyIn(plan.emptyBranches));
    output.note(`See what it will do with \`wavecast plan preview ${plan.id}\`, start it with \`wavecast plan start ${plan.id}\`.`);
  });

  addCommand(group, { usage: 'list', description: 'Show the plans, newest first.', examples: ['plan list', 'plan list --limit 5'] })
    .option('--limit <count>', 'at most so many', countNumber, 50)
    .action(async ({ limit }: { readonly limit: number }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      output.list(await everyItem((query) => client.call('listPlans', { query }), limit), [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'NAME', value: ({ name }) => name },
        { title: 'VERSION', value: ({ operation, shortVersion, version }) => (operation === 'install' ? `${shortVersion} (${version})` : 'removal') },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'MADE', value: ({ createdAt }) => dateTime(createdAt), spare: true },
        { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId, spare: true },
        { title: 'BY', value: ({ createdBy }) => createdBy, spare: true },
      ], 'There are no plans. Make one with `wavecast plan create`.');
    });

  addPlanEdit(group, open);
  addPlanImport(group, open);
  addPlanShow(group, open);

  addPlanOptions(addCommand(group, {
    usage: 'preview [id]', description: 'Show what a plan will do and what it puts on the links: of a plan that is made, or of the flags of `plan create`. An estimate.',
    examples: ['plan preview 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan preview --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --wave-size 20'],
  })).option('--budget <share>', 'the share of each link that the plan may take (default: 30%)', share)
    .option('--at <instant>', 'as if it were started for this instant: 2026-12-01T08:00 is UTC, 2026-12-01T08:00+01:00 has its offset', instantText)
    .option('--as-started', 'of a plan under way: what was to be expected when it was started, to be laid beside what happened')
    .action(async (id: string | undefined, { budget, at, asStarted, ...options }: PreviewOptions, command: Command) => {
      const flags = Object.keys(options).filter((flag) => flag !== 'json' && flag !== 'url');
      if (id !== undefined && flags.length > 0) throw wrongUsage('A plan that is made is previewed as it is, without flags.', 'Leave out the id, or the flags.');
      if (id === undefined && asStarted === true) throw wrongUsage('--as-started is of a plan that is made.', 'Name the plan, or leave out --as-started.');
      const { api, output, world } = open(command);
      const client = await api();
      const terms = { ...(budget === undefined ? {} : { budget }), ...(at === undefined ? {} : { at }), ...(asStarted === true ? { asStarted } : {}) };
      const preview = id === undefined ? await client.call('previewNewPlan', { body: { ...await planBody(client, options, world), ...terms } }) : await client.call('previewPlan', { id, body: terms });
      output.result(preview, () => previewLines(output, preview));
    });

  addPlanTargets(group, open);
  addPlanRecount(group, open);
  addPlanPace(group, open);
  addPlanExtend(group, open);
  addPlanControl(group, open);
  addPlanVerdicts(group, open);
  addPlanWatch(group, open);
}
