/** DynamoDB Local needs Java: found where it usually is, installed where that can be done without asking. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const OLDEST = 11;
const HOMES = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/java'];

/** Path of a Java 11 or later: JAVA_HOME, PATH, then the usual places. */
export function findJava(): string | undefined {
  const home = process.env['JAVA_HOME'];
  const candidates = [...(home === undefined ? [] : [join(home, 'bin', 'java')]), 'java', ...HOMES.flatMap(installed)];
  return candidates.find((candidate) => majorOf(candidate) >= OLDEST);
}

function installed(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => [join(folder, name, 'bin', 'java'), join(folder, name, 'Contents', 'Home', 'bin', 'java')]).filter((path) => existsSync(path));
}

/** `openjdk version "17.0.15"` → 17; 0 where it cannot be run. */
function majorOf(java: string): number {
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? Number(/version "(?:1\.)?(\d+)/.exec(stderr)?.[1] ?? 0) : 0;
}

/** Finds Java or, as root on Debian or Ubuntu, installs it. Throws an error that names the one command to type. */
export function ensureJava(say: (line: string) => void): string {
  const found = findJava();
  if (found !== undefined) return found;
  const command = 'apt-get install -y --no-install-recommends default-jre-headless';
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`Java is missing; installing it with: ${command}`);
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    spawnSync('sh', ['-c', command], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const now = findJava();
    if (now !== undefined) return now;
  }
  const hint = process.platform === 'darwin' ? 'brew install openjdk' : `sudo ${command}`;
  throw new Error(`DynamoDB Local needs Java ${OLDEST} or later, and none was found. Install it, for example with: ${hint}`);
}
