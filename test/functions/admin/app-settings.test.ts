import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { defaultSettings, rememberedSettings } from '../../../core/catalog/app-settings.ts';
import { parseCommandId, parseWaveId } from '../../../core/ids.ts';
import { wireForm } from '../../../functions/wire-form.ts';
import { encodeCommand } from '../../../protocol/command.ts';
import { decodePlist } from '../../../protocol/plist.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin');
  version = seedVersion(world);
});
const put = (body: unknown) => admin.call('putAppSettings', { id: version.bundleId, body });
const stored = () => admin.call('getAppSettings', { id: version.bundleId });

describe('how an app is installed', () => {
  it('is as Apple advises until somebody says otherwise', async () => {
    expect(await stored()).toEqual({ bundleId: version.bundleId, removeWithManagement: true, preventBackup: true, revision: 0 });
  });

  it('is what was said last, by whom and when', async () => {
    await put({ preventBackup: false, attributes: { Removable: false, VPNUUID: 'A-1', AssociatedDomains: ['applinks:www.example.com'] }, configuration: { server: 'https://a.example', retries: 3 } });
    expect(await stored()).toEqual({
      bundleId: version.bundleId, removeWithManagement: true, preventBackup: false, attributes: { Removable: false, VPNUUID: 'A-1', AssociatedDomains: ['applinks:www.example.com'] },
      configuration: { server: 'https://a.example', retries: 3 }, revision: 1, changedAt: world.clock.now(), changedBy: 'grace',
    });
    await put({ revision: 1 });
    expect(await stored()).toMatchObject({ preventBackup: true, revision: 2 });
    expect(await stored()).not.toHaveProperty('configuration');
  });

  it('is not replaced by one who has not seen the last change', async () => {
    await put({ revision: 0 });
    await expect(put({ revision: 0 })).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each<[string, string, unknown]>([
    ['an attribute that Apple does not know', 'invalid-input', { attributes: { Removeable: true } }],
    ['an attribute of another type', 'invalid-input', { attributes: { Removable: 'no' } }],
    ['a domain without its service', 'invalid-input', { attributes: { AssociatedDomains: ['www.example.com'] } }],
    ['what no property list can hold', 'invalid-input', { configuration: { a: null } }],
    ['a configuration of more than 32 KB', 'too-large', { configuration: { a: 'x'.repeat(40_000) } }],
  ])('is refused with %s as %s', async (_, code, body) => {
    await expect(put(body)).rejects.toMatchObject({ code, remedy: expect.any(String) as string });
    expect(await stored()).toMatchObject({ revision: 0 });
  });

  it('is on the wire of every instruction to install it', async () => {
    await put({ removeWithManagement: false, attributes: { Removable: false }, configuration: { since: { $date: '2026-11-25T10:00:00Z' }, token: { $data: 'YWJj' }, on: true } });
    const device = seedDevice(world, 'berlin', 'phone');
    const command = await wireForm({ apiUrl: 'https://api.example', linkKey: () => Promise.resolve(new Uint8Array(32)), settings: rememberedSettings(world.catalogue, world.clock), renewalProfile: () => Promise.resolve(new Uint8Array()) }, {
      id: parseCommandId('c'), enrolmentId: present(device.enrolmentId), deviceId: device.id, openedAt: 1, expiresAt: 2, waveId: parseWaveId('direct.00000000-0000-4000-8000-000000000002'),
      command: { type: 'install-application', bundleId: version.bundleId, versionId: version.id },
    });
    expect(decodePlist(Buffer.from(encodeCommand(parseCommandId('c'), command), 'utf8'))).toMatchObject({ Command: {
      RequestType: 'InstallApplication', ManifestURL: expect.stringMatching(/^https:\/\/api\.example\/d\/.+\/manifest\.plist$/) as string, ManagementFlags: 4, ChangeManagementState: 'Managed', Attributes: { Removable: false },
      Configuration: { since: new Date('2026-11-25T10:00:00Z'), token: new Uint8Array(Buffer.from('abc')), on: true },
    } });
  });
});

describe('settings that are handed out', () => {
  it('are read once a minute for each app, and are new after that', async () => {
    let reads = 0;
    const settings = rememberedSettings({ settings: (bundleId) => {
      reads += 1;
      return world.catalogue.settings(bundleId);
    } }, world.clock);
    expect(await settings(version.bundleId)).toEqual(defaultSettings(version.bundleId));
    await put({ preventBackup: false });
    expect((await settings(version.bundleId)).revision).toBe(0);
    expect(reads).toBe(1);
    world.clock.pass(MINUTE);
    expect((await settings(version.bundleId)).revision).toBe(1);
    expect(reads).toBe(2);
  });
});
