import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { compareNewestFirst } from '../../../core/device/timeline.ts';
import { learnFacts } from '../../../core/device/learn-facts.ts';
import { authenticate, checkOut, updateToken, type IntroducedDevice } from '../../../core/device/enrol-device.ts';
import type { Enrolment, IssuedCertificate, Invitation } from '../../../core/device/enrolment.ts';
import { parseBranchId, parseEnrolmentId, parseInvitationId, type EnrolmentId, type Sha256 } from '../../../core/ids.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
const udid = parseEnrolmentId('00008030-0000000000000001');
const push = { token: 'ab'.repeat(32), magic: 'magic', dead: false };
const topic = 'com.apple.mgmt.External.test';

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
});

/** An invitation, and an identity that was issued by it. */
function identity(name: string, facts: Partial<Invitation> = {}, of: Partial<IssuedCertificate> = {}): Sha256 {
  const now = world.clock.now();
  const invitation: Invitation = { id: parseInvitationId(world.ids.fresh()), branchId: parseBranchId('berlin'), testDevice: false, uses: 1, used: 1, createdAt: now, expiresAt: now + DAY, ...facts };
  world.tables.invitations.set(invitation.id, invitation);
  const certificate: IssuedCertificate = { fingerprint: digestOf(`identity ${name}`), serialNumber: name, invitationId: invitation.id, issuedAt: now, expiresAt: now + 1_000 * DAY, revoked: false, der: '', ...of };
  world.tables.certificates.set(certificate.fingerprint, certificate);
  return certificate.fingerprint;
}
const introduce = (signer: Sha256, facts: Partial<IntroducedDevice> = {}) => authenticate(world, signer, { enrolmentId: udid, topic, serialNumber: 'SN-1', productName: 'iPhone15,4', osVersion: '18.1', ...facts }, world.clock.now());
const tell = (signer: Sha256, id: EnrolmentId = udid) => updateToken(world, signer, id, push, world.clock.now());
const enrolment = (id: EnrolmentId = udid): Enrolment => present(world.tables.enrolments.get(id));
const devices = (): readonly Device[] => [...world.tables.devices.values()];
const only = (): Device => present(devices()[0]);
const told = (): readonly string[] => [...(world.tables.events.get(only().id)?.values() ?? [])].toSorted(compareNewestFirst).reverse().map(({ kind }) => kind);
const refused = { code: 'identity-refused' };

describe('Authenticate', () => {
  it('makes the device that the invitation foresees and pins the identity to it', async () => {
    const signer = identity('a', { deviceName: 'desk', testDevice: true });
    await introduce(signer);
    expect(devices()).toMatchObject([{ name: 'desk', branchId: 'berlin', testDevice: true, status: 'authenticated', enrolmentId: udid, serialNumber: 'SN-1', productName: 'iPhone15,4', osVersion: '18.1' }]);
    expect(enrolment()).toMatchObject({ deviceId: only().id, status: 'authenticated', pin: signer, topic });
    expect(enrolment()).not.toHaveProperty('push');
    expect(world.tables.certificates.get(signer)?.enrolmentId).toBe(udid);
  });

  it('names a device after its serial number where nothing else is said, and by its id without one', async () => {
    await introduce(identity('a'));
    expect(only().name).toBe('SN-1');
    world = memoryWorld();
    await authenticate(world, identity('b'), { enrolmentId: udid, topic }, world.clock.now());
    expect(only().name).toBe(only().id);
    expect(only()).not.toHaveProperty('serialNumber');
  });

  it.each<[string, Partial<Device>]>([['its name', { name: 'desk' }], ['its serial number', { name: 'other', serialNumber: 'SN-1' }]])('takes up a device that was expected, by %s', async (_, facts) => {
    seedDevice(world, 'berlin', 'desk', { status: 'expected', serialNumber: 'SN-9', ...facts });
    const [expected] = devices();
    const { enrolmentId: __, ...without } = present(expected);
    world.tables.devices.set(without.id, without);
    await introduce(identity('a', { deviceName: 'desk' }));
    expect(devices()).toMatchObject([{ id: expected?.id, status: 'authenticated', enrolmentId: udid, serialNumber: 'SN-1' }]);
  });

  it('does not give an enrolled device\'s name away a second time', async () => {
    seedDevice(world, 'berlin', 'desk');
    await introduce(identity('a', { deviceName: 'desk' }));
    expect(devices().map(({ name }) => name).toSorted()).toEqual(['SN-1', 'desk']);
  });

  it('may be repeated: one device, one enrolment', async () => {
    const signer = identity('a');
    for (let n = 0; n < 3; n += 1) await introduce(signer);
    expect(devices()).toHaveLength(1);
    expect(world.tables.enrolments.size).toBe(1);
  });

  it('ends the same whatever write it was killed at before', async () => {
    for (let kill = 1; kill <= 4; kill += 1) {
      world = memoryWorld();
      const signer = identity('a');
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes === kill) throw new Error('killed');
      };
      await introduce(signer).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      await introduce(signer);
      expect(devices()).toMatchObject([{ status: 'authenticated' }]);
      expect(enrolment().status).toBe('authenticated');
    }
  });

  it('clears the queue and stops pushes until the device says where to', async () => {
    const device = seedDevice(world, 'berlin', 'old', { enrolmentId: udid });
    world.tables.enrolments.set(udid, { id: udid, deviceId: device.id, branchId: device.branchId, status: 'enrolled', pin: digestOf('former'), topic, push, lastSeenAt: 0, authenticatedAt: 0, enrolledAt: 0 });
    seedInstruction(world, device, version);
    await introduce(identity('a'));
    expect(queueOfDevice(world, device)).toEqual([]);
    expect(enrolment()).not.toHaveProperty('push');
    expect(only()).toMatchObject({ id: device.id, name: 'old', status: 'authenticated' });
  });

  it.each<[string, () => Sha256]>([
    ['is not ours', () => digestOf('somebody else\'s')],
    ['was revoked', () => identity('a', {}, { revoked: true })],
    ['speaks for another device', () => identity('a', {}, { enrolmentId: parseEnrolmentId('00008030-0000000000000002') })],
  ])('is refused, and changes nothing, where the identity %s', async (_, signer) => {
    await expect(introduce(signer())).rejects.toMatchObject(refused);
    expect(devices()).toEqual([]);
    expect(world.tables.enrolments.size).toBe(0);
  });

  it('is refused where the invitation is gone', async () => {
    const signer = identity('a');
    world.tables.invitations.clear();
    await expect(introduce(signer)).rejects.toMatchObject(refused);
  });
});

describe('TokenUpdate', () => {
  it('completes the enrolment of a device that comes at once and tells of itself meanwhile', async () => {
    const signer = identity('a');
    await introduce(signer);
    const waker = { wake: () => world.devices.replaceDevice(only(), { ...only(), osVersion: '18.6', revision: only().revision + 1 }) };
    await updateToken({ ...world, waker }, signer, udid, push, world.clock.now());
    expect(only()).toMatchObject({ status: 'enrolled', osVersion: '18.6' });
  });

  it('completes the enrolment: the device can be pushed to, and is asked what it is', async () => {
    const signer = identity('a');
    await introduce(signer);
    world.clock.pass(MINUTE);
    await tell(signer);
    expect(enrolment()).toMatchObject({ status: 'enrolled', push, enrolledAt: world.clock.now() });
    expect(only()).toMatchObject({ status: 'enrolled', enrolledAt: world.clock.now() });
    expect(queueOfDevice(world, only()).map(({ command }) => command.type)).toEqual(['device-information', 'declarative-management']);
    expect(world.waker.calls).toEqual([{ enrolmentIds: [udid], delaySeconds: 0, tries: 0 }]);
  });

  it('of a device that has left is refused: it must enrol again', async () => {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    await checkOut(world, signer, udid, world.clock.now());
    await expect(tell(signer)).rejects.toMatchObject(refused);
    expect(enrolment().status).toBe('left');
  });

  it.each([['15.8', ['device-information']], [undefined, ['device-information']]])('asks a device of system %s to report by itself only once it is known that it can', async (osVersion, asked) => {
    const signer = identity('a');
    await authenticate(world, signer, { enrolmentId: udid, topic, ...(osVersion === undefined ? {} : { osVersion }) }, world.clock.now());
    await tell(signer);
    expect(queueOfDevice(world, only()).map(({ command }) => command.type)).toEqual(asked);
  });

  it('later says only where to push', async () => {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    const { enrolledAt } = only();
    world.clock.pass(HOUR);
    await updateToken(world, signer, udid, { ...push, token: 'cd'.repeat(32) }, world.clock.now());
    expect(enrolment().push?.token).toBe('cd'.repeat(32));
    expect(only()).toMatchObject({ enrolledAt });
    expect(queueOfDevice(world, only())).toHaveLength(2);
    expect(world.waker.calls).toHaveLength(1);
  });

  it.each(['the identity of another device', 'an identity before any Authenticate'])('is refused with %s', async (what) => {
    const signer = identity('a');
    const other = identity('b');
    if (what !== 'an identity before any Authenticate') await introduce(signer);
    await expect(tell(other)).rejects.toMatchObject(refused);
    expect(world.tables.enrolments.get(udid)?.push).toBeUndefined();
  });
});

describe('the timeline of a device', () => {
  it('tells of its way in, out, and in again by another identity: one record, one history', async () => {
    const signer = identity('a');
    for (const step of [() => introduce(signer), () => tell(signer), () => checkOut(world, signer, udid, world.clock.now()), () => introduce(identity('b'))]) {
      await step();
      world.clock.pass(MINUTE);
    }
    await tell(digestOf('identity b'));
    expect(devices()).toHaveLength(1);
    expect(told()).toEqual(['authenticated', 'enrolled', 'left', 'authenticated', 're-enrolled']);
  });

  it('tells each once, however often the device repeats it', async () => {
    const signer = identity('a');
    for (const step of [() => introduce(signer), () => introduce(signer), () => tell(signer), () => tell(signer), () => checkOut(world, signer, udid, world.clock.now())]) {
      await step();
      world.clock.pass(MINUTE);
    }
    await checkOut(world, signer, udid, world.clock.now());
    expect(told()).toEqual(['authenticated', 'enrolled', 'left']);
  });

  it('tells of an Authenticate once, whatever write it was killed at before', async () => {
    for (let kill = 1; kill <= 4; kill += 1) {
      world = memoryWorld();
      const signer = identity('a');
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes === kill) throw new Error('killed');
      };
      await introduce(signer).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      world.clock.pass(MINUTE);
      await introduce(signer);
      expect(told()).toEqual(['authenticated']);
    }
  });
});

describe('a device that enrols again', () => {
  /** The device is enrolled, and has an instruction in each state. */
  async function underWay(states: readonly InstructionState[]): Promise<Sha256> {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    for (const [n, state] of states.entries()) {
      seedInstruction(world, only(), seedVersion(world, `com.example.app${n}`), { state });
      world.clock.pass(MINUTE);
    }
    await introduce(signer);
    return signer;
  }
  const queued = () => queueOfDevice(world, only()).map(({ command, waveId }) => `${'bundleId' in command ? command.bundleId : 'bundleIds' in command ? command.bundleIds.join() : ''} ${command.type}${waveId === undefined ? ' asked' : ''}`.trim());

  it('gets again what it had not acknowledged, is asked about what it had, and nothing of what had ended', async () => {
    const signer = await underWay(['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'failed', 'rejected', 'timedOut', 'cancelled']);
    expect(queued()).toEqual([]);
    await tell(signer);
    expect(queued().toSorted()).toEqual([
      'com.example.app0 install-application', 'com.example.app1 install-application', 'com.example.app2 install-application',
      'com.example.app3 installed-application-list asked', 'com.example.app3 managed-application-list asked',
      'com.example.app4 installed-application-list asked', 'com.example.app4 managed-application-list asked', 'declarative-management asked', 'device-information asked',
    ]);
    expect([...world.tables.instructions.values()].map(({ state }) => state)).toEqual(['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'failed', 'rejected', 'timedOut', 'cancelled']);
  });

  it('gets it in the order in which it was instructed', async () => {
    const signer = await underWay(['issued', 'issued', 'issued']);
    await tell(signer);
    expect(queued().filter((text) => text.endsWith('install-application'))).toEqual(['0', '1', '2'].map((n) => `com.example.app${n} install-application`));
  });

  it('gets it whatever write TokenUpdate was killed at before, and once', async () => {
    const signer = await underWay(['issued', 'acknowledged']);
    let total = 0;
    world.tables.beforeWrite = () => {
      total += 1;
    };
    await tell(signer);
    const whole = queued();
    expect(whole).toHaveLength(5);
    for (let kill = 1; kill <= total; kill += 1) {
      world = memoryWorld();
      const again = await underWay(['issued', 'acknowledged']);
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes >= kill) throw new Error('killed');
      };
      await tell(again).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      world.clock.pass(MINUTE);
      await tell(again);
      expect(queued()).toEqual(whole);
      expect(only().status).toBe('enrolled');
      expect(world.waker.calls.at(-1)?.enrolmentIds).toEqual([udid]);
    }
  });

  it('under another enrolment id gets it there: its former queue is read by nobody', async () => {
    await underWay(['issued', 'acknowledged']);
    const other = parseEnrolmentId('0000-another-enrolment');
    const signer = identity('b');
    await introduce(signer, { enrolmentId: other });
    await tell(signer, other);
    expect(only().enrolmentId).toBe(other);
    expect(queued()).toHaveLength(5);
    expect([...(world.tables.queues.get(other)?.values() ?? [])].every(({ enrolmentId }) => enrolmentId === other)).toBe(true);
  });
});

describe('CheckOut', () => {
  const states: readonly InstructionState[] = ['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'rejected'];
  async function leave(): Promise<Sha256> {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    for (const [n, state] of states.entries()) seedInstruction(world, only(), seedVersion(world, `com.example.app${n}`), { state });
    await checkOut(world, signer, udid, world.clock.now());
    return signer;
  }

  it('fails what is under way, says why, and gives the device free', async () => {
    await leave();
    expect([...world.tables.instructions.values()].map(({ state, reason }) => [state, reason?.code])).toEqual([
      ...Array.from({ length: 5 }, () => ['failed', 'left-management']), ['installed', undefined], ['rejected', undefined],
    ]);
    expect([...world.tables.standings.values()].some(({ live }) => live)).toBe(false);
  });

  it('clears the queue, stops pushes, and keeps the device\'s record', async () => {
    await leave();
    expect(queueOfDevice(world, only())).toEqual([]);
    expect(enrolment()).toMatchObject({ status: 'left' });
    expect(enrolment()).not.toHaveProperty('push');
    expect(only()).toMatchObject({ status: 'left', enrolmentId: udid });
  });

  it('may be repeated', async () => {
    const signer = await leave();
    const before = [[...world.tables.instructions.values()], only()];
    await checkOut(world, signer, udid, world.clock.now() + 1);
    expect([[...world.tables.instructions.values()], only()]).toEqual(before);
  });

  it('fails also what moves on in the same moment', async () => {
    world.tables.beforeWrite = (operation) => {
      if (operation !== 'instructions.change') return;
      for (const [key, instruction] of world.tables.instructions) if (instruction.state === 'issued') world.tables.instructions.set(key, { ...instruction, state: 'delivered' });
    };
    await leave();
    expect([...world.tables.instructions.values()][0]).toMatchObject({ state: 'failed' });
  });

  it('is refused with another identity, and changes nothing', async () => {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    await expect(checkOut(world, identity('b'), udid, world.clock.now())).rejects.toMatchObject(refused);
    expect(only().status).toBe('enrolled');
  });

  it('is followed by a new enrolment like any other', async () => {
    const signer = await leave();
    world.clock.pass(DAY);
    await introduce(signer);
    await tell(signer);
    expect(only()).toMatchObject({ status: 'enrolled', enrolledAt: world.clock.now() });
    expect(devices()).toHaveLength(1);
  });
});

describe('a device that comes with the identity of another, as after a restore from its backup', () => {
  const restored = parseEnrolmentId('00008030-0000000000000002');

  it('is refused, the other record is left as it was, and its timeline tells once a day', async () => {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    const [device, before] = [only(), enrolment()];
    for (let n = 0; n < 3; n += 1) {
      await expect(introduce(signer, { enrolmentId: restored, serialNumber: 'SN-2' })).rejects.toMatchObject(refused);
      world.clock.pass(MINUTE);
    }
    expect(devices()).toEqual([device]);
    expect([...world.tables.enrolments.values()]).toEqual([before]);
    const tellings = () => told().filter((kind) => kind === 'identity-refused').length;
    expect(tellings()).toBe(1);
    world.clock.pass(DAY);
    await expect(introduce(signer, { enrolmentId: restored })).rejects.toMatchObject(refused);
    expect(tellings()).toBe(2);
  });

  it('enrols by an invitation of its own, as itself', async () => {
    await introduce(identity('a'));
    await introduce(identity('b'), { enrolmentId: restored, serialNumber: 'SN-2' });
    expect(devices()).toHaveLength(2);
  });
});

describe('a device that was imported by its serial number', () => {
  const imported = (facts: Partial<Device> = {}): Device => {
    seedBranch(world, 'tokyo');
    const { enrolmentId: _, enrolledAt: __, osVersion: ___, productName: ____, ...device } = seedDevice(world, 'tokyo', 'till-7', { status: 'expected', serialNumber: 'SN-1', displayName: '七', tags: ['till'], testDevice: true, ...facts });
    world.tables.devices.set(device.id, device);
    return device;
  };

  it('falls into place when it enrols, also by an invitation for another branch and name: the import wins', async () => {
    const device = imported();
    await introduce(identity('a', { deviceName: 'desk', branchId: parseBranchId('berlin'), testDevice: false }));
    expect(devices()).toMatchObject([{ id: device.id, name: 'till-7', displayName: '七', branchId: 'tokyo', tags: ['till'], testDevice: true, order: device.order, status: 'authenticated' }]);
  });

  it('becomes one with the record that it enrolled into before it said its serial number, and loses nothing of either history', async () => {
    const device = imported();
    await world.timeline.record(device.id, { id: 'e', kind: 'imported', at: world.clock.now() - 1, words: 'Imported.' });
    await authenticate(world, identity('a'), { enrolmentId: udid, topic }, world.clock.now());
    await tell(digestOf('identity a'));
    const enrolled = present(devices().find(({ enrolmentId }) => enrolmentId === udid));
    await learnFacts(world, enrolled, { serialNumber: 'SN-1', osVersion: '18.2' }, [], world.clock.now());
    expect(devices()).toMatchObject([{ id: enrolled.id, name: 'till-7', displayName: '七', branchId: 'tokyo', tags: ['till'], testDevice: true, serialNumber: 'SN-1', status: 'enrolled', enrolmentId: udid, osVersion: '18.2' }]);
    expect(only().order.startsWith('0#')).toBe(true);
    expect(told().toSorted()).toEqual(['authenticated', 'enrolled', 'imported', 'merged']);
    expect(enrolment().deviceId).toBe(only().id);
  });

  it('keeps the name that it was given when it enrolled, where the import knew no other than the serial number', async () => {
    imported({ name: 'SN-1' });
    await authenticate(world, identity('a', { deviceName: 'desk' }), { enrolmentId: udid, topic }, world.clock.now());
    const enrolled = present(devices().find(({ enrolmentId }) => enrolmentId === udid));
    await learnFacts(world, enrolled, { serialNumber: 'SN-1' }, [], world.clock.now());
    expect(devices()).toMatchObject([{ name: 'desk', branchId: 'tokyo' }]);
  });
});

describe('a serial number', () => {
  it('of an enrolled device is not believed of another: that one is refused, and the timeline tells', async () => {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    const device = only();
    await expect(introduce(identity('b'), { enrolmentId: parseEnrolmentId('00008030-0000000000000009') })).rejects.toMatchObject(refused);
    expect(devices()).toEqual([device]);
    expect(told()).toContain('identity-refused');
  });

  it('of a device that has left goes with the hardware: the same record again, also under another EnrollmentID', async () => {
    const device = seedDevice(world, 'berlin', 'desk', { serialNumber: 'SN-1', status: 'left' });
    await introduce(identity('a'));
    expect(devices()).toMatchObject([{ id: device.id, name: 'desk', enrolmentId: udid, status: 'authenticated' }]);
  });

  it('that is learnt later is given up by a record that has left', async () => {
    await authenticate(world, identity('a'), { enrolmentId: udid, topic }, world.clock.now());
    const left = seedDevice(world, 'berlin', 'desk', { serialNumber: 'SN-1', status: 'left' });
    const enrolled = present(devices().find(({ enrolmentId }) => enrolmentId === udid));
    await learnFacts(world, enrolled, { serialNumber: 'SN-1' }, [], world.clock.now());
    expect(world.tables.devices.get(enrolled.id)?.serialNumber).toBe('SN-1');
    expect(world.tables.devices.get(left.id)).not.toHaveProperty('serialNumber');
  });

  it.each(['', 'a b', 'SN,1', '=1+1', 'SN\n1', 'x'.repeat(10_000), 'sn-1'])('that can be none ("%.9s") is passed over: the device is called by its id', async (serialNumber) => {
    await introduce(identity('a'), { serialNumber });
    expect(only().name).toBe(only().id);
    expect(only()).not.toHaveProperty('serialNumber');
  });
});

describe('a name', () => {
  it('that another device has already is not taken: the next one is', async () => {
    seedDevice(world, 'berlin', 'SN-1', { serialNumber: 'OTHER' });
    await introduce(identity('a'));
    expect(devices().map(({ name }) => name)).toEqual(['SN-1', present(devices()[1]).id]);
    await introduce(identity('b', { deviceName: 'SN-1' }), { enrolmentId: parseEnrolmentId('00008030-0000000000000003'), serialNumber: 'SN-3' });
    expect(devices().map(({ name }) => name)[2]).toBe('SN-3');
  });
});

describe('an EnrollmentID', () => {
  it('stands in for the UDID of a device that tells none, from Authenticate to CheckOut', async () => {
    const enrolmentId = parseEnrolmentId('A1B2C3D4-E5F6-47A8-9B0C-D1E2F3A4B5C6');
    const signer = identity('a');
    await authenticate(world, signer, { enrolmentId, topic }, world.clock.now());
    await tell(signer, enrolmentId);
    await checkOut(world, signer, enrolmentId, world.clock.now());
    expect(devices()).toMatchObject([{ enrolmentId, status: 'left' }]);
  });
});

describe('CheckOut', () => {
  it('of an enrolment that the record has left behind does not end the one that it has', async () => {
    const [former, signer] = [parseEnrolmentId('00008030-0000000000000004'), identity('a')];
    await introduce(signer, { enrolmentId: former });
    await introduce(identity('b'));
    await tell(digestOf('identity b'));
    await checkOut(world, signer, former, world.clock.now());
    expect(only()).toMatchObject({ enrolmentId: udid, status: 'enrolled' });
  });
});

describe('a device that cannot be woken', () => {
  const unreachable = (): void => {
    world.tables.devices.set(only().id, { ...only(), unreachableSince: world.clock.now(), revision: only().revision + 1 });
  };
  async function enrolledOne(): Promise<Sha256> {
    const signer = identity('a');
    await introduce(signer);
    await tell(signer);
    unreachable();
    return signer;
  }

  it('can again as soon as it tells an address, whatever else changes its record meanwhile', async () => {
    const signer = await enrolledOne();
    let changes = 0;
    world.tables.beforeWrite = (operation) => {
      if (operation === 'devices.replace' && (changes += 1) === 1) world.tables.devices.set(only().id, { ...only(), osVersion: '19.0', revision: only().revision + 1 });
    };
    await tell(signer);
    expect(only()).not.toHaveProperty('unreachableSince');
    expect(only()).toMatchObject({ osVersion: '19.0', status: 'enrolled' });
  });

  it('can again after it has enrolled anew', async () => {
    await enrolledOne();
    const signer = identity('b');
    await introduce(signer);
    await tell(signer);
    expect(only()).not.toHaveProperty('unreachableSince');
  });

  it('is found dead by its former address at the very moment in which it tells another: it can be woken, in whatever order they come', async () => {
    const found = (device = only()): Promise<void> => world.enrolments.markPushDead(udid, push.token, device, world.clock.now());
    for (const order of ['found first', 'told first', 'found between']) {
      const signer = identity(`of ${order}`);
      await introduce(signer);
      await tell(signer);
      const read = only();
      const other = { ...push, token: 'cd'.repeat(32) };
      if (order === 'found first') await found(read);
      if (order === 'found between') world.tables.beforeWrite = (operation) => { if (operation === 'enrolments.setPush') { world.tables.beforeWrite = () => undefined; void found(read); } };
      await updateToken(world, signer, udid, other, world.clock.now());
      if (order === 'told first') await found(read);
      expect([order, only().unreachableSince, world.tables.enrolments.get(udid)?.push]).toEqual([order, undefined, other]);
    }
  });
});
