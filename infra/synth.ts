/**
 * `npm run synth`: bundles the functions and synthesises both stacks into cdk.out, checked by CloudFormation's own rules,
 * cdk-nag and the States Language. Needs no network, no credentials, no Docker.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { buildConsole } from './build-console.ts';
import { bundleFunctions, functionNames, replaceFolder, root } from './bundle.ts';
import { LOCAL_STAGE, readConfig, variableOf, type Config } from './config.ts';

export interface SynthOptions {
  /** Left out: from the environment, for the stage that runs on a laptop. */
  readonly config?: Config;
  /** The folder of the functions' entries. */
  readonly entriesDir?: string;
  readonly outdir?: string;
  /** Gets the bundles, which are then copied into the output. */
  readonly bundleDir?: string;
  /** Synthesises even when nothing changed. */
  readonly force?: boolean;
  /** Gets a line about each step. */
  readonly say?: (line: string) => void;
}

export interface Synthesised {
  readonly outdir: string;
  /** False when what is there was made of the same inputs. */
  readonly changed: boolean;
  readonly seconds: number;
}

/** Folders and files that decide what is synthesised. */
const inputs = ['infra', 'functions', 'core', 'protocol', 'adapters', 'console', 'cdk.json', 'package-lock.json'];
/** Written last into the output: what it was made of, and what it is. The CDK's own tool writes there too, another stage perhaps. */
const MARK = 'made-of.sha256';

/**
 * Makes `outdir` anew, or leaves it when it was made of the same inputs. What was there stays whole until all checks
 * have passed. Throws an Error whose message holds the findings.
 */
export async function synthesise(options: SynthOptions = {}): Promise<Synthesised> {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 100) / 10;
  const { entriesDir = join(root, 'functions'), outdir = join(root, 'cdk.out'), bundleDir = join(root, 'dist', 'functions'), say = () => undefined } = options;
  const config = options.config ?? readConfig((name) => process.env[variableOf(name)], LOCAL_STAGE);
  const madeOf = await hashInputs(config, entriesDir);
  if (options.force !== true && existsSync(join(outdir, MARK)) && readFileSync(join(outdir, MARK), 'utf8') === `${madeOf} ${await hashTemplates(outdir)}`) {
    say(`Nothing changed since ${relative(root, outdir)} was synthesised.`);
    return { outdir, changed: false, seconds: seconds() };
  }
  const work = `${outdir}.${process.pid}`;
  const built = await buildConsole();
  if (built.changed) say(`Built the console (${seconds()} s).`);
  await bundleFunctions({ entriesDir, consoleDir: built.dir, outDir: bundleDir });
  say(`Bundled ${functionNames.length} functions (${seconds()} s).`);
  try {
    // Loading the CDK takes a second: only when it is needed.
    const [{ defineCloud, newApp }, { checkDefinition, readDefinition }] = await Promise.all([import('./app.ts'), import('./machine-definition.ts')]);
    const app = newApp(work);
    defineCloud(app, { config, bundleDir });
    const assembly = app.synth();
    const templates = assembly.stacks.map((stack) => ({ name: stack.stackName, resources: Object.keys(resourcesOf(stack.template)).length }));
    checkDefinition(readDefinition(assembly.getStackByName(`Wavecast-${config.stage}-Service`).template));
    await writeFile(join(work, MARK), `${madeOf} ${await hashTemplates(work)}`);
    await replaceFolder(outdir, work);
    say(`Synthesised ${templates.map(({ name, resources }) => `${name} (${resources} resources)`).join(' and ')} into ${relative(root, outdir)}; CloudFormation's rules, cdk-nag and the state machine's definition have nothing to say (${seconds()} s).`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { outdir, changed: true, seconds: seconds() };
}

async function hashInputs(config: Config, entriesDir: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(config)).update(process.version);
  for (const input of [...inputs.map((name) => join(root, name)), entriesDir]) {
    for (const file of await sourcesUnder(input)) hash.update(`\0${relative(root, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function hashTemplates(outdir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(outdir)).filter((each) => each.endsWith('.json')).sort()) hash.update(`\0${name}\0`).update(await readFile(join(outdir, name)));
  return hash.digest('hex');
}

async function sourcesUnder(path: string): Promise<readonly string[]> {
  if (/\.\w+$/.test(path)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && /\.([jt]sx?|css|html|svg|txt)$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)).sort();
}

function resourcesOf(template: unknown): object {
  const resources: unknown = typeof template === 'object' && template !== null ? Reflect.get(template, 'Resources') : undefined;
  return typeof resources === 'object' && resources !== null ? resources : {};
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { force: { type: 'boolean', default: false }, entries: { type: 'string' } } });
    await synthesise({ force: values.force, say: (line) => process.stdout.write(`${line}\n`), ...(values.entries === undefined ? {} : { entriesDir: values.entries }) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The report is in the message; the file that it names was removed with the half-made output.
    process.stderr.write(`wavecast: the cloud could not be synthesised. ${message.replace(/\s*A copy of this report can be found in: \S+\s*$/, '')}\n`);
    process.exitCode = 1;
  }
}
