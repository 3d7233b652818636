/** `wavecast plan`: what goes where and when, and how far it is. Its changes are in plan-control.ts. */
import type { Command } from 'commander';
import { plan as planShape, planDetail, plans, preview as previewShape, waves as wavesShape, type PlanDetail, type WaveAnswer } from '../answers.ts';
import { at } from '../api-client.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { wholeNumber } from '../options.ts';
import type { Output } from '../output.ts';
import { addPlanOptions, planBody, type PlanOptions } from '../plan-body.ts';
import { viewOf } from '../plan-answer.ts';
import { renderPlan } from '../render-plan.ts';
import { previewLines } from '../preview-lines.ts';
import { dateTime } from '../when.ts';
import { wantsColour } from '../world.ts';
import { addPlanControl } from './plan-control.ts';
import { addPlanWatch } from './plan-watch.ts';

/** Where lines are not cut to a terminal. */
const WIDE = 120;

export function addPlan(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'plan', 'Rollouts: what goes where and when, and how far it is.');

  addPlanOptions(addCommand(group, {
    usage: 'create', description: 'Make a plan. Nothing happens to any device until `wavecast plan start`.',
    examples: [
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --branch tokyo=13:00-14:00',
      'plan create --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00,13:00-14:00 --wave-size 20 --interval 10 --abort-share 10%',
      'plan create --file plan.json',
    ],
  })).action(async (options: PlanOptions, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    const plan = await client.send('POST', 'plans', await planBody(client, options), planShape);
    output.result(plan, () => [`Plan ${plan.id} is made.`]);
    output.note(`See what it will do with \`wavecast plan preview ${plan.id}\`, start it with \`wavecast plan start ${plan.id}\`.`);
  });

  addCommand(group, { usage: 'list', description: 'Show the plans, newest first.', examples: ['plan list', 'plan list --limit 5'] })
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .action(async ({ limit }: { readonly limit: number }, command: Command) => {
      const { api, output } = open(command);
      output.list(await (await api()).all('plans', plans, {}, limit), [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'NAME', value: ({ name }) => name },
        { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId },
        { title: 'VERSION', value: ({ shortVersion, version }) => `${shortVersion} (${version})` },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'MADE', value: ({ createdAt }) => dateTime(createdAt) },
        { title: 'BY', value: ({ createdBy }) => createdBy },
      ], 'There are no plans. Make one with `wavecast plan create`.');
    });

  addCommand(group, { usage: 'show <id>', description: 'Show a plan and how far it is.', examples: ['plan show 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan show 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --waves'] })
    .option('--waves', 'every wave, too')
    .action(async (id: string, options: { readonly waves?: true }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const plan = await client.get(`plans/${at(id)}`, planDetail);
      const waves = options.waves === true ? await client.all(`plans/${at(id)}/waves`, wavesShape) : undefined;
      output.result(waves === undefined ? plan : { ...plan, waves }, () => [
        ...renderPlan(viewOf(plan, world.now()), { width: output.width() ?? WIDE, colour: wantsColour(world.stdout, world.env), now: world.now() }),
        '', ...termsOf(plan), ...(waves === undefined ? [] : ['', ...waveTable(output, waves)]),
      ]);
    });

  addPlanOptions(addCommand(group, {
    usage: 'preview [id]', description: 'Show what a plan will do: of a plan that is made, or of the flags of `plan create`. An estimate.',
    examples: ['plan preview 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan preview --version com.example.fieldwork@2.1.0 --branch berlin=01:00-02:00 --wave-size 20'],
  })).action(async (id: string | undefined, options: PlanOptions, command: Command) => {
    const flags = Object.keys(options).filter((flag) => flag !== 'json' && flag !== 'url');
    if (id !== undefined && flags.length > 0) throw wrongUsage('A plan that is made is previewed as it is, without flags.', 'Leave out the id, or the flags.');
    const { api, output } = open(command);
    const client = await api();
    const preview = id === undefined ? await client.send('POST', 'plans/preview', await planBody(client, options), previewShape) : await client.send('POST', `plans/${at(id)}/preview`, {}, previewShape);
    output.result(preview, () => previewLines(output, preview));
  });

  addPlanControl(group, open);
  addPlanWatch(group, open);
}

function termsOf(plan: PlanDetail): readonly string[] {
  const rule = plan.abortRule === undefined ? '' : `; pauses when more than ${Math.round(plan.abortRule.share * 1_000) / 10} % of at least ${plan.abortRule.minimum} have failed`;
  return [`${plan.waveSize} devices every ${plan.intervalMinutes} min; failed after ${plan.deadlineHours} h${rule}.`, `Made ${dateTime(plan.createdAt)} by ${plan.createdBy}.`];
}

function waveTable(output: Output, waves: readonly WaveAnswer[]): readonly string[] {
  return output.table([
    { title: 'BRANCH', value: ({ branchId }) => branchId },
    { title: 'WAVE', value: ({ seq }) => seq, align: 'right' },
    { title: 'OPENED', value: ({ openedAt }) => dateTime(openedAt), keep: true },
    { title: 'STATES', value: ({ totals = {} }) => Object.entries(totals).map(([state, count]) => `${count} ${state}`).join(', ') },
  ], waves);
}
