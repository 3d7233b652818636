/** `wavecast plan extend`: more windows, longer ones, or until a later day. */
import type { Command } from 'commander';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { branchWindows } from '../options.ts';
import { WINDOWS } from '../plan-body.ts';

const EXAMPLE = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

export function addPlanExtend(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'extend <id>', description: 'Give branches of a plan other windows instead of theirs, from the next wave on: more of them, longer ones, or until a later day.',
    examples: [`plan extend ${EXAMPLE} --branch berlin=01:00-04:00`, `plan extend ${EXAMPLE} --branch berlin=01:00-02:00/..2027-02-12`],
  })
    .requiredOption('--branch <branch=windows>', `a branch and its windows: ${WINDOWS}; may be repeated`, branchWindows)
    .action(async (id: string, { branch }: { readonly branch: ReturnType<typeof branchWindows> }, command: Command) => {
      const { api, output } = open(command);
      const plan = await (await api()).call('setWindows', { id, body: checkBody('setWindows', { branches: branch }, { branches: '--branch' }) });
      output.result(plan, () => [`${plan.name} has other windows in ${branch.map(({ branchId }) => branchId).join(', ')}.`]);
      output.note(`See what it will do with \`wavecast plan preview ${id}\`.`);
    });
}
