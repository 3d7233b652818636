/** One good request for every operation that changes something, and one that is refused for what is there. */
import { expect } from 'vitest';
import type { AdminRequestParts, MemoryAdmin } from '../../support/memory/admin.ts';
import { seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import type { MemoryWorld } from '../../support/memory/world.ts';
import { aCertificate, anEnrolment, anInvitation } from '../../support/samples/device.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { createRoot, issuePush } from '../../../local/tls/issue.ts';
import type { Invitation } from '../../../core/device/enrolment.ts';
import { parseInvitationId } from '../../../core/ids.ts';
import { withSigner } from '../../../core/device/profile-signer.ts';
import { readProfileSigner } from '../../../protocol/profile-signer.ts';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { sampleProfile } from '../../../local/demo/sample-profile.ts';
import type { OperationName } from '../../../protocol/admin/operations.ts';

export interface Scene {
  readonly world: MemoryWorld;
  readonly admin: MemoryAdmin;
}

export interface Change {
  /** Puts there what the request needs, and makes it. */
  readonly good: (scene: Scene) => AdminRequestParts | Promise<AdminRequestParts>;
  /** A request of the right form that is refused for what is there (or not). */
  readonly refused: (scene: Scene) => AdminRequestParts | Promise<AdminRequestParts>;
  /** What the audit log must say. */
  readonly action: string;
  readonly before?: unknown;
  readonly after: unknown;
}

const root = createRoot();
export async function pushCertificate(topic = 'com.apple.mgmt.External.ours') {
  const { certificate, key } = await issuePush(await root, topic);
  return { certificate, key };
}

const unknown = uuidOf('nothing has this id');
const windows = [{ from: '01:00', to: '02:00' }];
const permissionFile = (line: string): string => `OS Type,Application Name,Version,Type of the target allowed to be distributed (always 0),Name of the target...\n${line}\n`;
const berlin = { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50 };

/** A device with an identity that it enrolled with. */
function seedIdentified(world: MemoryWorld) {
  seedBranch(world, 'berlin');
  const device = seedDevice(world, 'berlin', 'phone');
  if (device.enrolmentId === undefined) throw new Error('The device is not enrolled.');
  const certificate = aCertificate(anInvitation().id, { enrolmentId: device.enrolmentId });
  world.tables.certificates.set(certificate.fingerprint, certificate);
  world.tables.enrolments.set(device.enrolmentId, anEnrolment(certificate, { id: device.enrolmentId, deviceId: device.id, branchId: device.branchId, status: 'enrolled' }));
  return device;
}

const version = ({ world }: Scene) => {
  seedBranch(world, 'berlin');
  return seedVersion(world);
};
const planIn = (scene: Scene, status: 'draft' | 'live' | 'paused' | 'cancelled') => ({ id: seedPlan(scene.world, version(scene), ['berlin'], { status }).plan.id });
const control = (from: 'live' | 'paused', to: string, action: string, notFrom: 'draft'): Change => ({
  good: (scene) => planIn(scene, from), refused: (scene) => (action === 'cancel' ? { id: unknown } : planIn(scene, notFrom)), action: `plan.${action}`, before: { status: from }, after: { status: to },
});

const reason = 'It crashed.';

function withdrawn(scene: Scene, at = 0, facts: Partial<AppVersion> = {}): AppVersion {
  seedBranch(scene.world, 'berlin');
  return seedVersion(scene.world, 'com.example.field', { placement: 'missing', withdrawn: { at, by: 'ada', reason }, ...facts });
}

/** Base64 of a profile that can take the place of the one in the version that `seedVersion` makes. */
async function profileFor({ world }: Scene, teamId = 'TEAM123456'): Promise<string> {
  const now = world.clock.now();
  return (await sampleProfile({ kind: 'enterprise', covers: 'com.example.field', teamId, signedAt: now - DAY, expiresAt: now + 360 * DAY, provisionedDevices: [], seed: 'changes' })).toString('base64');
}

function renewed(scene: Scene): AppVersion {
  seedBranch(scene.world, 'berlin');
  const found = seedVersion(scene.world, 'com.example.field', { renewal: { uuid: 'p2', name: 'Field', endsAt: 1, round: 1, at: 1, by: 'ada' } });
  scene.world.tables.renewedProfiles.set(`${found.id}/p2`, 'cHJvZmlsZQ==');
  return found;
}

function seedInvitation({ world }: Scene, facts: Partial<Invitation>): Invitation {
  const now = world.clock.now();
  const invitation: Invitation = { id: parseInvitationId(world.ids.fresh()), branchId: seedBranch(world, 'berlin').id, testDevice: false, uses: 1, used: 0, createdAt: now, expiresAt: now + 1_000, ...facts };
  world.tables.invitations.set(invitation.id, invitation);
  return invitation;
}

function failedPlan(scene: Scene, state: 'failed' | 'installed'): AdminRequestParts {
  const build = version(scene);
  const { plan } = seedPlan(scene.world, build, ['berlin']);
  seedWave(scene.world, plan, 'berlin', build, [seedDevice(scene.world, 'berlin', 'phone')], [state]);
  return { id: plan.id, body: {} };
}

export const changes: Readonly<Partial<Record<OperationName, Change>>> = {
  putBranch: {
    good: ({ world }) => {
      seedBranch(world, 'berlin', { linkMbps: 100 });
      return { id: 'berlin', body: berlin };
    },
    refused: () => ({ id: 'berlin', body: { ...berlin, timeZone: 'Mars/Olympus' } }),
    action: 'branch.put', before: { linkMbps: 100, revision: 0 }, after: { ...berlin, revision: 1 },
  },
  changeDevice: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'phone').id, body: { name: 'desk', tags: ['field'] } };
    },
    refused: ({ world }) => {
      seedDevice(world, 'berlin', 'desk');
      return { id: seedDevice(world, 'berlin', 'phone').id, body: { name: 'desk' } };
    },
    action: 'device.change', before: { name: 'phone', tags: [] }, after: { name: 'desk', tags: ['field'] },
  },
  deleteDevice: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'phone', { status: 'left' }).id };
    },
    refused: ({ world }) => ({ id: seedDevice(world, 'berlin', 'phone').id }),
    action: 'device.delete', before: { name: 'phone', status: 'left' }, after: { deleted: true, force: false },
  },
  invite: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { body: { branchId: 'berlin', deviceName: 'desk' } };
    },
    refused: () => ({ body: { branchId: 'atlantis' } }),
    action: 'invitation.create', after: { branchId: 'berlin', deviceName: 'desk', uses: 1 },
  },
  importDevices: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      seedDevice(world, 'berlin', 'phone');
      return { body: { csv: 'Name,Branch,Tags\nphone,berlin,field\ndesk,berlin,\n' } };
    },
    refused: () => ({ body: { csv: 'Name,Branch\nphone,atlantis\n' } }),
    action: 'device.import', before: [{ name: 'phone', tags: [] }], after: [{ name: 'phone', tags: ['field'] }, { name: 'desk', branchId: 'berlin' }],
  },
  importInvitations: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { body: { csv: 'Branch,Uses\nberlin,40\n' } };
    },
    refused: () => ({ body: { csv: 'Branch\natlantis\n' } }),
    action: 'invitation.import', after: [{ branchId: 'berlin', uses: 40 }],
  },
  withdrawInvitation: {
    good: (scene) => ({ id: seedInvitation(scene, {}).id }), refused: (scene) => ({ id: seedInvitation(scene, { used: 1 }).id }),
    action: 'invitation.withdraw', before: { uses: 1, used: 0 }, after: { withdrawnAt: expect.any(Number) as number },
  },
  setPushCertificate: {
    good: async ({ admin }) => {
      await admin.services.pushFacts.keep({ topic: 'com.apple.mgmt.External.ours', expiresAt: 1 });
      return { body: await pushCertificate() };
    },
    refused: async ({ world, admin }) => {
      seedBranch(world, 'berlin');
      seedDevice(world, 'berlin', 'phone');
      await admin.services.pushFacts.keep({ topic: 'com.apple.mgmt.External.other', expiresAt: 1 });
      return { body: await pushCertificate() };
    },
    action: 'push-certificate.set', before: { topic: 'com.apple.mgmt.External.ours', expiresAt: 1 }, after: { topic: 'com.apple.mgmt.External.ours' },
  },
  setProfileSigner: {
    good: async () => ({ body: await pushCertificate() }),
    refused: async () => ({ body: { ...(await pushCertificate()), key: (await pushCertificate()).key } }),
    action: 'profile-signer.set', after: { subject: expect.stringContaining('APSP:local') as string },
  },
  removeProfileSigner: {
    good: async ({ admin, world }) => {
      const { certificate, key } = await pushCertificate();
      await admin.services.profileSigners.change((signers) => withSigner(signers, readProfileSigner(certificate, key, world.clock.now())));
      return {};
    },
    refused: () => ({ body: { all: true } }),
    action: 'profile-signer.remove', before: { subject: expect.stringContaining('APSP:local') as string }, after: { signed: false },
  },
  revokeIdentity: {
    good: ({ world }) => ({ id: seedIdentified(world).id }),
    refused: () => ({ id: unknown }),
    action: 'device.revoke-identity', before: { status: 'enrolled' }, after: { status: 'left' },
  },
  rotateAuthority: {
    good: async ({ admin }) => {
      await admin.services.authorityKeys.establish(() => admin.services.makeAuthority());
      return { body: {} };
    },
    refused: () => ({ body: {} }),
    action: 'authority.rotate', before: { subject: 'CN=Wavecast device authority' }, after: { subject: 'CN=Wavecast device authority' },
  },
  importAuthority: {
    good: async ({ admin }) => ({ body: await admin.services.makeAuthority() }),
    refused: async ({ admin }) => {
      const same = await admin.services.makeAuthority();
      await admin.services.authorityKeys.establish(() => Promise.resolve(same));
      admin.writes.length = 0;
      return { body: same };
    },
    action: 'authority.import', after: { subject: 'CN=Wavecast device authority' },
  },
  collectInventory: {
    good: (scene) => {
      version(scene);
      return { id: seedDevice(scene.world, 'berlin', 'phone').id };
    },
    refused: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'gone', { status: 'left' }).id };
    },
    action: 'device.collect', after: { name: 'phone' },
  },
  sendCommand: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'phone').id, body: { requestType: 'RemoveApplication', Identifier: 'com.example.old' } };
    },
    refused: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'phone').id, body: { requestType: 'EraseDevice' } };
    },
    action: 'device.command', after: { requestType: 'RemoveApplication', keys: ['Identifier'] },
  },
  unenrolDevice: {
    good: ({ world }) => {
      seedBranch(world, 'berlin');
      return { id: seedDevice(world, 'berlin', 'phone').id };
    },
    refused: ({ world }) => {
      seedBranch(world, 'berlin');
      const device = seedDevice(world, 'berlin', 'phone');
      world.tables.devices.set(device.id, { ...device, status: 'left' });
      return { id: device.id };
    },
    action: 'device.unenrol', before: { name: 'phone', status: 'enrolled' }, after: {},
  },
  clearCommands: {
    good: (scene) => {
      const build = version(scene);
      const device = seedDevice(scene.world, 'berlin', 'phone');
      seedInstruction(scene.world, device, build);
      return { id: device.id };
    },
    refused: () => ({ id: unknown }),
    action: 'device.clear-commands', after: { cleared: true },
  },
  putAppSettings: {
    good: (scene) => ({ id: version(scene).bundleId, body: { configuration: { server: 'secret.example' }, attributes: { Removable: false } } }),
    refused: (scene) => ({ id: version(scene).bundleId, body: { revision: 7 } }),
    action: 'app.settings', before: { revision: 0, configurationKeys: [] }, after: { revision: 1, attributes: { Removable: false }, configurationKeys: ['server'] },
  },
  beginUpload: { good: () => ({ body: { fileName: 'good.ipa', size: 100 } }), refused: () => ({ body: { fileName: '../good.ipa', size: 100 } }), action: 'file.upload', after: { size: 100 } },
  completeUpload: {
    good: async ({ admin }) => ({ id: (await admin.services.files.beginUpload('incoming/good.ipa', 100)).uploadId, body: { fileName: 'good.ipa', parts: [{ partNumber: 1, etag: '"e"' }] } }),
    refused: ({ world }) => ({ id: world.ids.fresh(), body: { fileName: 'good.ipa', parts: [] } }),
    action: 'file.place', after: { parts: 1 },
  },
  removeFile: {
    good: ({ admin }) => {
      admin.placed.set('incoming/refused.ipa', 7);
      return { body: { fileName: 'refused.ipa' } };
    },
    refused: (scene) => {
      const { fileName } = version(scene);
      scene.admin.placed.set(`incoming/${fileName}`, 7);
      return { body: { fileName } };
    },
    action: 'file.remove', before: { size: 7 }, after: { removed: true },
  },
  register: {
    good: () => ({ body: { fileName: 'good.ipa', bundleId: 'com.example.good', title: 'Good' } }), refused: () => ({ body: { fileName: 'good.ipa', description: 'a < b' } }),
    action: 'registration.create', after: { fileName: 'good.ipa', bundleId: 'com.example.good', title: 'Good' },
  },
  verifyVersion: {
    good: (scene) => ({ id: version(scene).id }), refused: ({ world }) => ({ id: seedVersion(world, 'com.example.gone', { placement: 'missing', withdrawn: { at: 1, by: 'ada', reason: 'It crashed.' } }).id }),
    action: 'version.verify', before: { placement: 'verified' }, after: { registration: expect.any(String) as string },
  },
  instructDevices: {
    good: (scene) => {
      const { id } = version(scene);
      return { id, body: { deviceIds: [seedDevice(scene.world, 'berlin', 'phone').id], unproven: true } };
    },
    refused: (scene) => ({ id: version(scene).id, body: { deviceIds: [seedDevice(scene.world, 'berlin', 'phone', { status: 'left' }).id], unproven: true } }),
    action: 'version.instruct', after: { devices: ['phone'], deadlineHours: 24, force: false, unproven: true },
  },
  testInstall: {
    good: (scene) => {
      const { id } = version(scene);
      seedDevice(scene.world, 'berlin', 'test', { testDevice: true });
      return { id, body: {} };
    },
    refused: (scene) => ({ id: version(scene).id, body: { deviceIds: [seedDevice(scene.world, 'berlin', 'phone').id] } }),
    action: 'version.test-install', after: { devices: ['test'] },
  },
  renewProfile: {
    good: async (scene) => ({ id: version(scene).id, body: { profile: await profileFor(scene) } }), refused: async (scene) => ({ id: version(scene).id, body: { profile: await profileFor(scene, 'OTHERTEAM1') } }),
    action: 'version.renew-profile', before: { profileExpiresAt: expect.any(Number) as number }, after: { round: 1, profile: expect.stringMatching(/-/) as string },
  },
  sendProfile: {
    good: (scene) => ({ id: renewed(scene).id, body: { deviceIds: [seedDevice(scene.world, 'berlin', 'phone').id] } }),
    refused: (scene) => ({ id: version(scene).id, body: { branchId: 'berlin' } }),
    action: 'version.send-profile', after: { profile: 'p2', round: 1, devices: ['phone'] },
  },
  replaceVersion: {
    good: (scene) => {
      const former = version(scene);
      seedPlan(scene.world, former, ['berlin'], { status: 'draft' });
      return { id: former.id, body: { versionId: seedVersion(scene.world, 'com.example.field', { shortVersion: '2.0' }).id } };
    },
    refused: (scene) => ({ id: version(scene).id, body: { versionId: version(scene).id } }),
    action: 'plan.change-version', before: { shortVersion: '1.0' }, after: { shortVersion: '2.0' },
  },
  changePlanVersion: {
    good: (scene) => ({ ...planIn(scene, 'draft'), body: { versionId: seedVersion(scene.world, 'com.example.field', { shortVersion: '2.0' }).id } }),
    refused: (scene) => ({ ...planIn(scene, 'live'), body: { versionId: seedVersion(scene.world, 'com.example.field', { shortVersion: '2.0' }).id } }),
    action: 'plan.change-version', before: { shortVersion: '1.0' }, after: { shortVersion: '2.0' },
  },
  withdrawVersion: {
    good: (scene) => ({ id: version(scene).id, body: { reason } }),
    refused: (scene) => {
      const going = version(scene);
      seedPlan(scene.world, going, ['berlin']);
      return { id: going.id, body: { reason } };
    },
    action: 'version.withdraw', before: { shortVersion: '1.0', version: '100', placement: 'verified' }, after: { withdrawn: true, reason, force: false, cancelledPlans: [] },
  },
  deleteVersion: {
    good: (scene) => ({ id: withdrawn(scene).id }), refused: (scene) => ({ id: version(scene).id }),
    action: 'version.delete', before: { shortVersion: '1.0', withdrawn: { by: 'ada', reason } }, after: { deleted: true },
  },
  deleteApp: {
    good: (scene) => ({ id: withdrawn(scene).bundleId }), refused: (scene) => ({ id: version(scene).bundleId }),
    action: 'app.delete', before: { title: 'Field', versions: [expect.stringMatching(/^[0-9a-f]{32}$/)] }, after: { deleted: true },
  },
  createPlan: {
    good: (scene) => ({ body: { name: 'Spring', versionId: version(scene).id, branches: [{ branchId: 'berlin', windows }] } }),
    refused: (scene) => ({ body: { name: 'Spring', versionId: version(scene).id, branches: [{ branchId: 'atlantis', windows }] } }),
    action: 'plan.create', after: { name: 'Spring', status: 'draft', branches: [{ branchId: 'berlin', windows }] },
  },
  editPlan: {
    good: (scene) => ({ ...planIn(scene, 'draft'), body: { name: 'Autumn', versionId: version(scene).id, branches: [{ branchId: 'berlin', windows }], revision: 1 } }),
    refused: (scene) => ({ ...planIn(scene, 'live'), body: { name: 'Autumn', versionId: version(scene).id, branches: [{ branchId: 'berlin', windows }], revision: 1 } }),
    action: 'plan.edit', before: { name: 'A plan', branches: [{ branchId: 'berlin', windows: [{ from: '09:00', to: '17:00' }] }] }, after: { name: 'Autumn', branches: [{ branchId: 'berlin', windows }] },
  },
  importPlans: {
    good: (scene) => {
      const { bundleId, shortVersion } = version(scene);
      seedDevice(scene.world, 'berlin', 'phone');
      return { body: { csv: `Operation,OS type,Distributed application,Version,Smart device name\ninstall,iOS,${bundleId},${shortVersion},phone\n`, branches: [{ branchId: 'berlin', windows }] } };
    },
    refused: (scene) => ({ body: { csv: `Operation,OS type,Distributed application,Version,Smart device name\ninstall,iOS,${version(scene).bundleId},1.0,nobody\n`, branches: [{ branchId: 'berlin', windows }] } }),
    action: 'plan.import', after: { name: 'Field 1.0', status: 'draft', targets: 'list', devices: 1, branches: [{ branchId: 'berlin', windows }] },
  },
  setWindows: {
    good: (scene) => ({ ...planIn(scene, 'live'), body: { branches: [{ branchId: 'berlin', windows: [{ from: '03:00', to: '04:00', lastDay: '2099-12-31' }] }] } }),
    refused: (scene) => ({ ...planIn(scene, 'live'), body: { branches: [{ branchId: 'berlin', windows: [{ from: '03:00', to: '04:00', lastDay: '2020-12-31' }] }] } }),
    action: 'plan.windows', before: [{ branchId: 'berlin' }], after: [{ branchId: 'berlin', windows: [{ from: '03:00', to: '04:00', lastDay: '2099-12-31' }] }],
  },
  setPace: {
    good: (scene) => ({ ...planIn(scene, 'live'), body: { pace: { waveSize: 20, intervalMinutes: 10 }, branches: [{ branchId: 'berlin', pace: { waveSize: 5, intervalMinutes: 2 } }] } }),
    refused: (scene) => ({ ...planIn(scene, 'live'), body: { branches: [{ branchId: 'atlantis' }] } }),
    action: 'plan.pace', before: { waveSize: 50, intervalMinutes: 5, branches: [{ branchId: 'berlin' }] }, after: { waveSize: 20, intervalMinutes: 10, branches: [{ branchId: 'berlin', waveSize: 5, intervalMinutes: 2 }] },
  },
  setOpenLimit: {
    good: (scene) => ({ ...planIn(scene, 'live'), body: { openLimit: 5, branches: ['berlin'] } }), refused: (scene) => ({ ...planIn(scene, 'live'), body: { openLimit: 5, branches: ['atlantis'] } }),
    action: 'plan.open-limit', before: [{ branchId: 'berlin' }], after: [{ branchId: 'berlin', openLimit: 5 }],
  },
  startPlan: {
    good: (scene) => ({ ...planIn(scene, 'draft'), body: { unproven: true } }), refused: (scene) => planIn(scene, 'draft'),
    action: 'plan.start', before: { status: 'draft' }, after: { status: 'live', unproven: true },
  },
  pausePlan: control('live', 'paused', 'pause', 'draft'),
  resumePlan: control('paused', 'live', 'resume', 'draft'),
  cancelPlan: control('live', 'cancelled', 'cancel', 'draft'),
  reissuePlan: {
    good: (scene) => failedPlan(scene, 'failed'), refused: (scene) => failedPlan(scene, 'installed'),
    action: 'plan.reissue', after: { attempt: 2, devices: 1, force: false, branches: [{ branchId: 'berlin' }] },
  },
  importPermissions: {
    good: (scene) => {
      version(scene);
      seedDevice(scene.world, 'berlin', 'phone');
      return { body: { mode: 'all', csv: permissionFile('iOS,com.example.field,1.0,0,phone') } };
    },
    refused: (scene) => {
      version(scene);
      return { body: { mode: 'all', csv: permissionFile('iOS,com.example.field,1.0,0,nobody') } };
    },
    action: 'self-service.import', after: { mode: 'all', permissions: [{ bundleId: 'com.example.field', version: '1.0', deviceIds: [expect.any(String) as string] }] },
  },
  finishPermissions: {
    good: async (scene) => {
      const { bundleId, shortVersion } = version(scene);
      await scene.world.selfService.grant([{ bundleId, shortVersion, deviceId: seedDevice(scene.world, 'berlin', 'phone').id }], 'before');
      await scene.world.selfService.beginImport(unknown, 'grace', 0, Infinity);
      return { body: { importId: unknown, mode: 'all' } };
    },
    refused: () => ({ body: { importId: unknown, mode: 'all' } }),
    action: 'self-service.remove', before: { permissions: [{ bundleId: 'com.example.field', version: '1.0', deviceIds: [expect.any(String) as string] }] }, after: { mode: 'all', removed: 1 },
  },
  exportDistributionStatus: {
    good: (scene) => ({ body: { bundleId: version(scene).bundleId, branchId: 'berlin' } }), refused: () => ({ body: { bundleId: 'com.example.nothing' } }),
    action: 'status.export', after: { bundleId: 'com.example.field', branchId: 'berlin' },
  },
  exportPlanTargets: {
    good: (scene) => ({ body: { planId: seedPlan(scene.world, version(scene), ['berlin'], { status: 'draft' }).plan.id } }), refused: () => ({ body: { planId: unknown } }),
    action: 'targets.export', after: { planId: expect.any(String) as string },
  },
  recountPlan: {
    good: (scene) => ({ id: seedPlan(scene.world, version(scene), ['berlin']).plan.id, body: { mend: true } }), refused: () => ({ id: unknown }),
    action: 'plan.recount', after: { mend: true },
  },
};
