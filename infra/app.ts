/** The CDK app. Run by the CDK's command-line tool (cdk.json) to deploy, and by synth.ts without it. */
import { App, AssetStaging, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from './build-console.ts';
import { bundleFunctions, root } from './bundle.ts';
import { readConfig, variableOf, type Config } from './config.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

export interface CloudOptions {
  readonly config: Config;
  /** Holds `<function>/index.cjs`. */
  readonly bundleDir: string;
}

/** Both stacks of an installation, checked by CloudFormation's own rules and cdk-nag when they are synthesised. */
export function defineCloud(app: App, { config, bundleDir }: CloudOptions): void {
  const home = { bundleDir, logRetentionDays: config.logRetentionDays };
  const tags = { product: 'wavecast', stage: config.stage };
  const prefix = `Wavecast-${config.stage}`;
  const data = new DataStack(app, 'Data', { stackName: `${prefix}-Data`, description: 'Wavecast: what must not be lost', tags, config, home });
  new ServiceStack(app, 'Service', { stackName: `${prefix}-Service`, description: 'Wavecast: functions and what feeds them', tags, config, home, data });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
}

/** An app that writes to `outdir`, or where the CDK's tool says. The flags of cdk.json hold without the tool too, which would pass them on. */
export function newApp(outdir?: string): App {
  const cdkJson: unknown = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  // Another app of this process has put the same assets into another folder.
  AssetStaging.clearAssetHashCache();
  const context: unknown = typeof cdkJson === 'object' && cdkJson !== null ? Reflect.get(cdkJson, 'context') : undefined;
  return new App({
    analyticsReporting: false,
    autoSynth: false,
    // A finding is thrown with its text, whoever synthesises.
    context: { ...(typeof context === 'object' ? context : {}), '@aws-cdk/core:appMode': 'inmemory' },
    ...(outdir === undefined ? {} : { outdir }),
  });
}

if (import.meta.main) {
  const app = newApp();
  const setting = (name: string): string | undefined => {
    const given: unknown = app.node.tryGetContext(name);
    return process.env[variableOf(name)] ?? (typeof given === 'string' || typeof given === 'number' ? String(given) : undefined);
  };
  await bundleFunctions({ consoleDir: (await buildConsole()).dir });
  defineCloud(app, { config: readConfig(setting, 'production'), bundleDir: join(root, 'dist', 'functions') });
  app.synth();
}
