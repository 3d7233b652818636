/** `wavecast plan show`: a plan, how far it is, and on what terms. */
import type { Command } from 'commander';
import { knownWords } from '../../core/instruction/reasons.ts';
import type { PlanDetail, WaveAnswer } from '../../protocol/admin/plan.ts';
import type { ApiClient } from '../api-client.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import type { Output } from '../output.ts';
import { viewOf } from '../plan-answer.ts';
import { reissueWords } from '../reissue-words.ts';
import { renderPlan } from '../render-plan.ts';
import { counted, percent } from '../text.ts';
import { dateTime, until } from '../when.ts';
import { wantsColour } from '../world.ts';

type Window = PlanDetail['branches'][number]['inventoryWindow'];

/** Where lines are not cut to a terminal. */
const WIDE = 120;

export function addPlanShow(group: Command, open: OpenScene): void {
  addCommand(group, { usage: 'show <id>', description: 'Show a plan and how far it is.', examples: ['plan show 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan show 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --waves'] })
    .option('--waves', 'every wave, too')
    .action(async (id: string, options: { readonly waves?: true }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const plan = await client.call('getPlan', { id });
      const waves = options.waves === true ? [...await wavesOf(client, id, plan.operation), ...await wavesOf(client, id, 'inventory')] : undefined;
      output.result(waves === undefined ? plan : { ...plan, waves }, () => [
        ...renderPlan(viewOf(plan), { width: output.width() ?? WIDE, colour: wantsColour(world.stdout, world.env), now: plan.asOf }),
        '', ...termsOf(plan), ...(plan.versionWarning === undefined ? [] : output.sentence(plan.versionWarning)), '', ...branchTable(output, plan.branches), ...reasonTable(output, plan.reasons), ...(waves === undefined ? [] : ['', ...waveTable(output, waves)]),
      ]);
    });
}

function wavesOf(api: ApiClient, id: string, kind: WaveAnswer['kind']): Promise<readonly WaveAnswer[]> {
  return everyItem((page) => api.call('listWaves', { id, query: { kind, ...page } }));
}

function termsOf(plan: PlanDetail): readonly string[] {
  const { abortRule: rule, canary, formerPlanId, attempt, tags, targets } = plan;
  return [
    `${counted(plan.waveSize, 'device')} every ${plan.intervalMinutes} min; failed after ${plan.deadlineHours} h.`,
    ...(rule === undefined ? [] : [`Pauses when more than ${percent(rule.share, 1)} of at least ${rule.minimum} have failed.`]),
    ...(plan.startsAt === undefined ? [] : [`${plan.startsAt > plan.asOf ? 'Starts' : 'Started'} ${dateTime(plan.startsAt)}${plan.startsAt > plan.asOf ? ` (${until(plan.startsAt, plan.asOf)}): no window opens before` : ''}.`]),
    ...holdLines(plan),
    ...(plan.supersededBy === undefined ? [] : [`Superseded by the plan "${plan.supersededBy}".`]),
    ...(plan.supersedes ?? []).map((former) => `Takes the place of plan ${former} where they meet.`),
    ...(tags === undefined ? [] : [`For devices that carry ${tags.length === 1 ? 'the tag' : 'one of the tags'} ${tags.join(', ')} when their wave opens.`]),
    ...(targets === 'list' && formerPlanId === undefined ? ['For listed devices.'] : []),
    ...(canary === undefined ? [] : [canaryWords(canary)]),
    ...(formerPlanId === undefined ? [] : [`Attempt ${attempt}, for devices on which plan ${formerPlanId} did not succeed.`]),
    ...reissueWords(plan),
    `Made ${dateTime(plan.createdAt)} by ${plan.createdBy}.`,
  ];
}

/** `Paused in berlin, tokyo by ada.` */
function holdLines({ holds = [] }: PlanDetail): readonly string[] {
  const words = { paused: (branches: string, by: string) => `Paused in ${branches} by ${by}.`, superseded: (branches: string, by: string) => `Superseded in ${branches} by the plan "${by}".` };
  const groups = Map.groupBy(holds, ({ kind, by }) => words[kind]('\n', by));
  return [...groups].map(([sentence, some]) => sentence.replace('\n', some.map(({ branchId }) => branchId).join(', ')));
}

function canaryWords({ of, soakHours, abortRule: rule }: NonNullable<PlanDetail['canary']>): string {
  const first = { 'test-devices': () => 'the test devices', count: () => counted(of.kind === 'count' ? of.devices : 0, 'device'), share: () => `${percent(of.kind === 'share' ? of.share : 0, 1)} of the devices` }[of.kind]();
  return `First ${first} of each branch, the rest ${soakHours} h later${rule === undefined ? '' : `, unless more than ${percent(rule.share, 1)} of them have failed or fewer than ${rule.minimum} are settled`}.`;
}

function stageWords({ install, remove }: PlanDetail['branches'][number]): string | undefined {
  const stage = (install ?? remove)?.stage;
  if (stage === undefined) return undefined;
  const counts = stage.size === undefined ? String(stage.instructed) : `${stage.instructed} of ${stage.size}`;
  const words = { canary: `canary, ${counts} instructed`, soak: `soak${stage.until === undefined ? '' : ` until ${dateTime(stage.until)}`}, ${stage.instructed} instructed`, rest: `rest, after a canary of ${stage.instructed}` }[stage.name];
  return stage.stopped === true ? `${words}; its rule has paused the plan` : words;
}

/** Why instructions are where they are, the most frequent reason first. */
function reasonTable(output: Output, reasons: PlanDetail['reasons'] = {}): readonly string[] {
  const rows = Object.entries(reasons).sort(([, a], [, b]) => b - a).map(([key, count]) => ({ state: key.slice(0, key.indexOf('/')), code: key.slice(key.indexOf('/') + 1), count }));
  if (rows.length === 0) return [];
  return ['', ...output.table([
    { title: 'STATE', value: ({ state }) => state },
    { title: 'DEVICES', value: ({ count }) => count, align: 'right' },
    { title: 'REASON', value: ({ code }) => code, keep: true },
    { title: 'MEANS', value: ({ code }) => knownWords(code), wrap: true },
  ], rows)];
}

function branchTable(output: Output, branches: PlanDetail['branches']): readonly string[] {
  return output.table([
    { title: 'BRANCH', value: ({ branchId }) => branchId },
    { title: 'TIME ZONE', value: ({ timeZone }) => timeZone },
    { title: 'INVENTORY', value: ({ inventoryWindow }) => windowWords(inventoryWindow) },
    ...(branches.some(({ pace }) => pace !== undefined) ? [{ title: 'PACE', value: ({ pace }: PlanDetail['branches'][number]) => (pace === undefined ? undefined : `${pace.waveSize} / ${pace.intervalMinutes} min`) }] : []),
    ...(branches.some((branch) => stageWords(branch) !== undefined) ? [{ title: 'STAGE', value: stageWords, wrap: true as const }] : []),
    ...(branches.some(({ places }) => places !== undefined) ? [{ title: 'OPEN', value: ({ places }: PlanDetail['branches'][number]) => (places === undefined ? undefined : `${places.open} of ${places.limit}, ${places.waiting} wait`) }] : []),
    { title: 'WINDOWS', value: ({ windows }) => windows.map(windowWords).join(', '), wrap: true },
  ], branches);
}

/** `01:00-02:00`, with the days of the week and the first and last day where it does not open every day. */
function windowWords({ from, to, days = [], firstDay, lastDay }: Window): string {
  return [`${from}-${to}`, ...days, ...(firstDay === undefined && lastDay === undefined ? [] : [`${firstDay ?? ''}..${lastDay ?? ''}`])].join(' ');
}

function waveTable(output: Output, waves: readonly WaveAnswer[]): readonly string[] {
  if (waves.length === 0) return ['No wave has opened yet.'];
  return output.table([
    { title: 'BRANCH', value: ({ branchId }) => branchId },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'WAVE', value: ({ seq }) => seq, align: 'right' },
    { title: 'OPENED', value: ({ openedAt }) => dateTime(openedAt), keep: true },
    { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
    { title: 'STATES', value: ({ totals = {} }) => Object.entries(totals).map(([state, count]) => `${count} ${state}`).join(', '), wrap: true },
  ], waves);
}
