/** `wavecast export-distribution-status`: who has which version, as CSV. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { download, writeOutput } from '../download.ts';
import { wrongUsage } from '../failure.ts';
import { counted } from '../text.ts';
import { findVersionOf } from '../versions.ts';

interface Options {
  readonly packageName?: string;
  readonly version?: string;
  readonly plan?: string;
  readonly output?: string;
}

export function addExport(program: Command, open: OpenScene): void {
  addCommand(program, {
    usage: 'export-distribution-status', description: 'Write the distribution status as CSV: Name,Status,Package name,Version. Status: 0 not instructed, 1 installed, 2 scheduled, 3 instructed and not finished, 4 failed.',
    examples: ['export-distribution-status --package-name com.example.fieldwork', 'export-distribution-status --package-name com.example.fieldwork --version 2.1.0 --output status.csv', 'export-distribution-status --plan 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b'],
  })
    .option('--package-name <id>', 'the app; with --plan it is known')
    .option('--version <version>', 'a row per device for this version (default: a row per device and version)')
    .option('--plan <id>', 'the devices and the version of this plan only')
    .option('--output <file>', 'where to write it (default: standard output)')
    .action(async (options: Options, command: Command) => {
      const { api, output, world } = open(command);
      const { plan, packageName } = options;
      if (plan === undefined && packageName === undefined) throw wrongUsage('It is not said of which app.', 'Give --package-name, or --plan.');
      if (plan !== undefined && options.version !== undefined) throw wrongUsage('--version and --plan: a plan has one version already.', 'Leave out one of the two.');
      const client = await api();
      const bundleId = plan === undefined ? packageName ?? '' : (await client.call('getPlan', { id: plan })).bundleId;
      if (packageName !== undefined && packageName !== bundleId) throw wrongUsage(`--package-name: the plan is about ${bundleId}.`, 'Leave out --package-name: the plan says it.');
      const versionId = options.version === undefined ? undefined : (await findVersionOf(client, bundleId, options.version)).id;
      const { link, ...about } = await client.call('exportDistributionStatus', { body: { bundleId, ...(versionId === undefined ? {} : { versionId }), ...(plan === undefined ? {} : { planId: plan }) } });
      const csv = await download(world, 'The export', link);
      if (options.output !== undefined) await writeOutput(options.output, csv);
      if (output.json) output.result({ ...about, ...(options.output === undefined ? { csv } : { file: options.output }) }, () => []);
      else if (options.output === undefined) output.raw(csv);
      else output.note(`${options.output}: ${counted(about.rows, 'row')}`);
    });
}
