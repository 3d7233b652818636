/** Where the API and the sign-in are: `config.json`, which the deployment writes beside the console's files. */
import { consoleSettings, type ConsoleSettings } from '../protocol/admin/console-settings.ts';

/** Throws where there is none, or one that is not understood: the console cannot begin without it. */
export async function readSettings(): Promise<ConsoleSettings> {
  const response = await fetch('/config.json', { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The console's settings could not be read: config.json answered ${response.status}.`);
  return consoleSettings.parse(await response.json());
}
