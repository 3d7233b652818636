/** What became of the demo, by the server's account and by the devices' own, and where the two differ. */
import type { ApiClient } from '../../cli/api-client.ts';
import { everyItem } from '../../cli/every-item.ts';
import { addTotals } from '../../core/result/totals.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { FleetReport } from './demo-fleet.ts';
import { testDevice, type Site } from './scenario.ts';

/** `npm start -- --exit --summary FILE` writes this. Times are the demo's own but for `seconds`. */
export interface DemoSummary {
  /** Devices that the plan was for; the test device, which had it already, is not among them. */
  readonly devices: number;
  readonly branches: number;
  /** Install waves. */
  readonly waves: number;
  readonly maxWaveSize: number;
  /** The shortest time between two waves of a branch; absent where none had two. */
  readonly minWaveGapSeconds?: number;
  readonly installed: number;
  readonly rejected: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Devices about which server and simulator disagree. */
  readonly mismatches: number;
  /** The most at one branch. */
  readonly peakConcurrentDownloads: number;
  /** Real time from the start of the program. */
  readonly seconds: number;
}

export interface Mismatch {
  readonly device: string;
  readonly server: string;
  readonly itself: string;
}

type Account = FleetReport['devices'][number]['account'];

/** What the server must say of a device that says this of itself. */
export const expected: Readonly<Record<Account, string>> = { installed: 'installed', rejected: 'rejected', failed: 'failed', waiting: 'timedOut', untouched: 'timedOut', present: 'skipped', removed: 'removed' };

export interface DemoResult {
  readonly summary: DemoSummary;
  readonly mismatches: readonly Mismatch[];
  /** What the server says, by branch. */
  readonly byBranch: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export async function summarise(api: ApiClient, planId: string, sites: readonly Site[], report: FleetReport, seconds: number): Promise<DemoResult> {
  // A wave that instructs nobody only records who was left out.
  const waves = (await everyItem((query) => api.call('listWaves', { id: planId, query }))).filter((wave) => wave.devices > 0);
  const instructions = (await everyItem((query) => api.call('listInstructions', { id: planId, query }))).filter(({ deviceName }) => deviceName !== testDevice);
  const states = new Map(instructions.map(({ deviceName, state }) => [deviceName, state]));
  const [found] = (await api.call('listDevices', { query: { name: testDevice } })).items;
  const tested = found === undefined ? undefined : (await api.call('getDevice', { id: found.id })).serialNumber;
  const mismatches = report.devices.filter(({ serialNumber }) => serialNumber !== tested).flatMap(({ serialNumber, account }): readonly Mismatch[] => {
    const server = states.get(serialNumber) ?? 'nothing';
    return server === expected[account] ? [] : [{ device: serialNumber, server, itself: account }];
  });
  const byBranch = new Map(sites.map(({ id }) => [id, addTotals(instructions.filter(({ branchId }) => branchId === id).map(({ state }) => ({ [state]: 1 })))]));
  const totals = addTotals([...byBranch.values()]);
  return {
    mismatches, byBranch,
    summary: {
      devices: instructions.length, branches: byBranch.size, waves: waves.length, maxWaveSize: Math.max(0, ...waves.map((wave) => wave.devices)), ...smallestGap(waves),
      installed: totals.installed ?? 0, rejected: totals.rejected ?? 0, failed: totals.failed ?? 0, timedOut: totals.timedOut ?? 0, mismatches: mismatches.length,
      peakConcurrentDownloads: Math.max(0, ...report.links.map(({ peakConcurrentDownloads }) => peakConcurrentDownloads)), seconds: Math.round(seconds),
    },
  };
}

function smallestGap(waves: readonly AnswerOf<'listWaves'>['items'][number][]): Pick<DemoSummary, 'minWaveGapSeconds'> {
  const gaps = waves.flatMap(({ branchId, seq, openedAt }) => {
    const next = waves.find((wave) => wave.branchId === branchId && wave.seq === seq + 1);
    return next === undefined ? [] : [Math.floor((next.openedAt - openedAt) / 1_000)];
  });
  return gaps.length === 0 ? {} : { minWaveGapSeconds: Math.min(...gaps) };
}
