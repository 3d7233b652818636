/** `wavecast job`: files that the server writes in the background. */
import type { Command } from 'commander';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { everyItem } from '../every-item.ts';
import { deliverJob, told } from '../job.ts';
import { countNumber } from '../options.ts';
import { bytes, dateTime } from '../when.ts';

export function addJob(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'job', 'Files that the server writes in the background: of `export-distribution-status`, `plan targets --output` and `plan recount`. They are kept for seven days.');

  addCommand(group, { usage: 'list', description: 'Show the jobs of the last days, newest first.', examples: ['job list', 'job list --limit 5'] })
    .option('--limit <count>', 'at most so many', countNumber, 50)
    .action(async ({ limit }: { readonly limit: number }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      output.list(await everyItem((query) => client.call('listJobs', { query }), limit), [
        { title: 'ID', value: ({ id }) => id, keep: true },
        { title: 'KIND', value: ({ kind }) => kind },
        { title: 'STATE', value: ({ state }) => state, keep: true },
        { title: 'ROWS', value: ({ rows }) => rows, align: 'right' },
        { title: 'FOR', value: ({ planId, bundleId }) => planId ?? bundleId },
        { title: 'BRANCH', value: ({ branchId }) => branchId, spare: true },
        { title: 'BY', value: ({ by }) => by, spare: true },
        { title: 'KEPT UNTIL', value: ({ expiresAt }) => dateTime(expiresAt), spare: true },
      ], 'There are no jobs.');
    });

  addCommand(group, { usage: 'show <id>', description: 'Show how far a job is.', examples: ['job show 20261123T140509123-1a2b3c4d'] })
    .action(async (id: string, _: unknown, command: Command) => {
      const { api, output } = open(command);
      const job = await (await api()).call('getJob', { id });
      output.facts(told(job), [
        ['Job', job.id], ['Kind', job.kind], ['State', job.state], ['Why', job.failure?.words], ['What to do', job.failure?.remedy],
        ['Plan', job.planId], ['Package name', job.bundleId], ['Branch', job.branchId], ['File', `${job.fileName}, ${bytes(job.bytes)}`], ['Rows', job.rows],
        ...Object.entries(job.counts).map(([word, count]): [string, number] => [`  ${word}`, count]),
        ['Note', job.note], ['Asked for', `${dateTime(job.createdAt)} by ${job.by}`], ['Last sign', dateTime(job.updatedAt)], ['Kept until', dateTime(job.expiresAt)],
      ]);
    });

  addCommand(group, { usage: 'fetch <id>', description: 'Wait for a job and write its file.', examples: ['job fetch 20261123T140509123-1a2b3c4d --output status.csv'] })
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (id: string, { output: path }: { readonly output?: string }, command: Command) => {
      const scene = open(command);
      const client = await scene.api();
      await deliverJob(scene, client, await client.call('getJob', { id }), path);
    });
}
