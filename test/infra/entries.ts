import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../infra/bundle.ts';

/** A folder outside the repository with an entry for every function, so that these tests do not depend on what functions do. */
export interface Workshop {
  readonly dir: string;
  readonly entriesDir: string;
  write(name: string, source: string): void;
  remove(): void;
}

export function openWorkshop(): Workshop {
  const dir = mkdtempSync(join(tmpdir(), 'wavecast-infra-'));
  const entriesDir = join(dir, 'entries');
  mkdirSync(entriesDir);
  const write = (name: string, source: string): void => { writeFileSync(join(entriesDir, `${name}.ts`), source); };
  for (const name of functionNames) write(name, `export const handler = (): Promise<string> => Promise.resolve('${name}');`);
  return { dir, entriesDir, write, remove: () => { rmSync(dir, { recursive: true, force: true }); } };
}
