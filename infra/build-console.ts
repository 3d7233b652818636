/** `npm run build:console`: the web console's files, made by Vite into dist/console. Synthesis makes them too, where something changed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './bundle.ts';

export const consoleDir = join(root, 'dist', 'console');

/** What decides how the console comes out: it imports types and schemas of the API, and what these do of the core. */
const inputs = ['console', 'protocol/admin', 'core', 'package-lock.json', 'tsconfig.json'];
/** Beside the files and not among them: it is not served. */
const MARK = join(root, 'dist', 'console.made-of');

export interface BuiltConsole {
  /** Holds `index.html` and `assets/`; `.vite/manifest.json` says what belongs together. */
  readonly dir: string;
  /** Changes with what is served. */
  readonly digest: string;
  /** False when what is there was made of the same inputs. */
  readonly changed: boolean;
}

/** Builds the console, or leaves it when it was made of the same inputs. Rejects with Vite's own error, which names file and line. */
export async function buildConsole({ force = false }: { readonly force?: boolean } = {}): Promise<BuiltConsole> {
  const madeOf = await digestOf(inputs.map((input) => join(root, input)));
  if (!force && existsSync(join(consoleDir, 'index.html')) && existsSync(MARK) && readFileSync(MARK, 'utf8') === madeOf) return { dir: consoleDir, digest: await digestOf([consoleDir]), changed: false };
  // Loading Vite takes half a second: only when it is needed.
  const { build } = await import('vite');
  await asProduct(() => build({ configFile: join(root, 'console', 'vite.config.ts'), logLevel: 'warn' }));
  await writeFile(MARK, madeOf);
  return { dir: consoleDir, digest: await digestOf([consoleDir]), changed: true };
}

/** Vite makes a development build, half as heavy again, where the environment says that this is a test: and it would be served, since nothing has changed. */
async function asProduct(build: () => Promise<unknown>): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for (const file of await filesUnder(path)) hash.update(`\0${relative(root, file)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<readonly string[]> {
  if (/\.(json|lock)$/.test(path)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

if (import.meta.main) {
  const { changed } = await buildConsole({ force: true });
  process.stdout.write(`${changed ? 'Built' : 'Kept'} ${relative(root, consoleDir)}.\n`);
}
