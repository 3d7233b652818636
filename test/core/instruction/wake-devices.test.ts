import { beforeEach, describe, expect, it } from 'vitest';
import type { PushOutcome, PushRequest } from '../../../core/instruction/push.ts';
import { wakeDevices } from '../../../core/instruction/wake-devices.ts';
import type { EnrolmentId } from '../../../core/ids.ts';
import { seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let pushed: PushRequest[];
beforeEach(() => {
  world = memoryWorld();
  pushed = [];
});

/** Devices with a push address each. */
function enrolled(...names: readonly string[]): readonly EnrolmentId[] {
  return names.flatMap((name) => seedDevice(world, 'berlin', name).enrolmentId ?? []);
}

const wake = (ids: readonly EnrolmentId[], tries: number, outcome: PushOutcome): Promise<void> => wakeDevices({
  ...world,
  gateway: {
    push: (requests) => {
      pushed.push(...requests);
      return Promise.resolve(requests.map(() => outcome));
    },
  },
}, ids, tries, world.clock.now());

describe('a device whose push is put off', () => {
  const later: PushOutcome = { result: 'later', reason: 'ServiceUnavailable', afterSeconds: 30 };

  it('is woken again later and later, and not for ever', async () => {
    const ids = enrolled('one', 'two');
    let calls = 0;
    for (let tries = 0; calls === world.waker.calls.length; tries = world.waker.calls.at(-1)?.tries ?? 0) {
      await wake(ids, tries, later);
      calls += 1;
    }
    expect(world.waker.calls).toEqual([1, 2, 3].map((tries) => ({ enrolmentIds: ids, delaySeconds: 30 * 2 ** (tries - 1), tries })));
    expect(pushed).toHaveLength(8);
  });

  it('waits no longer than a queue can', async () => {
    await wake(enrolled('one'), 2, { ...later, afterSeconds: 800 });
    expect(world.waker.calls).toMatchObject([{ delaySeconds: 900 }]);
  });
});

describe('a device', () => {
  it('whose token is dead is not pushed to again', async () => {
    const ids = enrolled('one');
    await wake(ids, 0, { result: 'dead' });
    await wake(ids, 0, { result: 'delivered' });
    expect(pushed).toHaveLength(1);
    expect(world.waker.calls).toEqual([]);
  });

  it('that cannot be pushed to is passed over', async () => {
    const { enrolmentId: expected } = seedDevice(world, 'berlin', 'expected', { status: 'expected' });
    const left = enrolled('left');
    for (const id of left) await world.enrolments.leave(id, world.clock.now());
    await wake([...left, ...(expected === undefined ? [] : [expected])], 0, { result: 'delivered' });
    expect(pushed).toEqual([]);
  });
});
