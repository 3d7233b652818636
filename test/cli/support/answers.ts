/** Answers of the server for tests. */
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

export const VERSION = 'a'.repeat(32);
export const PLAN = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';
export const DEVICE = '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c';
export const REGISTRATION = '3c2b1a09-8f7e-4d6c-9b5a-4e3d2c1b0a9f';
export const BUNDLE = 'com.example.fieldwork';

const made = Date.parse('2026-11-20T09:30:00Z');
const window = { from: '01:00', to: '02:00' };

export function answeredBranch(of: Partial<AnswerOf<'putBranch'>> = {}): AnswerOf<'putBranch'> {
  return { id: 'berlin', name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100, brake: false, revision: 0, devices: 80, expected: 0, authenticated: 0, left: 0, unreachable: 0, enrolled: 78, ...of };
}

export function answeredSummary(of: Partial<AnswerOf<'listDevices'>['items'][number]> = {}): AnswerOf<'listDevices'>['items'][number] {
  return { id: DEVICE, name: 'till-07', branchId: 'berlin', testDevice: false, tags: [], status: 'enrolled', productName: 'iPhone15,2', osVersion: '26.1', ...of };
}

export function answeredDevice(of: Partial<AnswerOf<'getDevice'>> = {}): AnswerOf<'getDevice'> {
  return { ...answeredSummary(), serialNumber: 'W1X2Y3', supervised: true, createdAt: made, enrolledAt: made, revision: 1, ...of };
}

export function answeredVersion(of: Partial<AnswerOf<'getVersion'>> = {}): AnswerOf<'getVersion'> {
  return {
    id: VERSION, bundleId: BUNDLE, shortVersion: '2.1.0', version: '42', title: 'Fieldwork', fileName: 'Fieldwork.ipa', digest: 'a'.repeat(64), size: 30_000_000, kind: 'enterprise', teamId: 'SAMPLE1234', warnings: [],
    placement: 'verified', checks: [], minimumOsVersion: '16.0', deviceFamilies: [1, 2], profileExpiresAt: made + 300 * 86_400_000, verifiedAt: made, createdAt: made, ...of,
  };
}

export function answeredApp(versions: AnswerOf<'getApp'>['versions'] = [answeredVersion()]): AnswerOf<'getApp'> {
  return { bundleId: BUNDLE, title: 'Fieldwork', description: '', createdAt: made, versions };
}

export function answeredListedApp(of: Partial<AnswerOf<'listApps'>['items'][number]> = {}): AnswerOf<'listApps'>['items'][number] {
  return {
    bundleId: BUNDLE, title: 'Fieldwork', description: '', createdAt: made, versions: 1, latest: { id: VERSION, shortVersion: '2.1.0', version: '42', placement: 'verified', profileExpiresAt: made + 300 * 86_400_000 }, ending: [], ...of,
  };
}

export function answeredRegistration(of: Partial<AnswerOf<'getRegistration'>> = {}): AnswerOf<'getRegistration'> {
  return { id: REGISTRATION, fileName: 'Fieldwork.ipa', state: 'verifying', checks: [], requestedBy: 'ada', createdAt: made, updatedAt: made, ...of };
}

export function answeredPlan(of: Partial<AnswerOf<'createPlan'>> = {}): AnswerOf<'createPlan'> {
  return {
    id: PLAN, name: 'Autumn', operation: 'install', bundleId: BUNDLE, versionId: VERSION, shortVersion: '2.1.0', version: '42', waveSize: 50, intervalMinutes: 5, deadlineHours: 24, targets: 'branches', attempt: 1,
    status: 'draft', createdBy: 'ada', createdAt: made, revision: 1, ...of,
  };
}

export function answeredRun(of: Partial<NonNullable<AnswerOf<'getPlan'>['branches'][number]['install']>> = {}): NonNullable<AnswerOf<'getPlan'>['branches'][number]['install']> {
  return { status: 'waiting', nextSeq: 1, nextAt: made, window: { opensAt: made, closesAt: made + 3_600_000 }, ...of };
}

export function answeredPlanBranch(of: Partial<AnswerOf<'getPlan'>['branches'][number]> = {}): AnswerOf<'getPlan'>['branches'][number] {
  return { branchId: 'berlin', timeZone: 'Europe/Berlin', windows: [window], inventoryWindow: { from: '22:00', to: '24:00' }, devices: 80, totals: {}, ...of };
}

export function answeredDetail(of: Partial<AnswerOf<'getPlan'>> = {}): AnswerOf<'getPlan'> {
  return { ...answeredPlan(), state: 'draft', asOf: made, totals: {}, branches: [answeredPlanBranch()], ...of };
}

export const JOB = '20261123T140509123-1a2b3c4d';

export function answeredJob(of: Partial<AnswerOf<'getJob'>> = {}): AnswerOf<'getJob'> {
  return {
    id: JOB, kind: 'distribution-status', state: 'done', bundleId: BUNDLE, by: 'ada', createdAt: made, updatedAt: made, expiresAt: made + 7 * 86_400_000, rows: 1, bytes: 70, counts: { devices: 1, installed: 1 }, fileName: 'status.csv', ...of,
  };
}
