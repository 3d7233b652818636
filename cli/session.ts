/** The session between commands: a file that only its owner may read. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const sessionShape = z.object({
  /** Of the API, without a slash at the end. */
  url: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** Milliseconds since the Unix epoch, by this machine's clock. */
  expiresAt: z.number(),
});
export type Session = Readonly<z.infer<typeof sessionShape>>;

/** `$XDG_CONFIG_HOME/wavecast`, `~/.config/wavecast`, or on Windows `%APPDATA%\wavecast`. */
export function configFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'wavecast');
  const configured = env['XDG_CONFIG_HOME'];
  return join(configured === undefined || configured === '' ? join(home, '.config') : configured, 'wavecast');
}

/** The session of a person, from `wavecast login`. */
export function personSessionPath(folder: string): string {
  return join(folder, 'session.json');
}

/** The token of a program whose credentials are in the environment: kept apart, so that it does not sign a person out. */
export function programSessionPath(folder: string): string {
  return join(folder, 'program-session.json');
}

/** Undefined where there is none, or none that can be understood. */
export async function readSession(path: string): Promise<Session | undefined> {
  try {
    return sessionShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeSession(path: string, session: Session): Promise<void> {
  await writePrivately(path, JSON.stringify(session, null, 2));
}

export async function removeSession(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Whole or not at all, mode 0600 in a folder of mode 0700. */
export async function writePrivately(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600 });
  // The mode above counts for a new file only, and less the umask.
  await chmod(draft, 0o600);
  await rename(draft, path);
}
