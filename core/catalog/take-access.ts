/**
 * What one access log of the communication server tells: the load on each branch's link, and of each instruction how far its
 * download is. A log may come twice, late, and beside others; each step is made once, whatever dies in between.
 */
import type { Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import { WavecastError } from '../errors.ts';
import { withLog } from '../instruction/download.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import { statesBefore } from '../instruction/transitions.ts';
import type { PackageFetch } from './package-fetch.ts';
import { loadsOf, type LoadStore } from './package-load.ts';

export interface AccessServices {
  readonly loads: Pick<LoadStore, 'put'>;
  readonly instructions: Pick<InstructionStore, 'instructions' | 'change' | 'recordDownload'>;
}

const AT_ONCE = 8;
/** Logs of one device that come together meet at its instruction. */
const TRIES = 5;

/** `log`: the file's own name. */
export async function takeAccess(services: AccessServices, log: string, fetches: readonly PackageFetch[]): Promise<void> {
  await services.loads.put(log, loadsOf(fetches));
  const byInstruction = Map.groupBy(fetches, ({ instruction: { waveId, deviceId } }) => `${waveId}/${deviceId}`);
  const found = await services.instructions.instructions([...byInstruction.values()].flatMap(([first]) => (first === undefined ? [] : [first.instruction])));
  // A name that is no instruction's is passed over: nobody but us could have signed it, but a restore may have lost it.
  await atMost(AT_ONCE, found, (instruction) => takeDownload(services, instruction, log, byInstruction.get(`${instruction.waveId}/${instruction.deviceId}`) ?? []));
}

async function takeDownload({ instructions }: AccessServices, read: Instruction, log: string, fetches: readonly PackageFetch[]): Promise<void> {
  let instruction: Instruction | undefined = read;
  for (let tries = 0; tries < TRIES && instruction !== undefined; tries += 1) {
    const download = withLog(instruction.download, log, fetches);
    if (download === undefined) return;
    await consent(instructions, instruction, download.startedAt);
    if (download === instruction.download || (await instructions.recordDownload(instruction, download)) === 'recorded') return;
    [instruction] = await instructions.instructions([read]);
  }
  if (instruction !== undefined) throw new WavecastError('throttled', 'An instruction was changed too often to tell it of its download.', { remedy: 'It is tried again by itself.' });
}

/** The first request for the package is the user's consent. A device that has told more by now is believed. */
async function consent(instructions: AccessServices['instructions'], { waveId, deviceId, bundleId, kind, state, updatedAt }: Instruction, at: Instant): Promise<void> {
  const from = statesBefore('installing');
  if (kind !== 'install' || !from.includes(state)) return;
  // What is told late is entered in order: the history goes forward.
  await instructions.change({ waveId, deviceId, bundleId, from, to: 'installing', at: Math.max(at, updatedAt), ends: false });
}
