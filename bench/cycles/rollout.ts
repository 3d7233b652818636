/**
 * A whole rollout of simulated devices, and what it took. A cycle is all that one install takes: the instruction is issued,
 * the device pushed to, the command fetched and acknowledged, manifest and package downloaded, the install proven by the
 * device's lists. Devices install without a prompt, and time jumps over whatever nobody does anything in.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HOUR, MINUTE } from '../../core/ambient.ts';
import { startFleet, type DemoFleet } from '../../local/demo/demo-fleet.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { MeteredCall } from '../../local/dynamodb/meter.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { Stage } from '../stage.ts';

export const startAt = Date.parse('2026-11-23T10:50:00Z');
export const WAVE = 50;
/** Small: the bytes of a download say more of the disk than of the cloud. */
const PACKAGE_BYTES = 1_000_000;
/** The last wave's evidence is in long before; if not, something hangs. */
const LONGEST = 6 * HOUR;

export interface Rollout {
  readonly installed: number;
  /** Real seconds from the plan's start to the last proof, sweeps and settling included. */
  readonly seconds: number;
  readonly simulatedMinutes: number;
  /** CPU of this process (functions, stand-ins, simulated devices), the database's not included. */
  readonly cpuMilliseconds: number;
  /** Of the functions; the administrators' are the benchmark's own looking on. */
  readonly calls: readonly MeteredCall[];
  readonly enrolledPerSecond: number;
}

/** The push certificate, and an app that can be installed. */
export async function prepare(stage: Stage): Promise<AnswerOf<'getVersion'>> {
  const { certificate, key } = stage.cloud.trust.push;
  await stage.api.call('setPushCertificate', { body: { certificate, key } });
  return placeApp(stage, PACKAGE_BYTES);
}

/** Enrols `devices` into a branch of their own and lets them install, in waves of 50. `weigh`: the calls' capacity is told exactly, which takes longer. */
export async function rollOut(stage: Stage, versionId: string, branchId: string, devices: number, weigh = false): Promise<Rollout> {
  const { cloud, api, say } = stage;
  await api.call('putBranch', { id: branchId, body: { name: branchId, timeZone: 'UTC', linkMbps: 1_000 } });
  say(`Enrolling ${devices} simulated devices ...`);
  const enrolling = performance.now();
  const fleet = await enrolled(stage, branchId, devices);
  const enrolledPerSecond = devices / ((performance.now() - enrolling) / 1_000);
  try {
    say('Rolling out ...');
    const opens = new Date(cloud.clock.now() + 10 * MINUTE).toISOString().slice(11, 16);
    const plan = await api.call('createPlan', { body: { name: branchId, versionId, waveSize: WAVE, branches: [{ branchId, windows: [{ from: opens, to: '24:00' }] }] } });
    cloud.meter.reset();
    cloud.meter.weighing = weigh;
    const [began, startedAt, cpu] = [performance.now(), cloud.clock.now(), process.cpuUsage()];
    await api.call('startPlan', { id: plan.id, body: { unproven: true } });
    cloud.clock.setPace('max');
    const { totals } = await untilAllInstalled(stage, plan.id, devices);
    const [seconds, { user, system }] = [(performance.now() - began) / 1_000, process.cpuUsage(cpu)];
    cloud.clock.setPace('real');
    cloud.meter.weighing = false;
    return {
      installed: totals.installed ?? 0, seconds, cpuMilliseconds: (user + system) / 1_000, simulatedMinutes: Math.round((cloud.clock.now() - startedAt) / MINUTE), enrolledPerSecond,
      calls: cloud.meter.calls().filter(({ functionName }) => functionName !== undefined && functionName !== 'admin'),
    };
  } finally {
    await fleet.stop();
  }
}

async function enrolled({ cloud, api }: Stage, branchId: string, devices: number): Promise<DemoFleet> {
  const { link } = await api.call('invite', { body: { branchId, uses: devices } });
  const fleet = startFleet({
    seed: branchId, mix: { supervised: 1 }, courierPort: cloud.ports.courier, clockPort: cloud.ports.clock, root: cloud.trust.root,
    branches: [{ name: branchId, timeZone: 'UTC', linkMbps: 1_000, devices, profileUrl: `${link}/profile` }],
  }, () => undefined);
  await fleet.enrolled;
  return fleet;
}

async function untilAllInstalled({ cloud, api }: Stage, planId: string, devices: number): Promise<AnswerOf<'getPlan'>> {
  const giveUpAt = cloud.clock.now() + LONGEST;
  for (;;) {
    const progress = await api.call('getPlan', { id: planId });
    if (progress.totals.installed === devices) return progress;
    await pause(100);
    if (cloud.clock.now() > giveUpAt) throw new Error(`After ${LONGEST / HOUR} hours not every device has the app: ${JSON.stringify(progress.totals)}.`);
  }
}

/** Capacity units of all calls together, divided by the installs that they made. */
export function unitsPerInstall({ calls, installed }: Pick<Rollout, 'calls' | 'installed'>): { readonly read: number; readonly write: number } {
  const consumed = calls.flatMap((call) => call.consumed);
  return { read: consumed.reduce((sum, { readUnits }) => sum + readUnits, 0) / installed, write: consumed.reduce((sum, { writeUnits }) => sum + writeUnits, 0) / installed };
}
