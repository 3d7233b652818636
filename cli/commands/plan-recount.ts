/** `wavecast plan recount`: whether the kept totals of a plan are what its instructions come to. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { fetchJob, finishedJob, tellFile, told } from '../job.ts';
import { counted } from '../text.ts';

interface Options {
  readonly mend: boolean;
  readonly output?: string;
}

export function addPlanRecount(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'recount <id>',
    description: 'Count the instructions of a plan, wave by wave and branch by branch, and compare them with the totals that are kept. Of a plan under way a difference may be a change of the last second: ask once more.',
    examples: ['plan recount 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan recount 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --mend', 'plan recount 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --output differences.csv'],
  })
    .option('--mend', 'count waves that differ again into their kept totals', false)
    .option('-o, --output <file>', 'where to write what differs (default: standard output, where anything does): Branch,Kind,Wave,What,Kept,Counted')
    .action(async (id: string, { mend, output: path }: Options, command: Command) => {
      const scene = open(command);
      const { output } = scene;
      const client = await scene.api();
      const job = await finishedJob(scene, client, await client.call('recountPlan', { id, body: { mend } }));
      if (path !== undefined) {
        await fetchJob(scene, job, path);
        tellFile(scene, job, path);
      } else if (job.rows > 0) await fetchJob(scene, job, undefined);
      else output.result(told(job), () => []);
      const { branches = 0, waves = 0, instructions = 0, differences = 0, mended = 0 } = job.counts;
      if (output.json) return;
      const of = branches === 1 ? '1 branch' : `${branches} branches`;
      output.note(`${counted(instructions, 'instruction')} in ${counted(waves, 'wave')} of ${of}: ${differences === 0 ? 'the kept totals are what they come to' : counted(differences, 'difference')}.${mended === 0 ? '' : ` Mended: ${counted(mended, 'wave')}.`}`);
    });
}
