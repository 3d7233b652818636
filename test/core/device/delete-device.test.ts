import { beforeEach, describe, expect, it } from 'vitest';
import { checkDeletable, deleteDevice } from '../../../core/device/delete-device.ts';
import type { Device } from '../../../core/device/device.ts';
import { authenticate } from '../../../core/device/enrol-device.ts';
import { parseInvitationId, type Sha256 } from '../../../core/ids.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let device: Device;
beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  device = seedDevice(world, 'berlin', 'phone', { serialNumber: 'SN-PHONE' });
  seedCertificate('phone', device);
});
function seedCertificate(name: string, of: Pick<Device, 'enrolmentId'> | undefined) {
  const now = world.clock.now();
  const invitation = { id: parseInvitationId(world.ids.fresh()), branchId: device.branchId, testDevice: false, uses: 1, used: 1, createdAt: now, expiresAt: now + 1_000 };
  world.tables.invitations.set(invitation.id, invitation);
  const fingerprint = digestOf(`pin ${name}`);
  world.tables.certificates.set(fingerprint, {
    fingerprint, serialNumber: name, invitationId: invitation.id, issuedAt: now, expiresAt: now + 1_000, revoked: false, der: '', ...(of?.enrolmentId === undefined ? {} : { enrolmentId: of.enrolmentId }),
  });
  return fingerprint;
}
const remove = () => deleteDevice(world, device, 'grace', world.clock.now());
const comesWith = (signer: Sha256) => authenticate(world, signer, { enrolmentId: present(device.enrolmentId), topic: 't', serialNumber: 'SN-PHONE' }, world.clock.now());

describe('deleting a device', () => {
  it.each<[Device['status'], boolean, boolean]>([['expected', false, true], ['left', false, true], ['authenticated', false, false], ['enrolled', false, false], ['authenticated', true, true], ['enrolled', true, true]])('that is %s, forced: %s, is allowed: %s', (status, force, allowed) => {
    const check = () => { checkDeletable({ status, name: 'phone' }, force); };
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'conflict', remedy: expect.stringContaining('--force') as string }) as Error);
  });

  it('ends what it was told, empties its queue, and says so', async () => {
    const states = ['issued', 'delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'timedOut'] as const;
    for (const [n, state] of states.entries()) seedInstruction(world, device, seedVersion(world, `com.example.app${n}`), { state });
    expect(await remove()).toBe(5);
    expect([...world.tables.instructions.values()].map(({ state, reason }) => reason?.code ?? state)).toEqual(['device-deleted', 'device-deleted', 'device-deleted', 'device-deleted', 'device-deleted', 'installed', 'timedOut']);
    expect([...world.tables.standings.values()].some(({ live }) => live)).toBe(false);
    expect(queueOfDevice(world, device)).toEqual([]);
    expect(world.tables.devices.size).toBe(0);
    expect(await world.timeline.events(device.id, undefined, 9)).toMatchObject([{ kind: 'deleted', by: 'grace', details: { name: 'phone', instructions: 5 } }]);
  });

  it('turns its old identity away, and lets the same hardware in by a new invitation, as a new record', async () => {
    await remove();
    await expect(comesWith(digestOf('pin phone'))).rejects.toMatchObject({ code: 'identity-refused' });
    expect(world.tables.devices.size).toBe(0);
    await comesWith(seedCertificate('again', undefined));
    expect([...world.tables.devices.values()]).toMatchObject([{ status: 'authenticated', serialNumber: 'SN-PHONE', enrolmentId: device.enrolmentId }]);
    expect(world.tables.devices.has(device.id)).toBe(false);
  });

  it('turns the new record\'s old identity away, too: each record has an id of its own', async () => {
    await remove();
    await comesWith(seedCertificate('again', undefined));
    const second = present([...world.tables.devices.values()][0]);
    await deleteDevice(world, second, 'grace', world.clock.now());
    await comesWith(seedCertificate('once more', undefined));
    const third = present([...world.tables.devices.values()][0]);
    expect(new Set([device.id, second.id, third.id]).size).toBe(3);
  });

  it('ends the same whatever write it was killed at before', async () => {
    for (let kill = 1; kill <= 4; kill += 1) {
      world = memoryWorld();
      device = seedDevice(world, 'berlin', 'phone');
      seedInstruction(world, device, seedVersion(world));
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes === kill) throw new Error('killed');
      };
      await remove().catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      if (world.tables.devices.size > 0) await remove();
      expect([...world.tables.instructions.values()]).toMatchObject([{ state: 'failed' }]);
      expect(world.tables.devices.size).toBe(0);
      expect(world.tables.enrolments.size).toBe(0);
    }
  });

  it('leaves an enrolment alone that another record has taken over', async () => {
    const other = seedDevice(world, 'berlin', 'other');
    const enrolment = present(world.tables.enrolments.get(present(device.enrolmentId)));
    world.tables.enrolments.set(enrolment.id, { ...enrolment, deviceId: other.id });
    await remove();
    expect(world.tables.enrolments.get(enrolment.id)?.deviceId).toBe(other.id);
    expect(world.tables.certificates.get(enrolment.pin)?.revoked).toBe(false);
  });
});
