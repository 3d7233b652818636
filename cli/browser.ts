/** Opens the system's browser. */
import { spawn } from 'node:child_process';

const PATIENCE = 1_500;

/** The program that opens an address on this platform; undefined where there is no desktop to open it on. */
export function browserCommand(platform: string, env: Readonly<Record<string, string | undefined>>, address: string): readonly [program: string, ...args: string[]] | undefined {
  if (platform === 'darwin') return ['open', address];
  // `start` would read the address as a command line; the URL handler takes it as it is.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  return env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined ? undefined : ['xdg-open', address];
}

/** False where no browser was started; true where one was, or seems to be. */
export function openBrowser(address: string, platform: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const command = browserCommand(platform, env, address);
  if (command === undefined) return Promise.resolve(false);
  const [program, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => { resolve(true); }, PATIENCE);
    const settle = (opened: boolean): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => { settle(false); });
    child.once('exit', (status) => { settle(status === 0); });
    child.unref();
  });
}
