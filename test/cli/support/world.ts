/** Surroundings of a command under test: what it writes is kept, time and browser are the test's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Sink, World } from '../../../cli/world.ts';

export interface TestWorld extends World {
  readonly out: () => string;
  readonly err: () => string;
  readonly interrupt: () => void;
}

export interface WorldOptions extends Partial<Omit<World, 'stdout' | 'stderr' | 'interrupted'>> {
  readonly columns?: number;
  readonly isTTY?: boolean;
}

/** A fresh folder, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wavecast-cli-'));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}

export function testWorld({ columns = 100, isTTY = false, ...given }: WorldOptions = {}): TestWorld {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Sink => ({ write: (text) => { written[name] += text; }, isTTY, columns: () => columns, rows: () => 24 });
  const interruption = new AbortController();
  return {
    env: {}, readStdin: () => Promise.resolve(''), fetch, now: () => Date.now(),
    // Waiting passes at once, but lets others have their turn.
    sleep: () => new Promise((resolve) => { setImmediate(resolve); }),
    openBrowser: () => Promise.resolve(false),
    configFolder: given.configFolder ?? temporaryFolder(), ...given,
    stdout: sink('out'), stderr: sink('err'), interrupted: interruption.signal,
    out: () => written.out, err: () => written.err, interrupt: () => { interruption.abort(); },
  };
}
