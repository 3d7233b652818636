/** Function bundles made for one test each, and what hosts need around them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../../local/clock/clock.ts';
import type { LocalClock, Pace } from '../../../local/clock.ts';
import type { HostedFunction } from '../../../local/lambda/function-host.ts';
import { memoryStateStore } from '../../../local/state-store.ts';

const folders: string[] = [];
const clocks: LocalClock[] = [];

/** A function whose bundle is `source`, CommonJS that sets `exports.handler`. */
export function bundle(source: string, more: Partial<HostedFunction> = {}): HostedFunction {
  const folder = mkdtempSync(join(tmpdir(), 'wavecast-bundle-'));
  folders.push(folder);
  writeFileSync(join(folder, 'index.cjs'), source);
  return { name: 'turn', arn: 'arn:aws:lambda:eu-west-1:000000000000:function:turn', folder, handler: 'index.handler', memory: 256, timeoutSeconds: 20, environment: {}, ...more };
}

export function testClock(pace: Pace = 'max', startAt = Date.parse('2030-01-01T00:00:00Z')): LocalClock {
  const clock = createClock({ pace, startAt, store: memoryStateStore() });
  clocks.push(clock);
  return clock;
}

export function removeBundles(): void {
  for (const clock of clocks.splice(0)) clock.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
