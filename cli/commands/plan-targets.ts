/** `wavecast plan targets`: whom a plan would instruct and whom not, before its waves open. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { deliverJob } from '../job.ts';
import { sumOfTargets, targetLines } from '../target-lines.ts';

interface Options {
  readonly branch?: string;
  readonly output?: string;
  readonly listed?: true;
}

export function addPlanTargets(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'targets <id>',
    description: 'Show whom a plan would instruct and whom it would skip, and why, by what is known now: every device is looked at as when a wave opens. A skipped device is looked at again when its wave opens, and once more at the end. With --output every device is written into a file, with the wave that it would be in; that is done in the background where the fleet is large.',
    examples: ['plan targets 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan targets 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --branch berlin --output targets.csv'],
  })
    .option('--branch <id>', 'only this branch')
    .option('-o, --output <file>', 'write every device as CSV: Name,Branch,Decision,Reason code,Reason,Wave,Opens (UTC),Opens (local)')
    .option('--listed', 'only the names of the devices that the plan lists, one on a line, as `plan create --devices` reads them')
    .action(async (id: string, { branch, output: path, listed }: Options, command: Command) => {
      const scene = open(command);
      const client = await scene.api();
      if (listed === true) {
        if (branch !== undefined || path !== undefined) throw wrongUsage('`--listed` goes with no other flag.', 'Leave out --branch and --output.');
        const targets = await everyItem((query) => client.call('listTargets', { id, query }));
        scene.output.result({ targets }, () => targets.map(({ name }) => name));
        return;
      }
      const branchId = branch === undefined ? {} : { branchId: branch };
      if (path === undefined) {
        const answer = await client.call('foreseeTargets', { id, body: branchId });
        scene.output.result(answer, () => targetLines(scene.output, answer.branches));
        return;
      }
      const { counts } = await deliverJob(scene, client, await client.call('exportPlanTargets', { body: { planId: id, ...branchId } }), path);
      const { devices = 0, instruct = 0, instructed = 0 } = counts;
      if (!scene.output.json) scene.output.raw(`${sumOfTargets(devices, instruct, instructed)}\n`);
    });
}
