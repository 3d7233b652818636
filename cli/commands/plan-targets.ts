/** `wavecast plan targets`: whom a plan would instruct and whom not, before its waves open. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { download, writeOutput } from '../download.ts';
import { targetLines } from '../target-lines.ts';
import { counted } from '../text.ts';

interface Options {
  readonly branch?: string;
  readonly output?: string;
}

export function addPlanTargets(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'targets <id>',
    description: 'Show whom a plan would instruct and whom it would skip, and why, by what is known now: every device is looked at as when a wave opens. A skipped device is looked at again when its wave opens, and once more at the end.',
    examples: ['plan targets 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan targets 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --branch berlin --output targets.csv'],
  })
    .option('--branch <id>', 'only this branch')
    .option('-o, --output <file>', 'also write every device as CSV: Name,Branch,Decision,Reason code,Reason')
    .action(async (id: string, { branch, output: path }: Options, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const { branches, file } = await client.call('foreseeTargets', { id, body: { ...(branch === undefined ? {} : { branchId: branch }), ...(path === undefined ? {} : { file: true }) } });
      if (path !== undefined && file !== undefined) await writeOutput(path, await download(world, 'The list of targets', file.link));
      output.result({ branches, ...(path === undefined ? {} : { file: path, rows: file?.rows }) }, () => targetLines(output, branches));
      if (path !== undefined && file !== undefined) output.note(`${path}: ${counted(file.rows, 'row')}`);
    });
}
