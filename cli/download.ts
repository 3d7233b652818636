/** Exports: fetched by the link that the server gives, and written where the user says. */
import { writeFile } from 'node:fs/promises';
import { CliFailure, exitCodes, networkReason } from './failure.ts';
import type { World } from './world.ts';

const LONGEST_WAIT = 10 * 60_000;

/** The link carries its own permission: no token is sent along. */
export async function download(world: World, link: string): Promise<string> {
  let response: Response;
  try {
    response = await world.fetch(link, { signal: AbortSignal.timeout(LONGEST_WAIT) });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw new CliFailure(`The export cannot be fetched (${networkReason(cause)}).`, { exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the network and run the command again.', cause });
  }
  throw new CliFailure(`The export cannot be fetched: the server answered ${response.status}.`, { status: response.status, remedy: 'Run the command again.' });
}

/** Replaces what is there. Throws what to do where it cannot be written. */
export async function writeOutput(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => { throw notWritable(file, cause); });
}

export function notWritable(file: string, cause: unknown): CliFailure {
  return new CliFailure(`--output: ${file} cannot be written (${networkReason(cause)}).`, { remedy: 'Name a file in a folder that exists and that you may write to.', cause });
}
