import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolByHand, goodAnswer, type HandDrivenDevice, type Received } from '../../bench/dynamodb/hand-driven-device.ts';
import { withStage } from '../../bench/stage.ts';
import { HOUR, MINUTE } from '../../core/ambient.ts';
import { parseEnrolmentId, type EnrolmentId } from '../../core/ids.ts';
import type { QueuedCommand } from '../../core/instruction/instruction.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { openCourier } from '../../simulator/courier.ts';
import { present } from '../support/present.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** The clockwork of an instruction, on the bundles, machine and policies that go to AWS: asked in its own time, ended at its deadline, corrected late, issued again. */
const startAt = Date.parse('2026-11-23T10:50:00Z');
const opensAt = startAt + 10 * MINUTE;
const deadlineHours = 24;
const deadline = opensAt + deadlineHours * HOUR;
/** When the slow device takes its instruction, to the second hours after its wave: it is asked by its own time. */
const takenAfter = 3 * HOUR + 20_000;

type Listed = AnswerOf<'listInstructions'>['items'][number];

let test: TestCloud;
/** Queues as they were at instants. */
const queues = new Map<string, readonly QueuedCommand[]>();
let atTheDeadline: readonly Listed[];
let inTheEnd: readonly Listed[];
let again: AnswerOf<'reissuePlan'>;
let secondAttempt: readonly Listed[];
/** What each of two devices was told when it was instructed again. */
const told = { slow: [] as string[], away: [] as string[] };

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  const { cloud } = test;
  await test.stores.setPushCertificate();
  await withStage(cloud, () => undefined, async (stage) => {
    const { api } = stage;
    const passTo = async (instant: number): Promise<void> => {
      cloud.clock.setPace('max');
      await cloud.clock.until(instant);
      cloud.clock.setPace('real');
    };
    await api.call('putBranch', { id: 'berlin', body: { name: 'Berlin', timeZone: 'UTC', linkMbps: 100 } });
    const version = await placeApp(stage, 500_000);
    const { link } = await api.call('invite', { body: { branchId: 'berlin', uses: 2 } });
    const courier = await openCourier(cloud.ports.courier, () => Promise.resolve());
    const [slow, away] = [await enrolByHand(`${link}/profile`, 1, courier, () => cloud.clock.now()), await enrolByHand(`${link}/profile`, 2, courier, () => cloud.clock.now())];
    const nothing = { bundleId: '', shortVersion: '', version: '' };
    for (const device of [slow, away]) await answerAll(device, nothing);
    const enrolmentIds = new Map<HandDrivenDevice, EnrolmentId>();
    for (const device of [slow, away]) {
      const { items: [found] } = await api.call('listDevices', { query: { serialNumber: device.serialNumber } });
      enrolmentIds.set(device, parseEnrolmentId(present(found?.udid)));
    }
    const keepQueue = async (name: string, device: HandDrivenDevice): Promise<void> => {
      queues.set(name, (await test.stores.queue.read(present(enrolmentIds.get(device)), 20, cloud.clock.now())).queue);
    };
    const listed = async (id: string): Promise<readonly Listed[]> => (await api.call('listInstructions', { id })).items;

    const branches = [{ branchId: 'berlin', windows: [{ from: '11:00', to: '13:00' }] }];
    const { id } = await api.call('createPlan', { body: { name: 'Field', versionId: version.id, deadlineHours, branches } });
    await api.call('startPlan', { id, body: { unproven: true } });
    await passTo(opensAt + takenAfter);
    const install = present(await slow.idle());
    expect(install.command.requestType).toBe('InstallApplication');
    await slow.report(install, goodAnswer(install.command, version));
    await passTo(opensAt + takenAfter + 9 * MINUTE);
    await keepQueue('nine minutes after', slow);
    await passTo(opensAt + takenAfter + 17 * MINUTE);
    await keepQueue('a quarter of an hour after', slow);
    await passTo(deadline - 20_000);
    await keepQueue('before the deadline', slow);
    await passTo(deadline + 2 * MINUTE);
    atTheDeadline = await listed(id);

    again = await api.call('reissuePlan', { id, body: { windows: [{ from: '00:00', to: '24:00' }] } });
    // One tells before the new plan is started that it has the app; the other only comes when it has been instructed again.
    told.slow.push(...await answerAll(slow, version));
    await api.call('startPlan', { id: again.id, body: { unproven: true } });
    // Its wave, and the look at those that were passed over in it.
    await passTo(cloud.clock.now() + 7 * MINUTE);
    told.away.push(...await answerAll(away, nothing));
    told.slow.push(...await answerAll(slow, version));
    await passTo(cloud.clock.now() + MINUTE);
    [inTheEnd, secondAttempt] = [await listed(id), await listed(again.id)];
  });
});

afterAll(async () => {
  await test.cloud.stop();
});

/** Answers all that a device is asked; the request types, in order. */
async function answerAll(device: HandDrivenDevice, app: { readonly bundleId: string; readonly shortVersion: string; readonly version: string }): Promise<readonly string[]> {
  const asked: string[] = [];
  for (let next: Received | undefined = await device.idle(); next !== undefined; next = await device.report(next, goodAnswer(next.command, app))) asked.push(next.command.requestType);
  return asked;
}

const lists = ['installed-application-list', 'managed-application-list'];
const typesIn = (name: string): readonly string[] => present(queues.get(name)).map(({ command }) => command.type).toSorted();
const stateOf = (items: readonly Listed[], state: string): Listed => present(items.find((one) => one.state === state));

describe('a device that takes its instruction hours after its wave', () => {
  it('is asked how far it is ten minutes after that, and not before', () => {
    expect(typesIn('nine minutes after')).toEqual([]);
    expect(typesIn('a quarter of an hour after')).toEqual(lists);
  });

  it('is asked once more within the hour before its deadline', () => {
    const asked = present(queues.get('before the deadline')).map(({ openedAt }) => openedAt);
    expect(Math.max(...asked)).toBe(present(atTheDeadline[0]).deadline - 30 * MINUTE);
    // Ten minutes, half an hour, two and six hours after; half a day after the wave; an hour and half an hour before its end.
    expect(new Set(asked).size).toBe(7);
  });
});

describe('an instruction that is not finished 24 hours after it was issued', () => {
  it('is timed out within two minutes of that, whether its device came or not', () => {
    expect(atTheDeadline.map(({ state, reason }) => [state, reason?.code]).toSorted()).toEqual([['timedOut', 'not-finished'], ['timedOut', 'not-heard-from']]);
    for (const { finishedAt, issuedAt } of atTheDeadline) {
      expect(present(finishedAt)).toBeGreaterThanOrEqual(issuedAt + deadlineHours * HOUR);
      expect(present(finishedAt)).toBeLessThanOrEqual(issuedAt + deadlineHours * HOUR + 2 * MINUTE);
    }
  });

  it('is corrected by what its device tells late', () => {
    const { deviceId } = present(atTheDeadline.find(({ reason }) => reason?.code === 'not-finished'));
    expect(stateOf(inTheEnd, 'installed')).toMatchObject({ deviceId });
    expect(stateOf(inTheEnd, 'timedOut').deviceId).not.toBe(deviceId);
  });
});

describe('a re-issue', () => {
  it('asks for inventory first: who has the app by then is not instructed again, and not prompted', () => {
    expect(again.devices).toBe(2);
    expect([...told.slow].toSorted()).toEqual(['InstalledApplicationList', 'ManagedApplicationList']);
    expect(secondAttempt.map(({ state, reason }) => reason?.code ?? state).toSorted()).toEqual(['already-installed', 'installing']);
  });

  it('asks once more in the conversation in which it prompts', () => {
    // The lists that were asked for when the re-issue was made, those of the second attempt, and only then the prompt.
    expect(told.away.slice(0, 4).every((type) => type.endsWith('List'))).toBe(true);
    expect(told.away.slice(4)).toEqual(['InstallApplication']);
  });
});

it('needs no permission that the functions do not have', () => {
  expect(test.faults).toEqual([]);
});
