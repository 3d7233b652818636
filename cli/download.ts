/** What the server gives by a link. The link carries its own permission: no token is sent along, and it is shown to nobody. */
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { CliFailure, exitCodes, networkReason } from './failure.ts';
import type { World } from './world.ts';

const LONGEST_WAIT = 10 * 60_000;

/** `what`: the beginning of a sentence, for example "The export". */
export async function download(world: Pick<World, 'fetch'>, what: string, link: string): Promise<string> {
  return (await downloadBytes(world, what, link)).toString('utf8');
}

export async function downloadBytes(world: Pick<World, 'fetch'>, what: string, link: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openDownload(world, what, link)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same as it comes, for what may be larger than memory. Throws where it breaks off. */
export async function openDownload(world: Pick<World, 'fetch'>, what: string, link: string): Promise<AsyncIterable<Uint8Array>> {
  const unreachable = (cause: unknown): CliFailure => new CliFailure(`${what} cannot be fetched (${networkReason(cause)}).`, { exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the network and run the command again.', cause });
  const response = await world.fetch(link, { signal: AbortSignal.timeout(LONGEST_WAIT) }).catch((cause: unknown) => { throw unreachable(cause); });
  if (!response.ok) throw new CliFailure(`${what} cannot be fetched: the server answered ${response.status}.`, { status: response.status, remedy: 'Run the command again.' });
  const { body } = response;
  return (async function* () {
    try {
      if (body !== null) yield* body;
    } catch (cause) {
      throw unreachable(cause);
    }
  })();
}

/** Replaces what is there, once all of it has come and `check` lets it pass: until then it is beside it, under another name. */
export async function saveStream(path: string, chunks: AsyncIterable<Uint8Array>, check: () => void): Promise<void> {
  const beside = `${path}.part`;
  const file = await open(beside, 'w').catch((cause: unknown) => { throw notWritable(path, cause); });
  try {
    for await (const chunk of chunks) await file.writeFile(chunk).catch((cause: unknown) => { throw notWritable(path, cause); });
    await file.close();
    check();
    await rename(beside, path).catch((cause: unknown) => { throw notWritable(path, cause); });
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}

/** Replaces what is there. Throws what to do where it cannot be written. */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((cause: unknown) => { throw notWritable(file, cause); });
}

export function notWritable(file: string, cause: unknown): CliFailure {
  return new CliFailure(`--output: ${file} cannot be written (${networkReason(cause)}).`, { remedy: 'Name a file in a folder that exists and that you may write to.', cause });
}
