/** `wavecast plan pace`: how quickly devices are asked, by hand or as advised. */
import type { Command } from 'commander';
import type { PlanAnswer } from '../../protocol/admin/plan.ts';
import type { PreviewAnswer } from '../../protocol/admin/plan-preview.ts';
import type { ApiClient } from '../api-client.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { countNumber, countOrNone, gather, share } from '../options.ts';
import type { Output } from '../output.ts';
import { counted } from '../text.ts';

interface PaceOptions {
  readonly waveSize?: number;
  readonly interval?: number;
  readonly branch?: readonly string[];
  readonly advised?: true;
  readonly budget?: number;
  readonly openLimit?: number | 'none';
}

interface Change {
  readonly branchId: string;
  readonly pace: { readonly waveSize: number; readonly intervalMinutes: number };
}

const EXAMPLE = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

export function addPlanPace(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'pace <id>', description: 'Change how quickly devices are asked, from the next wave on: in the whole plan, in some branches, or as `plan preview` advises; and how many installations may be open at once.',
    examples: [`plan pace ${EXAMPLE} --wave-size 20 --interval 10`, `plan pace ${EXAMPLE} --branch berlin --wave-size 5`, `plan pace ${EXAMPLE} --advised --budget 20%`, `plan pace ${EXAMPLE} --branch berlin --open-limit 5`],
  })
    .option('--wave-size <devices>', 'devices instructed together', countNumber)
    .option('--interval <minutes>', 'time between the waves of a branch', countNumber)
    .option('--open-limit <count|none>', 'installations open at once in a branch: at once where there was a limit, else from the next wave on', countOrNone)
    .option('--branch <id>', 'only in this branch; may be repeated', gather)
    .option('--advised', 'every branch at the pace that is advised for it')
    .option('--budget <share>', 'with --advised: the share of each link that the plan may take (default: 30%)', share)
    .action(async (id: string, options: PaceOptions, command: Command) => {
      const { waveSize, interval, branch, advised, budget, openLimit } = options;
      const byHand = waveSize !== undefined || interval !== undefined;
      if (advised === true && (byHand || branch !== undefined)) throw wrongUsage('--advised takes every branch\'s pace from the preview.', 'Leave out --wave-size, --interval and --branch, or --advised.');
      if (openLimit !== undefined && (advised === true || byHand)) throw wrongUsage('--open-limit is changed by itself.', 'Change the pace by another call.');
      if (advised !== true && !byHand && openLimit === undefined) throw wrongUsage('It is not said which pace.', 'Give --wave-size, --interval, --open-limit, or --advised.');
      if (advised !== true && budget !== undefined) throw wrongUsage('--budget says nothing without --advised.', 'Give --advised, or leave out --budget.');
      const { api, output } = open(command);
      const client = await api();
      if (openLimit !== undefined) {
        await changeLimit(client, output, id, openLimit, branch);
        return;
      }
      const body = advised === true ? { branches: await advisedChanges(client, id, budget) } : await changesByHand(client, id, options);
      const plan = await client.call('setPace', { id, body: checkBody('setPace', body, { 'pace.waveSize': '--wave-size', 'pace.intervalMinutes': '--interval', branches: '--wave-size or --interval' }) });
      output.result(plan, () => lines(plan, body.branches ?? []));
      output.note(`See what it will do with \`wavecast plan preview ${id}\`.`);
    });
}

async function changeLimit(api: ApiClient, output: Output, id: string, openLimit: number | 'none', branches: readonly string[] | undefined): Promise<void> {
  const body = checkBody('setOpenLimit', { ...(openLimit === 'none' ? {} : { openLimit }), ...(branches === undefined ? {} : { branches }) }, { openLimit: '--open-limit', branches: '--branch' });
  const plan = await api.call('setOpenLimit', { id, body });
  const where = branches === undefined ? 'every branch' : branches.join(', ');
  output.result(plan, () => [openLimit === 'none' ? `${plan.name} has no open limit in ${where}.` : `${plan.name} lets ${counted(openLimit, 'installation')} be open at once in ${where}.`]);
}

/** Of branches for which advice names a pace. Throws where it names none. */
async function advisedChanges(api: ApiClient, id: string, budget: number | undefined): Promise<readonly Change[]> {
  const { branches } = await api.call('previewPlan', { id, body: budget === undefined ? {} : { budget } });
  const changes = branches.flatMap(({ branchId, advice }): readonly Change[] => {
    const pace = advice === undefined || advice.kind === 'none' ? undefined : advice.pace;
    return pace === undefined ? [] : [{ branchId, pace: { waveSize: pace.waveSize, intervalMinutes: pace.intervalMinutes } }];
  });
  if (changes.length > 0) return changes;
  throw new CliFailure('No other pace is advised for any branch.', { code: 'nothing-advised', evidence: hopeless(branches), remedy: 'Leave the pace as it is, or try another --budget.' });
}

function hopeless(branches: PreviewAnswer['branches']): readonly string[] {
  return branches.filter(({ advice }) => advice?.kind === 'none').map(({ branchId }) => `${branchId} goes over the budget at any pace: \`wavecast plan preview\` says why`);
}

/** What is not named stays as it is. */
async function changesByHand(api: ApiClient, id: string, { waveSize, interval, branch: named }: PaceOptions): Promise<{ readonly pace?: Change['pace']; readonly branches?: readonly Change[] }> {
  const plan = await api.call('getPlan', { id });
  const pace = (own: Change['pace'] | undefined): Change['pace'] => ({ waveSize: waveSize ?? own?.waveSize ?? plan.waveSize, intervalMinutes: interval ?? own?.intervalMinutes ?? plan.intervalMinutes });
  if (named === undefined) return { pace: pace(plan) };
  return { branches: named.map((branchId) => ({ branchId, pace: pace(plan.branches.find((branch) => branch.branchId === branchId)?.pace) })) };
}

function lines({ name, waveSize, intervalMinutes }: PlanAnswer, branches: readonly Change[]): readonly string[] {
  if (branches.length === 0) return [`${name} asks ${counted(waveSize, 'device')} every ${intervalMinutes} min in every branch without a pace of its own, from the next wave on.`];
  return branches.map(({ branchId, pace }) => `${name} asks ${counted(pace.waveSize, 'device')} every ${pace.intervalMinutes} min in ${branchId}, from the next wave on.`);
}
