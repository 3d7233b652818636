/** `wavecast export-distribution-status`: who has which version, as CSV. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { deliverJob } from '../job.ts';
import { findVersionOf } from '../versions.ts';

interface Options {
  readonly packageName?: string;
  readonly version?: string;
  readonly plan?: string;
  readonly branch?: string;
  readonly output?: string;
}

export function addExport(program: Command, open: OpenScene): void {
  addCommand(program, {
    usage: 'export-distribution-status', description: 'Write the distribution status as CSV: Name,Status,Package name,Version. Status: 0 not instructed, 1 installed, 2 scheduled, 3 instructed and not finished, 4 failed. A large one is written in the background, and waited for.',
    examples: ['export-distribution-status --package-name com.example.fieldwork', 'export-distribution-status --package-name com.example.fieldwork --version 2.1.0 --output status.csv', 'export-distribution-status --plan 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --branch berlin'],
  })
    .option('--package-name <id>', 'the app; with --plan it is known')
    .option('--version <version>', 'a row per device for this version (default: a row per device and version)')
    .option('--plan <id>', 'the devices and the version of this plan only')
    .option('--branch <id>', 'the devices of this branch only')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (options: Options, command: Command) => {
      const scene = open(command);
      const { plan, packageName, branch } = options;
      if (plan === undefined && packageName === undefined) throw wrongUsage('It is not said of which app.', 'Give --package-name, or --plan.');
      if (plan !== undefined && options.version !== undefined) throw wrongUsage('--version and --plan: a plan has one version already.', 'Leave out one of the two.');
      const client = await scene.api();
      const bundleId = plan === undefined ? packageName ?? '' : (await client.call('getPlan', { id: plan })).bundleId;
      if (packageName !== undefined && packageName !== bundleId) throw wrongUsage(`--package-name: the plan is about ${bundleId}.`, 'Leave out --package-name: the plan says it.');
      const versionId = options.version === undefined ? undefined : (await findVersionOf(client, bundleId, options.version)).id;
      const body = { bundleId, ...(versionId === undefined ? {} : { versionId }), ...(plan === undefined ? {} : { planId: plan }), ...(branch === undefined ? {} : { branchId: branch }) };
      await deliverJob(scene, client, await client.call('exportDistributionStatus', { body }), options.output);
    });
}
