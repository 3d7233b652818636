import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findJava } from '../../../local/dynamodb/java.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'wavecast-java-'));
  mkdirSync(join(home, 'bin'));
  vi.stubEnv('JAVA_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** A `java` that says of itself what `-version` prints. */
function install(banner: string): string {
  const path = join(home, 'bin', 'java');
  writeFileSync(path, `#!/bin/sh\necho '${banner}' >&2\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('Java', () => {
  it.each(['openjdk version "11.0.2" 2019-01-15', 'openjdk version "25" 2025-09-16', 'java version "17.0.1" 2021-10-19 LTS'])('is taken from JAVA_HOME: %s', (banner) => {
    const java = install(banner);
    expect(findJava()).toBe(java);
  });

  it.each(['java version "1.8.0_412"', 'openjdk version "9.0.4"', 'no version at all'])('is looked for elsewhere when that is too old: %s', (banner) => {
    const java = install(banner);
    expect(findJava()).not.toBe(java);
  });
});
