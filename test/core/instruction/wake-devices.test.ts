import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseEnrolmentId, type EnrolmentId } from '../../../core/ids.ts';
import type { PushOutcome, PushRequest } from '../../../core/instruction/push.ts';
import { wakeDevices } from '../../../core/instruction/wake-devices.ts';
import { present } from '../../support/present.ts';
import { seedBranch, seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let devices: readonly Device[];
let pushed: PushRequest[];
let outcomes: Map<string, PushOutcome>;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  devices = Array.from({ length: 4 }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
  for (const [n, id] of ids().entries()) change(id, { push: { token: `${n}`.repeat(64), magic: `magic ${n}`, dead: false } });
  pushed = [];
  outcomes = new Map();
});

const ids = () => devices.map(({ enrolmentId }) => present(enrolmentId));
const enrolment = (id: EnrolmentId) => present(world.tables.enrolments.get(id));
function change(id: EnrolmentId, facts: Partial<ReturnType<typeof enrolment>>): void {
  world.tables.enrolments.set(id, { ...enrolment(id), ...facts });
}
const later = (afterSeconds: number): PushOutcome => ({ result: 'later', reason: 'TooManyRequests', afterSeconds });
const outcomeOf = (n: number, outcome: PushOutcome): void => {
  outcomes.set(`${n}`.repeat(64), outcome);
};
const again = () => world.waker.calls;
const wake = (wanted = ids(), tries = 0) => wakeDevices({
  ...world,
  gateway: { push: (requests) => {
    pushed.push(...requests);
    return Promise.resolve(requests.map(({ token }) => outcomes.get(token) ?? { result: 'delivered' }));
  } },
}, wanted, tries, world.clock.now());

describe('devices that are to be woken', () => {
  it('are each pushed to where they said, for a day', async () => {
    await wake();
    expect(pushed).toEqual(ids().map((_, n) => ({ token: `${n}`.repeat(64), magic: `magic ${n}`, topic: 'com.apple.mgmt.External.test', expiresAt: world.clock.now() + DAY })));
    expect(again()).toEqual([]);
  });

  it('are passed over where they cannot be reached: gone, not yet, unknown, or of a dead token', async () => {
    const [gone, , dead, notYet] = ids();
    change(present(gone), { status: 'left' });
    change(present(dead), { push: { token: '2'.repeat(64), magic: 'm', dead: true } });
    const { push: _, ...without } = enrolment(present(notYet));
    world.tables.enrolments.set(without.id, { ...without, status: 'authenticated' });
    await wake([...ids(), parseEnrolmentId('00000000-unknown')]);
    expect(pushed.map(({ magic }) => magic)).toEqual(['magic 1']);
  });

  it('of which APNs says that the token is dead are not pushed to again until they say a new one', async () => {
    outcomeOf(1, { result: 'dead' });
    await wake();
    expect(ids().map((id) => enrolment(id).push?.dead)).toEqual([false, true, false, false]);
    expect(again()).toEqual([]);
    pushed = [];
    await wake();
    expect(pushed).toHaveLength(3);
  });

  it('keep a token that they said while the old one was found dead', async () => {
    outcomeOf(1, { result: 'dead' });
    world.tables.beforeWrite = (operation) => {
      if (operation === 'enrolments.markPushDead') change(present(ids()[1]), { push: { token: 'f'.repeat(64), magic: 'new', dead: false } });
    };
    await wake();
    expect(enrolment(present(ids()[1])).push).toEqual({ token: 'f'.repeat(64), magic: 'new', dead: false });
  });

  it('are counted as unreachable from then on, once, and not where they have come back under another id', async () => {
    const counted = async () => (await world.branches.deviceCounts([present(devices[0]).branchId])).get(present(devices[0]).branchId)?.unreachable;
    const gone = present(devices[2]);
    world.tables.devices.set(gone.id, { ...gone, enrolmentId: parseEnrolmentId('00008030-00000000000000AA') });
    for (const n of [1, 2]) outcomeOf(n, { result: 'dead' });
    await wake();
    expect(world.tables.devices.get(present(devices[1]).id)).toMatchObject({ unreachableSince: world.clock.now(), revision: present(devices[1]).revision + 1 });
    expect([await counted(), enrolment(present(ids()[2])).push?.dead]).toEqual([1, true]);
    await wake();
    expect(await counted()).toBe(1);
  });

  it('whose record changes at that very moment are pushed to once more, and found then', async () => {
    outcomeOf(1, { result: 'dead' });
    const { id } = present(devices[1]);
    let changes = 0;
    world.tables.beforeWrite = (operation) => {
      const device = present(world.tables.devices.get(id));
      if (operation === 'enrolments.markPushDead' && (changes += 1) === 1) world.tables.devices.set(id, { ...device, osVersion: '19.0', revision: device.revision + 1 });
    };
    await wake();
    expect([world.tables.devices.get(id)?.unreachableSince, enrolment(present(ids()[1])).push?.dead]).toEqual([undefined, false]);
    await wake();
    expect(world.tables.devices.get(id)).toMatchObject({ osVersion: '19.0', unreachableSince: world.clock.now() });
  });

  it('are not tried again where the fault is ours, which is said loudly and without a token', async () => {
    outcomeOf(2, { result: 'refused', reason: 'BadCertificate' });
    await wake();
    expect(again()).toEqual([]);
    expect(enrolment(present(ids()[2])).push?.dead).toBe(false);
    expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([{ level: 'error', message: 'pushes refused: the fault is ours', fields: { reason: 'BadCertificate' } }]);
    expect(world.tables.pushFault).toEqual({ reason: 'BadCertificate', until: world.clock.now() + HOUR });
    expect(JSON.stringify(world.log.lines)).not.toContain('2'.repeat(64));
  });

  it('that listen to another topic are passed over: no other device suffers for them', async () => {
    outcomeOf(2, { result: 'stranded' });
    await wake();
    expect(again()).toEqual([]);
    expect(enrolment(present(ids()[2])).push?.dead).toBe(false);
    expect(world.tables.pushFault).toBeUndefined();
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toEqual([{ level: 'warn', message: 'devices listen to another topic than that of the push certificate', fields: { stranded: 1 } }]);
  });

  it('that cannot be pushed to for now are told of, with the reason', async () => {
    outcomeOf(0, { result: 'later', reason: 'connection lost', afterSeconds: 30 });
    await wake();
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toEqual([{ level: 'warn', message: 'pushes are put off', fields: { pushes: 1, reason: 'connection lost' } }]);
  });

  it('are tried again later together, after the longest time that any was told, and only those', async () => {
    outcomeOf(0, later(10));
    outcomeOf(3, later(40));
    await wake();
    expect(again()).toEqual([{ enrolmentIds: [ids()[0], ids()[3]], delaySeconds: 40, tries: 1 }]);
  });

  it.each([[0, 40], [1, 80], [2, 160]])('wait longer with each try: after try %i, %i seconds', async (tries, delay) => {
    outcomeOf(0, later(40));
    await wake(ids(), tries);
    expect(again()).toMatchObject([{ delaySeconds: delay, tries: tries + 1 }]);
  });

  it('never wait longer than a queue can', async () => {
    outcomeOf(0, later(800));
    await wake(ids(), 2);
    expect(again()).toMatchObject([{ delaySeconds: 900 }]);
  });

  it('are given up after the fourth try: the sweep pushes again', async () => {
    outcomeOf(0, later(10));
    await wake(ids(), 3);
    expect(again()).toEqual([]);
  });

  it('are not woken for ever where every try is put off', async () => {
    outcomeOf(0, later(10));
    let calls = 0;
    for (let tries = 0; calls === again().length; tries = again().at(-1)?.tries ?? 0) {
      await wake(ids().slice(0, 1), tries);
      calls += 1;
    }
    expect(again().map(({ delaySeconds }) => delaySeconds)).toEqual([10, 20, 40]);
    expect(pushed).toHaveLength(4);
  });
});
