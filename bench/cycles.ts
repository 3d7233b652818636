/**
 * Install cycles per second of the local cloud. A cycle is all that one install takes: the instruction is issued, the
 * device pushed to, the command fetched and acknowledged, manifest and package downloaded, the install proven by the
 * device's lists. Devices install without a prompt, and time jumps over whatever nobody does anything in.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HOUR, MINUTE } from '../core/ambient.ts';
import { startFleet, type DemoFleet } from '../local/demo/demo-fleet.ts';
import { placeApp } from '../local/demo/set-up.ts';
import type { MeteredCall } from '../local/dynamodb/meter.ts';
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { Run } from './benchmarks.ts';
import { rounded, type Findings } from './report.ts';
import { onStage, type Stage } from './stage.ts';

const startAt = Date.parse('2026-11-23T10:50:00Z');
const DEVICES = 100;
const WAVE = 50;
/** Small: the bytes of a download say more of the disk than of the cloud. */
const PACKAGE_BYTES = 1_000_000;
const branch = { id: 'head-office', name: 'Head office', timeZone: 'UTC', linkMbps: 1_000 } as const;
/** The last wave's evidence is in long before; if not, something hangs. */
const LONGEST = 6 * HOUR;

export const run: Run = (say) => onStage(startAt, say, roll);

async function roll(stage: Stage): Promise<Findings> {
  const { cloud, api, say } = stage;
  const { certificate, key } = cloud.trust.push;
  await api.call('setPushCertificate', { body: { certificate, key } });
  const { id, ...facts } = branch;
  await api.call('putBranch', { id, body: facts });
  const version = await placeApp(stage, PACKAGE_BYTES);
  say(`Enrolling ${DEVICES} simulated devices ...`);
  const enrolling = performance.now();
  const fleet = await enrolled(stage);
  const enrolledIn = (performance.now() - enrolling) / 1_000;
  try {
    say('Rolling out ...');
    const plan = await api.call('createPlan', { body: { name: 'Bench', versionId: version.id, waveSize: WAVE, branches: [{ branchId: id, windows: [{ from: '11:00', to: '13:00' }] }] } });
    cloud.meter.reset();
    const [began, startedAt] = [performance.now(), cloud.clock.now()];
    await api.call('startPlan', { id: plan.id });
    cloud.clock.setPace('max');
    const { totals } = await untilAllInstalled(stage, plan.id);
    const seconds = (performance.now() - began) / 1_000;
    cloud.clock.setPace('real');
    const installed = totals.installed ?? 0;
    return {
      facts: {
        cycles: installed, 'waves of': WAVE, 'real seconds': rounded(seconds), 'cycles per second': rounded(installed / seconds),
        'simulated minutes': Math.round((cloud.clock.now() - startedAt) / MINUTE), 'DynamoDB calls per cycle': rounded(cloud.meter.calls().length / installed),
        'devices enrolled per second': rounded(DEVICES / enrolledIn),
      },
      rows: callsPerCycle(cloud.meter.calls(), installed),
    };
  } finally {
    await fleet.stop();
  }
}

async function enrolled({ cloud, api }: Stage): Promise<DemoFleet> {
  const { link } = await api.call('invite', { body: { branchId: branch.id, uses: DEVICES } });
  const fleet = startFleet({
    seed: 'bench', mix: { supervised: 1 }, courierPort: cloud.ports.courier, clockPort: cloud.ports.clock, root: cloud.trust.root,
    branches: [{ name: branch.id, timeZone: branch.timeZone, linkMbps: branch.linkMbps, devices: DEVICES, profileUrl: `${link}/profile` }],
  }, () => undefined);
  await fleet.enrolled;
  return fleet;
}

async function untilAllInstalled({ cloud, api }: Stage, planId: string): Promise<AnswerOf<'getPlan'>> {
  const giveUpAt = cloud.clock.now() + LONGEST;
  for (;;) {
    const progress = await api.call('getPlan', { id: planId });
    if (progress.totals.installed === DEVICES) return progress;
    await pause(100);
    if (cloud.clock.now() > giveUpAt) throw new Error(`After ${LONGEST / HOUR} hours not every device has the app: ${JSON.stringify(progress.totals)}.`);
  }
}

/** Which functions make the calls. The administrator's are the benchmark's own looking on. */
function callsPerCycle(calls: readonly MeteredCall[], installed: number): NonNullable<Findings['rows']> {
  const counts = new Map<string, number>();
  for (const { functionName } of calls) if (functionName !== undefined && functionName !== 'admin') counts.set(functionName, (counts.get(functionName) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ function: name, 'DynamoDB calls': count, 'per cycle': rounded(count / installed) }));
}
