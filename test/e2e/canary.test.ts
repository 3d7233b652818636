import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStage } from '../../bench/stage.ts';
import { everyItem } from '../../cli/every-item.ts';
import { HOUR } from '../../core/ambient.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { openBranches } from '../support/open-branches.ts';
import { present } from '../support/present.ts';

/** Two devices of each branch first, and the others hours later: on the bundles, machine and policies that go to AWS. */
const startAt = Date.parse('2026-11-23T08:00:00Z');
const windows = [{ from: '08:00', to: '20:00' }];
const sites = [{ id: 'berlin', timeZone: 'Europe/Berlin', devices: 9 }, { id: 'lisbon', timeZone: 'Europe/Lisbon', devices: 6 }];
const soakHours = 3;
const canary = { of: { kind: 'count', devices: 2 }, soakHours, abortRule: { share: 0, minimum: 1 } } as const;

let test: TestCloud;
let clock: SimulatorClock;
let previewed: AnswerOf<'previewPlan'>;
let soaking: AnswerOf<'getPlan'>;
let ended: AnswerOf<'getPlan'>;
let waves: AnswerOf<'listWaves'>['items'];
let instructions: AnswerOf<'listInstructions'>['items'];

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'max', startAt });
  const { cloud } = test;
  await withStage(cloud, () => undefined, async (stage) => {
    const { api } = stage;
    const preparing = cloud.clock.hold('preparing the test');
    await test.stores.setPushCertificate();
    const branches = await openBranches(api, sites);
    const version = await placeApp(stage, 500_000);
    clock = await followClock(cloud.ports.clock, 'fleet');
    const fleet = await Fleet.assemble({ seed: 'canary', mix: { supervised: 1, rejects: 0, locked: 0, 'unmanaged-copy': 0, ignores: 0 }, branches, clock, courierPort: cloud.ports.courier });
    await fleet.enrol(() => undefined);
    // Made for one branch and without a canary, and edited: what is started is the draft as it was saved last.
    const draft = await api.call('createPlan', { body: { name: 'Field', versionId: version.id, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] } });
    const { id } = await api.call('editPlan', { id: draft.id, body: { revision: draft.revision, name: 'Fieldwork', versionId: version.id, branches: sites.map((site) => ({ branchId: site.id, windows })), canary } });
    previewed = await api.call('previewPlan', { id, body: {} });
    await api.call('startPlan', { id, body: { unproven: true } });
    preparing();
    await cloud.clock.until(startAt + HOUR);
    const looking = cloud.clock.hold('looking at the soak');
    soaking = await api.call('getPlan', { id });
    looking();
    await cloud.clock.until(startAt + 5 * HOUR);
    const reading = cloud.clock.hold('reading what became of it');
    ended = await api.call('getPlan', { id });
    waves = await everyItem((query) => api.call('listWaves', { id, query }));
    instructions = await everyItem((query) => api.call('listInstructions', { id, query }));
    reading();
  });
});

afterAll(async () => {
  clock.close();
  await test.cloud.stop();
});

describe('a plan with a canary', () => {
  it('instructs two devices of each branch, and soaks', () => {
    expect(soaking.branches.map(({ install }) => install?.stage)).toEqual(sites.map(() => ({ name: 'soak', instructed: 2, size: 2, until: expect.any(Number) as number })));
  });

  it('instructs the others when the soak is over, everybody once, as the preview said', () => {
    for (const { id, devices } of sites) {
      const [first, ...rest] = waves.filter(({ branchId }) => branchId === id);
      const [canaryWave, ...restOfPreview] = present(previewed.branches.find(({ branchId }) => branchId === id)).waves;
      expect([first?.devices, ...rest.map((wave) => wave.devices)]).toEqual([2, devices - 2]);
      expect([canaryWave?.size, ...restOfPreview.map(({ size }) => size)]).toEqual([2, devices - 2]);
      const gap = present(rest[0]).openedAt - present(first).openedAt;
      expect(gap).toBeGreaterThanOrEqual(soakHours * HOUR);
      expect(gap).toBeLessThan(soakHours * HOUR + 5_000);
      expect(present(restOfPreview[0]).at - present(canaryWave).at).toBe(soakHours * HOUR);
    }
    expect(new Set(instructions.map(({ deviceId }) => deviceId)).size).toBe(15);
    expect(instructions).toHaveLength(15);
    expect(ended.branches.map(({ install }) => install?.stage)).toEqual(sites.map(() => ({ name: 'rest', instructed: 2, size: 2 })));
  });

  it('needs no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
