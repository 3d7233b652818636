/** One device asked at once, outside all plans: what it is, and which of the registered apps it has. */
import { DAY, MINUTE, type Identifiers, type Instant } from '../ambient.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import type { DeviceSummary } from '../device/device.ts';
import { WavecastError } from '../errors.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import { checkReachable } from '../instruction/direct.ts';
import type { Command } from '../instruction/instruction.ts';
import type { CommandQueue, Waker } from '../instruction/store.ts';

export interface CollectServices {
  readonly catalogue: Pick<CatalogueStore, 'apps'>;
  readonly queue: Pick<CommandQueue, 'enqueue'>;
  readonly waker: Waker;
  readonly ids: Pick<Identifiers, 'named'>;
}

/** What a device has not answered by then would be told too late for whoever asked. */
const ANSWER_WITHIN = DAY;
/** Of each app two lists are asked for: more would hold up what else waits for the device. */
const MOST_APPS = 100;

export interface Collecting {
  readonly apps: number;
  readonly expiresAt: Instant;
}

/**
 * Queues and wakes. One app in each question, as its answer is taken. Repeated within a minute it finds what it queued before.
 * Throws `conflict` for a device that is not enrolled, `too-large` where more apps are registered than can be asked of at once.
 */
export async function collectNow({ catalogue, queue, waker, ids }: CollectServices, device: Pick<DeviceSummary, 'id' | 'name' | 'status' | 'enrolmentId'>, now: Instant): Promise<Collecting> {
  const enrolmentId = checkReachable(device);
  const apps = await catalogue.apps();
  if (apps.length > MOST_APPS) throw new WavecastError('too-large', `${apps.length} apps are registered; a device is asked of ${MOST_APPS} at once.`, { remedy: 'Collect inventory by a plan for the app that matters.' });
  const minute = Math.floor(now / MINUTE);
  const commands: readonly Command[] = [{ type: 'device-information' }, ...apps.flatMap(({ bundleId }): readonly Command[] => [{ type: 'managed-application-list', bundleIds: [bundleId] }, { type: 'installed-application-list', bundleIds: [bundleId] }])];
  await queue.enqueue(commands.map((command, index) => ({
    id: commandIdFor(enrolmentId, ids.named(`${device.id}/collect/${minute}/${index}/${command.type}`), ids), enrolmentId, deviceId: device.id,
    // The minute's start: a repetition has the same places in the queue, a millisecond apart as they are asked.
    openedAt: minute * MINUTE + index, command, expiresAt: now + ANSWER_WITHIN,
  })));
  await waker.wake([enrolmentId]);
  return { apps: apps.length, expiresAt: now + ANSWER_WITHIN };
}
