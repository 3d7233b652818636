/** `wavecast overview`: the fleet, the rollouts under way, and what waits for a person. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { countOf, failures } from '../../core/result/totals.ts';
import { addCommand, type OpenScene } from '../command.ts';
import type { Output } from '../output.ts';
import { counted } from '../text.ts';
import { dateTime } from '../when.ts';

type Overview = AnswerOf<'getOverview'>;
type Attention = Overview['attention'][number];

export function addOverview(program: Command, open: OpenScene): void {
  addCommand(program, { usage: 'overview', description: 'Show the fleet, the rollouts under way, those that ended lately, why devices failed, and what waits for a person.', examples: ['overview', 'overview --json'] })
    .action(async (_: object, command: Command) => {
      const { api, output } = open(command);
      const found = await (await api()).call('getOverview', {});
      output.result(found, () => linesOf(output, found));
    });
}

function linesOf(output: Output, { devices, expected, authenticated, enrolled, left, unreachable, branches, installs, rollouts, lately, reasons, attention }: Overview): readonly string[] {
  const today = installs.at(-1)?.installed ?? 0;
  const failed = Object.entries(reasons).toSorted(([, one], [, other]) => other - one);
  return [
    ...output.sentence(`${counted(devices, 'device')} in ${branches === 1 ? '1 branch' : `${branches} branches`}: ${enrolled} enrolled (${unreachable} of them cannot be woken), ${authenticated} enrolling, ${expected} expected, ${left} left.`),
    ...output.sentence(`${counted(installs.reduce((sum, { installed }) => sum + installed, 0), 'installation')} in the last ${installs.length} days, ${today} of them today (UTC).`),
    ...(rollouts.length === 0 ? ['No rollout is under way.'] : []),
    ...(rollouts.length + lately.length === 0 ? [] : ['', ...output.table([
      { title: 'ROLLOUT', value: ({ name }) => name, keep: true },
      { title: 'STATE', value: ({ state }) => state, keep: true },
      { title: 'DEVICES', value: (rollout) => rollout.devices, align: 'right', keep: true },
      { title: 'DONE', value: ({ totals }) => countOf(totals, ['installed', 'removed']), align: 'right', keep: true },
      { title: 'FAILED', value: ({ totals }) => failures(totals), align: 'right', keep: true },
      { title: 'PLAN', value: ({ planId }) => planId, spare: true },
    ], [...rollouts, ...lately])]),
    ...(failed.length === 0 ? [] : ['', ...output.table([{ title: 'REASON', value: ([code]) => code, keep: true }, { title: 'FAILURES', value: ([, count]) => count, align: 'right', keep: true }], failed)]),
    '', ...(attention.length === 0 ? ['Nothing needs you.'] : [output.style('bold', 'What needs you:'), ...attention.flatMap((item) => output.sentence(wordsOf(item), '  - '))]),
  ];
}

/** What is the matter, and the command that leads on. */
function wordsOf(item: Attention): string {
  switch (item.kind) {
    case 'push-certificate-missing':
      return 'There is no push certificate: no device can enrol or be woken (`wavecast push-certificate set`).';
    case 'push-certificate-ends':
      return `The push certificate ends on ${dateTime(item.at)} (\`wavecast push-certificate show\`).`;
    case 'push-refused':
      return `Apple refuses our pushes: ${item.reason} (\`wavecast push-certificate show\`).`;
    case 'plan-paused':
      return `${item.name} is paused${item.because === undefined ? '' : `: ${item.because}`} (\`wavecast plan show ${item.planId}\`).`;
    case 'brake':
      return `The emergency brake is on in ${item.name}: no package is served there (\`wavecast branch show ${item.branchId}\`).`;
    case 'devices-unreachable':
      return `Devices that cannot be woken: ${item.devices}. Apple no longer knows their addresses (\`wavecast branch list\`).`;
    case 'placement-broken':
      return `${item.title} ${item.shortVersion}: its file is missing or is another one (\`wavecast app verify ${item.bundleId}@${item.shortVersion}\`).`;
    case 'version-ends':
      return `${item.title} ${item.shortVersion}: its provisioning ends on ${dateTime(item.at)} (\`wavecast app renew-profile\`).`;
    case 'placement-unproven':
      return `${item.title} ${item.shortVersion}: no test device has it yet (\`wavecast app test-install ${item.bundleId}@${item.shortVersion}\`).`;
  }
}
