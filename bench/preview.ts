/** What the preview of a large plan costs: every wave of every branch, the load on each link, and the advice. */
import { parseBranchId, parsePlanId, type BranchId } from '../core/ids.ts';
import type { PlanBranch } from '../core/rollout/plan.ts';
import { previewPlan, type BranchNow } from '../core/rollout/preview.ts';
import type { Run } from './benchmarks.ts';
import { hundredths } from './report.ts';

const DEVICES = 1_000_000;
const BRANCHES = 2_000;
/** One branch after the other; windows by night and by day. */
const ZONES = ['Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'Australia/Sydney', 'America/Sao_Paulo'] as const;
const WINDOWS = [{ from: '01:00', to: '02:00' }, { from: '13:00', to: '14:00' }, { from: '09:00', to: '17:00' }] as const;
const terms = { size: 60_000_000, budget: 0.3 };
const NOW = Date.parse('2026-11-23T08:00:00Z');

export const run: Run = (say, { devices = DEVICES, branches: count = BRANCHES }) => {
  const planId = parsePlanId('6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b');
  const branches = Array.from({ length: count }, (_, n): PlanBranch => ({
    planId, branchId: parseBranchId(`site-${n}`), timeZone: ZONES[n % ZONES.length] ?? 'UTC', windows: [WINDOWS[n % WINDOWS.length] ?? WINDOWS[0]], inventoryWindow: { from: '22:00', to: '24:00' },
  }));
  const present = new Map(branches.map(({ branchId }, n): [BranchId, BranchNow] => [branchId, { devices: Math.floor(devices / count) + (n < devices % count ? 1 : 0), linkMbps: 20 + (n % 10) * 30 }]));
  say(`Looking at ${devices} devices in ${count} branches ...`);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const preview = previewPlan({ waveSize: 50, intervalMinutes: 5 }, branches, present, terms, NOW);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  if (preview.devices !== devices) throw new Error(`${preview.devices} devices were looked at.`);
  const advised = preview.branches.filter(({ advice }) => advice !== undefined).length;
  return Promise.resolve({
    figures: {
      devices, branches: count, waves: preview.waves, seconds: hundredths(seconds), cpuSeconds: hundredths((user + system) / 1_000_000), rssMb: Math.round(process.memoryUsage().rss / 1_000_000), advised,
      answerMb: hundredths(JSON.stringify(preview).length / 1_000_000),
    },
  });
};
