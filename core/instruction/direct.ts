/** Instructions outside a plan: a test install, single devices, or inventory asked for at once. They are waves of their own. */
import { HOUR, type Identifiers, type Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import { WavecastError } from '../errors.ts';
import { parseInstructionId, type EnrolmentId, type WaveId } from '../ids.ts';
import { directWaveId } from '../rollout/wave-id.ts';
import { commandsOf } from './commands-of.ts';
import { stepsOf } from './deadline.ts';
import type { Instruction, InstructionKind } from './instruction.ts';
import type { InstructionStore, Timers, Waker } from './store.ts';

export interface DirectServices {
  readonly instructions: Pick<InstructionStore, 'issue'>;
  readonly timers: Pick<Timers, 'put'>;
  readonly waker: Waker;
  readonly ids: Identifiers;
}

export interface DirectRequest {
  readonly kind: InstructionKind;
  readonly version: Pick<AppVersion, 'id' | 'bundleId' | 'shortVersion' | 'version'>;
  /** 1 to 500. */
  readonly devices: readonly Pick<DeviceSummary, 'id' | 'name' | 'branchId' | 'status' | 'enrolmentId'>[];
  /** Hours from now to the instruction's failure. */
  readonly deadlineHours: number;
  /** Default: one of its own, by chance. Named again, no device is instructed a second time. */
  readonly waveId?: WaveId | undefined;
}

export interface DirectResult {
  readonly waveId: WaveId;
  readonly issued: readonly Instruction[];
  /** Devices on which another instruction for the app is live. */
  readonly held: readonly Instruction[];
}

/** As many as a plan's wave may have. */
export const MAX_DIRECT = 500;
/** Transactions in flight at once. */
const CONCURRENCY = 10;

/** Issues, queues and wakes. Throws `conflict` before anything is issued when a device cannot be reached, `invalid-input` for too many. */
export async function issueDirect(services: DirectServices, request: DirectRequest, now: Instant): Promise<DirectResult> {
  const { kind, devices, deadlineHours } = request;
  if (devices.length === 0 || devices.length > MAX_DIRECT) throw new WavecastError('invalid-input', `${devices.length} devices cannot be instructed at once.`, { remedy: `Name 1 to ${MAX_DIRECT}.` });
  const waveId = request.waveId ?? directWaveId(services.ids);
  const instructions = devices.map((device) => directInstruction(services, request, device, waveId, now));
  // The timer first: an instruction whose deadline nobody watches must not exist.
  const [first] = stepsOf(kind, now, now + deadlineHours * HOUR);
  if (first !== undefined) await services.timers.put([{ at: first.at, kind: 'wave-check', subject: waveId, step: 0 }]);
  const issued: Instruction[] = [];
  const held: Instruction[] = [];
  const pending = [...instructions];
  const issueSome = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const result = await services.instructions.issue(next, commandsOf(next, services.ids));
      (result === 'held' ? held : issued).push(next);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, issueSome));
  const toWake = issued.flatMap(({ enrolmentId }) => enrolmentId ?? []);
  if (toWake.length > 0) await services.waker.wake(toWake);
  return { waveId, issued, held };
}

/** Throws `conflict` for a device that has no enrolment. */
export function checkReachable({ name, status, enrolmentId }: Pick<DeviceSummary, 'name' | 'status' | 'enrolmentId'>): EnrolmentId {
  if (status === 'enrolled' && enrolmentId !== undefined) return enrolmentId;
  throw new WavecastError('conflict', `The device "${name}" is not enrolled: it cannot be instructed.`, { remedy: 'Enrol it, or choose another device.' });
}

function directInstruction(services: DirectServices, { kind, version, deadlineHours }: DirectRequest, device: DirectRequest['devices'][number], waveId: WaveId, now: Instant): Instruction {
  return {
    id: parseInstructionId(services.ids.named(`${waveId}/${device.id}`)),
    kind, waveId, deviceId: device.id, deviceName: device.name, enrolmentId: checkReachable(device), branchId: device.branchId,
    bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version,
    attempt: 1, state: 'issued', issuedAt: now, deadline: now + deadlineHours * HOUR, updatedAt: now, history: [{ at: now, state: 'issued' }],
  };
}
