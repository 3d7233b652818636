/** Reads what CDK synthesised: the templates of all stacks in the order of their dependencies, and where assets are. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface TemplateDocument {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>>; readonly Metadata?: Readonly<Record<string, unknown>> }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>>;
}

export interface AssemblyStack {
  readonly stackName: string;
  readonly template: TemplateDocument;
}

export interface CloudAssembly {
  /** Those that others depend on first. */
  readonly stacks: readonly AssemblyStack[];
  /** Folder of an asset, by the S3 key that templates name it by. */
  assetFolder(objectKey: string): string;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, { readonly type: string; readonly dependencies?: readonly string[]; readonly properties?: { readonly templateFile?: string; readonly file?: string; readonly stackName?: string } }>>;
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path: string }; readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>>;
}

/** Throws where the folder is no cloud assembly; the message says how to make one. */
export function readCloudAssembly(path: string): CloudAssembly {
  const folder = resolve(path);
  const manifest = readJson<Manifest>(join(folder, 'manifest.json'));
  const stacks: AssemblyStack[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const artifact = manifest.artifacts[id];
    if (artifact === undefined || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    if (artifact.type !== 'aws:cloudformation:stack') return;
    const file = artifact.properties?.templateFile;
    if (file !== undefined) stacks.push({ stackName: artifact.properties?.stackName ?? id, template: readJson<TemplateDocument>(join(folder, file)) });
  };
  for (const id of Object.keys(manifest.artifacts)) visit(id);
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(manifest.artifacts)) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    for (const { source, destinations } of Object.values(readJson<AssetManifest>(join(folder, properties.file)).files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(folder, source.path));
    }
  }
  return {
    stacks,
    assetFolder(objectKey) {
      const found = assets.get(objectKey);
      if (found === undefined) throw new Error(`The cloud assembly names no asset ${objectKey}. Run npm run synth again.`);
      return found;
    },
  };
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the shape is the synthesiser's, read here alone
function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`There is no synthesised cloud to read in ${file}. Run npm run synth first.`, { cause });
  }
}
