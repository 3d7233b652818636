/** Answers of the server, as small as they may be. */
export const VERSION = 'a'.repeat(32);
export const PLAN = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

type Json = Readonly<Record<string, unknown>>;

export function answeredVersion(of: Json = {}): Json {
  return {
    id: VERSION, bundleId: 'com.example.fieldwork', shortVersion: '2.1.0', version: '42', title: 'Fieldwork', fileName: 'Fieldwork.ipa', size: 30_000_000, kind: 'enterprise', placement: 'verified',
    minimumOsVersion: '16.0', profileExpiresAt: 1_900_000_000_000, createdAt: 1_700_000_000_000, ...of,
  };
}

export function answeredPlan(of: Json = {}): Json {
  return {
    id: PLAN, name: 'Autumn', bundleId: 'com.example.fieldwork', versionId: VERSION, shortVersion: '2.1.0', version: '42', waveSize: 50, intervalMinutes: 5, deadlineHours: 24, status: 'draft', state: 'draft',
    createdBy: 'ada', createdAt: 1_700_000_000_000, branches: [], ...of,
  };
}
