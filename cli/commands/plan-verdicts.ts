/** `wavecast plan verdicts`: what the engine decided before each wave, and by which numbers. */
import type { Command } from 'commander';
import type { VerdictAnswer } from '../../protocol/admin/plan.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { countNumber } from '../options.ts';
import { dateTime } from '../when.ts';

interface Options {
  readonly branch?: string;
  readonly inventory?: true;
  readonly limit: number;
}

export function addPlanVerdicts(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'verdicts <id>',
    description: 'Show why the engine did what it did: what it decided before each wave of a branch, newest first, with what it had counted by then. Kept for a year.',
    examples: ['plan verdicts 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan verdicts 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --branch berlin --limit 20'],
  })
    .option('--branch <id>', 'only this branch')
    .option('--inventory', 'those of collecting inventory instead')
    .option('--limit <count>', 'at most so many', countNumber, 200)
    .action(async (id: string, { branch, inventory, limit }: Options, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const terms = { ...(branch === undefined ? {} : { branchId: branch }), ...(inventory === true ? { kind: 'inventory' as const } : {}) };
      output.list(await everyItem((page) => client.call('listVerdicts', { id, query: { ...terms, ...page } }), limit), [
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'AT', value: ({ at }) => dateTime(at), keep: true },
        { title: 'DECISION', value: ({ decision, seq }) => (seq === undefined ? decision : `wave ${seq}`) },
        { title: 'SUCCEEDED', value: ({ numbers }) => numbers?.succeeded, align: 'right' },
        { title: 'FAILED', value: ({ numbers }) => (numbers === undefined ? undefined : failed(numbers)), align: 'right' },
        { title: 'OPEN', value: ({ numbers }) => numbers?.open, align: 'right' },
        { title: 'SHARE', value: ({ numbers }) => (numbers === undefined ? undefined : shareWords(numbers)) },
        { title: 'WHY', value: ({ words }) => words, wrap: true },
      ], 'The engine has decided nothing yet: no window has opened.');
    });
}

type Numbers = NonNullable<VerdictAnswer['numbers']>;

function failed({ failed: errors, rejected, timedOut }: Numbers): number {
  return errors + rejected + timedOut;
}

/** `15 % of 20, 10 % allowed`: what failed of the settled, against the plan's rule. */
function shareWords(numbers: Numbers): string | undefined {
  const settled = numbers.succeeded + failed(numbers);
  if (settled === 0) return undefined;
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  const { rule } = numbers;
  return `${percent(failed(numbers) / settled)} of ${settled}${rule === undefined ? '' : `, ${percent(rule.share)} allowed${settled < rule.minimum ? ` from ${rule.minimum}` : ''}`}`;
}
