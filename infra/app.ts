/** The CDK app. Run by the CDK's command-line tool (cdk.json) to deploy, and by synth.ts without it. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions, root } from './bundle.ts';
import { readConfig, variableOf, type Config } from './config.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

export interface Cloud {
  readonly app: App;
  readonly data: DataStack;
  readonly service: ServiceStack;
}

export interface CloudOptions {
  readonly config: Config;
  /** Holds `<function>/index.cjs`. */
  readonly bundleDir: string;
  /** Where the templates go; left out when the CDK's tool says where. */
  readonly outdir?: string;
}

/** Both stacks of an installation, checked by CloudFormation's own rules and cdk-nag when they are synthesised. */
export function defineCloud({ config, bundleDir, outdir }: CloudOptions): Cloud {
  const app = newApp(outdir);
  const home = { bundleDir, logRetentionDays: config.logRetentionDays };
  const tags = { product: 'wavecast', stage: config.stage };
  const prefix = `Wavecast-${config.stage}`;
  const data = new DataStack(app, 'Data', { stackName: `${prefix}-Data`, description: 'Wavecast: what must not be lost', tags, config, home });
  const service = new ServiceStack(app, 'Service', { stackName: `${prefix}-Service`, description: 'Wavecast: functions and what feeds them', tags, config, home, data });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  return { app, data, service };
}

/** The flags of cdk.json hold without the CDK's tool too, which would pass them on. */
function newApp(outdir?: string): App {
  const cdkJson: unknown = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const context: unknown = typeof cdkJson === 'object' && cdkJson !== null ? Reflect.get(cdkJson, 'context') : undefined;
  return new App({
    analyticsReporting: false,
    // A finding is thrown with its text, whoever synthesises.
    context: { ...(typeof context === 'object' ? context : {}), '@aws-cdk/core:appMode': 'inmemory' },
    ...(outdir === undefined ? {} : { outdir }),
  });
}

if (import.meta.main) {
  const context = newApp().node;
  const setting = (name: string): string | undefined => {
    const given: unknown = context.tryGetContext(name);
    return process.env[variableOf(name)] ?? (typeof given === 'string' || typeof given === 'number' ? String(given) : undefined);
  };
  await bundleFunctions();
  defineCloud({ config: readConfig(setting, 'production'), bundleDir: join(root, 'dist', 'functions') }).app.synth();
}
