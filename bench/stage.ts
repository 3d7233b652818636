/** A local cloud of a benchmark's own, in memory, at a fixed time; and an administrator in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../core/ambient.ts';
import { synthesise } from '../infra/synth.ts';
import { bootLocalCloud, type LocalCloud } from '../local/boot.ts';
import { DemoClient } from '../local/demo/admin-client.ts';
import type { DemoStage } from '../local/demo/set-up.ts';
import { ensureJava } from '../local/dynamodb/java.ts';

export interface Stage extends Omit<DemoStage, 'sites'> {
  readonly say: (line: string) => void;
}

/** Boots what is synthesised of the present sources, lets `play` at it and takes it down. Its clock goes at the machine's pace. */
export async function onStage<T>(startAt: Instant, say: (line: string) => void, play: (stage: Stage) => Promise<T>): Promise<T> {
  const { outdir } = await synthesise({ say });
  const cloud = await bootLocalCloud({
    assembly: outdir, pace: 'real', startAt, java: ensureJava(say), functionLog: () => undefined,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message, fields) => { say(`${message} ${JSON.stringify(fields ?? {})}`); } },
  });
  try {
    return await withStage(cloud, say, play);
  } finally {
    await cloud.stop();
  }
}

/** The same on a cloud that is there already. */
export async function withStage<T>(cloud: LocalCloud, say: (line: string) => void, play: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'wavecast-bench-'));
  try {
    return await play({ cloud, api: new DemoClient(cloud), world: worldOf(folder), folder, say, steps: { begin: () => ({ update: () => undefined, done: say }) } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function worldOf(configFolder: string): DemoStage['world'] {
  return { fetch, configFolder, sleep: (milliseconds) => pause(milliseconds), interrupted: new AbortController().signal };
}
