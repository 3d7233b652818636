/** What the server gives by a link. The link carries its own permission: no token is sent along, and it is shown to nobody. */
import { writeFile } from 'node:fs/promises';
import { CliFailure, exitCodes, networkReason } from './failure.ts';
import type { World } from './world.ts';

const LONGEST_WAIT = 10 * 60_000;

/** `what`: the beginning of a sentence, for example "The export". */
export async function download(world: Pick<World, 'fetch'>, what: string, link: string): Promise<string> {
  return (await downloadBytes(world, what, link)).toString('utf8');
}

export async function downloadBytes(world: Pick<World, 'fetch'>, what: string, link: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await world.fetch(link, { signal: AbortSignal.timeout(LONGEST_WAIT) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    throw new CliFailure(`${what} cannot be fetched (${networkReason(cause)}).`, { exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the network and run the command again.', cause });
  }
  throw new CliFailure(`${what} cannot be fetched: the server answered ${response.status}.`, { status: response.status, remedy: 'Run the command again.' });
}

/** Replaces what is there. Throws what to do where it cannot be written. */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((cause: unknown) => { throw notWritable(file, cause); });
}

export function notWritable(file: string, cause: unknown): CliFailure {
  return new CliFailure(`--output: ${file} cannot be written (${networkReason(cause)}).`, { remedy: 'Name a file in a folder that exists and that you may write to.', cause });
}
