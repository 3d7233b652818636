/** Pushes to devices so that they come and fetch what waits for them. */
import { DAY, type Instant, type Logger } from '../ambient.ts';
import type { Enrolment } from '../device/enrolment.ts';
import type { DeviceStore, EnrolmentStore } from '../device/store.ts';
import type { EnrolmentId } from '../ids.ts';
import { pushFaultOf, type PushFaultStore } from '../rollout/push-fault.ts';
import type { PushGateway, PushOutcome } from './push.ts';
import type { Waker } from './store.ts';

export interface WakeServices {
  readonly enrolments: Pick<EnrolmentStore, 'enrolments' | 'markPushDead'>;
  readonly devices: Pick<DeviceStore, 'devices'>;
  readonly gateway: PushGateway;
  readonly waker: Waker;
  readonly pushFaults: Pick<PushFaultStore, 'report'>;
  readonly log: Logger;
}

/** After this many tries in a row the sweep's own repetition takes over. */
const TRIES = 4;

/** One batch. Devices without a live push address are passed over: they find their commands when they come by themselves. */
export async function wakeDevices(services: WakeServices, ids: readonly EnrolmentId[], tries: number, now: Instant): Promise<void> {
  const enrolments = await services.enrolments.enrolments(ids);
  const reachable = enrolments.flatMap((enrolment) => (enrolment.status === 'enrolled' && enrolment.push !== undefined && !enrolment.push.dead ? [{ enrolment, push: enrolment.push }] : []));
  const outcomes = await services.gateway.push(reachable.map(({ enrolment, push }) => ({ token: push.token, magic: push.magic, topic: enrolment.topic, expiresAt: now + DAY })));
  const retry: EnrolmentId[] = [];
  let delay = 0;
  for (const [index, { enrolment, push }] of reachable.entries()) {
    const outcome: PushOutcome | undefined = outcomes[index];
    if (outcome?.result === 'dead') await markDead(services, enrolment, push.token, now);
    if (outcome?.result === 'later') {
      retry.push(enrolment.id);
      delay = Math.max(delay, outcome.afterSeconds);
    }
  }
  const refusal = outcomes.find((outcome) => outcome.result === 'refused');
  if (refusal !== undefined) {
    services.log.error('pushes refused: the fault is ours', { reason: refusal.reason });
    await services.pushFaults.report(pushFaultOf(refusal.reason, now));
  }
  const putOff = outcomes.flatMap((outcome) => (outcome.result === 'later' ? [outcome.reason] : []));
  if (putOff.length > 0) services.log.warn('pushes are put off', { pushes: putOff.length, reason: putOff[0] });
  const stranded = outcomes.filter(({ result }) => result === 'stranded').length;
  if (stranded > 0) services.log.warn('devices listen to another topic than that of the push certificate', { stranded });
  const again = retry.length > 0 && tries + 1 < TRIES;
  if (again) await services.waker.wake(retry, Math.min(900, delay * 2 ** tries), tries + 1);
  services.log.info('devices woken', { asked: ids.length, pushed: reachable.length, retried: again ? retry.length : 0 });
}

/** Where the device changed at that very moment nothing is noted: the next push meets the same answer. */
async function markDead({ devices, enrolments }: WakeServices, { id, deviceId }: Enrolment, token: string, now: Instant): Promise<void> {
  const [device] = await devices.devices([deviceId]);
  // One that has come back under another id is not out of reach for what it was before.
  const own = device?.enrolmentId === id && device.unreachableSince === undefined ? device : undefined;
  await enrolments.markPushDead(id, token, own, now);
}
