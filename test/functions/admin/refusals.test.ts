import { beforeEach, describe, expect, it } from 'vitest';
import { noDevices } from '../../../core/device/device-counts.ts';
import { serveAdmin } from '../../../functions/admin/routes.ts';
import { operationNames, operations, type OperationName } from '../../../protocol/admin/operations.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import type { AdminRequestParts } from '../../support/memory/admin.ts';
import { memoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { changes, type Scene } from './changes.ts';

let scene: Scene;
beforeEach(() => {
  const world = memoryWorld();
  scene = { world, admin: memoryAdmin(world) };
});
const remedy = expect.any(String) as string;
const call = (name: OperationName, parts: AdminRequestParts) => scene.admin.call(name, parts);

describe('an id that nothing has', () => {
  const ids: Readonly<Partial<Record<OperationName, string>>> = { getJob: '20260302T080000000-00000000', getTestInstall: 'direct.nothing', getApp: 'com.example.nothing', getAppSettings: 'com.example.nothing', putAppSettings: 'com.example.nothing', ...Object.fromEntries((['getVersion', 'getVersionTotals', 'verifyVersion', 'getVersionIcon', 'listVersionDevices', 'testInstall', 'instructDevices', 'renewProfile', 'sendProfile', 'listProfileDevices', 'replaceVersion', 'withdrawVersion', 'deleteVersion'] as const).map((name) => [name, '0'.repeat(32)])) };
  /** A body of the right form, for those that have one. */
  const bodies: Readonly<Partial<Record<OperationName, unknown>>> = {
    changeDevice: { name: 'desk' }, sendCommand: { requestType: 'ProfileList' }, completeUpload: { fileName: 'good.ipa', parts: [{ partNumber: 1, etag: 'e' }] },
    setWindows: { branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] }, setPace: { pace: { waveSize: 5, intervalMinutes: 5 } }, setOpenLimit: { openLimit: 5 }, instructDevices: { deviceIds: [uuidOf('nobody')] },
    editPlan: { name: 'Spring', versionId: '0'.repeat(32), branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }], revision: 1 },
    renewProfile: { profile: 'cHJvZmlsZQ==' }, sendProfile: { branchId: 'berlin' }, replaceVersion: { versionId: '0'.repeat(32) }, changePlanVersion: { versionId: '0'.repeat(32) }, withdrawVersion: { reason: 'It crashed.' },
  };
  const queries: AdminRequestParts['query'] = { branchId: 'berlin' };
  // A branch is made by being put.
  const named = operationNames.filter((name) => operations[name].path.includes('{id}') && name !== 'putBranch');

  it.each(named)('is not found by %s, which says what to do', async (name) => {
    await expect(call(name, { id: ids[name] ?? uuidOf('nothing'), body: bodies[name], ...(name === 'listProfileDevices' ? { query: queries } : {}) })).rejects.toMatchObject({ code: 'not-found', remedy });
  });

  it.each(named)('is refused by %s where it could be none, which says what to do', async (name) => {
    await expect(call(name, { id: 'no id at all!', body: bodies[name], ...(name === 'listProfileDevices' ? { query: queries } : {}) })).rejects.toMatchObject({ code: expect.stringMatching(/^(not-found|invalid-input)$/) as string, remedy });
  });

  const windows = [{ from: '01:00', to: '02:00' }];
  it.each<[string, OperationName, () => AdminRequestParts]>([
    ['a branch to look into', 'listDevices', () => ({ query: { branchId: 'atlantis' } })],
    ['a branch to move to', 'changeDevice', () => ({ id: seedDevice(scene.world, 'berlin', 'phone').id, body: { branchId: 'atlantis' } })],
    ['a branch to invite into', 'invite', () => ({ body: { branchId: 'atlantis' } })],
    ['a branch of a plan', 'createPlan', () => ({ body: { name: 'Spring', versionId: seedVersion(scene.world).id, branches: [{ branchId: 'atlantis', windows }] } })],
    ['a branch of a plan to look at', 'previewNewPlan', () => ({ body: { name: 'Spring', versionId: seedVersion(scene.world).id, branches: [{ branchId: 'atlantis', windows }] } })],
    ['a version of a plan', 'createPlan', () => ({ body: { name: 'Spring', versionId: '0'.repeat(32), branches: [{ branchId: seedBranch(scene.world, 'berlin').id, windows }] } })],
    ['a device to test on', 'testInstall', () => ({ id: seedVersion(scene.world).id, body: { deviceIds: [uuidOf('nobody')] } })],
    ['an icon of a version that has none', 'getVersionIcon', () => ({ id: seedVersion(scene.world).id })],
    ['an icon of a version that was withdrawn', 'getVersionIcon', () => ({ id: seedVersion(scene.world, 'com.example.field', { iconWidth: 120, withdrawn: { at: 1, by: 'ada', reason: 'It crashed.' } }).id })],
    ['an app to export', 'exportDistributionStatus', () => ({ body: { bundleId: 'com.example.nothing' } })],
    ['a version to export', 'exportDistributionStatus', () => ({ body: { bundleId: seedVersion(scene.world).bundleId, versionId: '0'.repeat(32) } })],
    ['a branch to export', 'exportDistributionStatus', () => ({ body: { bundleId: seedVersion(scene.world).bundleId, branchId: 'atlantis' } })],
    ['a plan to export', 'exportDistributionStatus', () => ({ body: { bundleId: seedVersion(scene.world).bundleId, planId: uuidOf('nothing') } })],
  ])('of %s is not found by %s', async (_, name, parts) => {
    await expect(call(name, parts())).rejects.toMatchObject({ code: 'not-found', remedy });
    expect(scene.world.tables.audit).toEqual([]);
  });
});

describe('a plan', () => {
  const terms = { name: 'Spring', branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] };
  it.each<[string, object, string]>([
    ['that installs nothing', {}, 'versionId'], ['that removes nothing', { operation: 'remove' }, 'bundleId'],
    ['that removes one version', { operation: 'remove', bundleId: 'com.example.field', versionId: '0'.repeat(32) }, 'versionId'],
    ['that says twice what it installs', { versionId: '0'.repeat(32), bundleId: 'com.example.field' }, 'bundleId'],
  ])('%s is refused, and the field is named', async (_, what, field) => {
    await expect(call('createPlan', { body: { ...terms, ...what } })).rejects.toMatchObject({ code: 'invalid-input', evidence: [expect.stringContaining(field) as string] });
  });

  it('that removes an app which is not registered is not found', async () => {
    seedBranch(scene.world, 'berlin');
    await expect(call('createPlan', { body: { ...terms, operation: 'remove', bundleId: 'com.example.nothing' } })).rejects.toMatchObject({ code: 'not-found', remedy });
  });

  it('that removes an app is made, looked at, started and exported like any other', async () => {
    seedBranch(scene.world, 'berlin');
    seedDevice(scene.world, 'berlin', 'phone');
    const { bundleId } = seedVersion(scene.world, 'com.example.field', { placement: 'missing' });
    const { id } = await call('createPlan', { body: { ...terms, operation: 'remove', bundleId } }) as { readonly id: string };
    expect(await call('previewPlan', { id })).toMatchObject({ devices: 1, waves: 1 });
    expect(await call('startPlan', { id })).toMatchObject({ operation: 'remove', status: 'live' });
    expect(await call('exportDistributionStatus', { body: { bundleId, planId: id } })).toMatchObject({ rows: 1 });
  });
});

describe('a file under the name of a verified version', () => {
  const upload = (fileName: string, size: number, replace = false) => call('beginUpload', { body: { fileName, size, replace } });

  it('is refused where it cannot be its own, with the version\'s name; placed where it can, or where it is said to be meant', async () => {
    const version = seedVersion(scene.world);
    await expect(upload(version.fileName, version.size + 1)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`version ${version.shortVersion} (${version.version}) of ${version.bundleId}`) as string, remedy });
    await upload(version.fileName, version.size);
    await upload(version.fileName, version.size + 1, true);
    await upload(`new-${version.fileName}`, version.size + 1);
  });

  it.each([['is to be put back', { placement: 'mismatched' }], ['is missing', { placement: 'missing' }], ['was withdrawn', { withdrawn: { at: 0, by: 'ada', reason: 'It crashed.' } }]] as const)('is placed where that version %s', async (_, facts) => {
    const version = seedVersion(scene.world, 'com.example.field', facts);
    await upload(version.fileName, version.size + 1);
  });
});

describe('a request that has not its operation\'s form', () => {
  const evidence = expect.arrayContaining([expect.any(String) as string]) as string[];
  const invalid = { code: 'invalid-input', remedy, evidence };

  it.each(operationNames)('is refused by %s where its query has a parameter that it does not know, which it names', async (name) => {
    await expect(call(name, { id: uuidOf('x'), query: { nonsense: '1' } })).rejects.toMatchObject({ ...invalid, evidence: expect.arrayContaining([expect.stringContaining('nonsense')]) as string[] });
  });

  // A command's keys are Apple's: any may come with it.
  it.each(operationNames.filter((name) => operations[name].method !== 'GET' && name !== 'sendCommand'))('is refused by %s where its body has a field that it does not know, which it names', async (name) => {
    const parts = await changes[name]?.good(scene) ?? {};
    const body = { ...(typeof parts.body === 'object' ? parts.body : {}), nonsense: 1 };
    scene.admin.writes.length = 0;
    await expect(call(name, { ...parts, body })).rejects.toMatchObject({ ...invalid, evidence: expect.arrayContaining([expect.stringContaining('nonsense')]) as string[] });
    expect(scene.admin.writes).toEqual([]);
  });

  it.each<[string, OperationName, AdminRequestParts]>([
    ['two of them', 'listDevices', { query: { name: 'a', serialNumber: 'b' } }],
    ['nothing to change', 'changeDevice', { id: uuidOf('x'), body: {} }],
    ['a name for many devices', 'invite', { body: { branchId: 'berlin', deviceName: 'desk', uses: 2 } }],
    ['a page of nothing', 'listPlans', { query: { limit: '0' } }],
    ['a page of everything', 'listPlans', { query: { limit: '100000' } }],
    ['a day that there is not', 'listAudit', { query: { day: '2026-02-30' } }],
    ['a state that there is not', 'listInstructions', { id: uuidOf('x'), query: { state: 'happy' } }],
    ['a package name with a shell\'s characters', 'register', { body: { fileName: 'good.ipa', bundleId: 'com.example|good' } }],
    ['a description of more than 100 characters', 'register', { body: { fileName: 'good.ipa', description: 'x'.repeat(101) } }],
    ['a file name that leads elsewhere', 'beginUpload', { body: { fileName: '../../etc/passwd', size: 1 } }],
    ['a file that could not be read in time', 'beginUpload', { body: { fileName: 'good.ipa', size: 8 * 1024 ** 3 + 1 } }],
    ['an empty file', 'beginUpload', { body: { fileName: 'good.ipa', size: 0 } }],
  ])('is refused: %s in %s', async (_, name, parts) => {
    await expect(call(name, parts)).rejects.toMatchObject(invalid);
  });

  it.each([['no JSON', '{'], ['no object', '[]'], ['null', 'null']])('is refused where its body is %s', async (_, body) => {
    await expect(serveAdmin(scene.admin.services, { method: 'PUT', path: '/v1/branches/berlin', query: {}, body, caller: () => ({ name: 'grace', role: 'admin' }) })).rejects.toMatchObject({ code: 'invalid-input', remedy });
  });

  it('is refused where the page asked for never was', async () => {
    const { plan } = seedPlan(scene.world, seedVersion(scene.world), []);
    for (const name of ['listWaves', 'listInstructions'] as const) await expect(call(name, { id: plan.id, query: { after: 'nonsense' } })).rejects.toMatchObject({ code: 'invalid-input', remedy });
  });
});

describe('what the API does not have', () => {
  const ask = (method: string, path: string) => serveAdmin(scene.admin.services, { method, path, query: {}, body: undefined, caller: () => ({ name: 'grace', role: 'admin' }) });
  it.each([['GET', '/v1/unicorns'], ['DELETE', '/v1/branches/berlin'], ['GET', '/v1/plans/a/b'], ['GET', '/v1/openapi-json'], ['GET', '/v2/plans'], ['GET', '/v1/plans/']])('%s %s is not found', async (method, path) => {
    await expect(ask(method, path)).rejects.toMatchObject({ code: 'not-found', remedy });
  });

  it('a path that cannot be decoded is refused', async () => {
    await expect(ask('GET', '/v1/plans/%E0%A4%A')).rejects.toMatchObject({ code: 'invalid-input', remedy });
  });

  it('a push certificate that was never set is missed by its name', async () => {
    await expect(call('getPushCertificate', {})).rejects.toMatchObject({ code: 'push-certificate-missing', remedy });
  });

  it('a preview with more waves than an answer holds is refused', async () => {
    const branch = seedBranch(scene.world, 'berlin');
    const deviceCounts = () => Promise.resolve(new Map([[branch.id, { ...noDevices, devices: 50_000, enrolled: 50_000 }]]));
    const services = { ...scene.admin.services, branches: { ...scene.world.branches, deviceCounts } };
    const { plan } = seedPlan(scene.world, seedVersion(scene.world), ['berlin'], { waveSize: 1 });
    await expect(serveAdmin(services, { method: 'POST', path: `/v1/plans/${plan.id}/preview`, query: {}, body: undefined, caller: () => ({ name: 'grace', role: 'viewer' }) })).rejects.toMatchObject({ code: 'too-large', remedy });
  });
});
