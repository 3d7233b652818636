/**
 * A rollout to a whole fleet, in time that jumps: every device a simulated one, checked one by one against the server's account; calls
 * counted for each wave, writes for each partition key. On the local cloud, over HTTP, with certificates of the devices' own and
 * bytes on the links against the preview's; or, where the fleet is too large for that, on the engine and its tables alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { everyItem } from '../cli/every-item.ts';
import { isOver } from '../cli/plan-view.ts';
import { DAY, HOUR, MINUTE } from '../core/ambient.ts';
import { synthesise } from '../infra/synth.ts';
import { startFleet, type DemoFleet } from '../local/demo/demo-fleet.ts';
import { app, seed } from '../local/demo/scenario.ts';
import { ensureJava } from '../local/dynamodb/java.ts';
import { usualMix } from '../simulator/temper.ts';
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { Run } from './benchmarks.ts';
import { prepare, startAt } from './cycles/rollout.ts';
import { rehearseEngine } from './fleet/engine/rehearse.ts';
import { HeatLedger } from './fleet/heat.ts';
import { judgeDevices } from './fleet/judgement.ts';
import { addTo, overlay, STEP } from './fleet/overlay.ts';
import { rounded, type Findings } from './report.ts';
import { onStage, type Stage } from './stage.ts';

/** A few minutes. */
const DEVICES = 200;
/** More than this take hours over HTTP, nearly all of it the stand-ins' and the simulator's own work: larger fleets meet the engine in this process. `FLEET=cloud` and `FLEET=engine` choose. */
const MOST_IN_CLOUD = 1_000;
const BRANCHES = 4;
const LINK_MBPS = 50;
const WAVE = 50;
/** One branch after the other: the next window of each opens within a day. */
const ZONES = ['Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'Australia/Sydney', 'America/Sao_Paulo'] as const;
const WINDOWS = [{ from: '01:00', to: '02:00' }, { from: '13:00', to: '14:00' }, { from: '09:00', to: '17:00' }] as const;
/** A plan that is not over by then never will be. */
const LONGEST = 14 * DAY;

interface Site {
  readonly id: string;
  readonly timeZone: string;
  readonly window: (typeof WINDOWS)[number];
  readonly devices: number;
}

export const run: Run = (say, { devices = DEVICES, branches = BRANCHES }) => {
  const sites = Array.from({ length: Math.min(branches, devices) }, (_, n, count = Math.min(branches, devices)): Site => ({
    id: `site-${n}`, timeZone: ZONES[n % ZONES.length] ?? 'UTC', window: WINDOWS[n % WINDOWS.length] ?? WINDOWS[0], devices: Math.floor(devices / count) + (n < devices % count ? 1 : 0),
  }));
  const { FLEET: chosen = devices > MOST_IN_CLOUD ? 'engine' : 'cloud' } = process.env;
  return chosen === 'engine' ? onEngine(sites, say) : onStage(startAt, say, (stage) => rehearse(stage, sites, devices));
};

async function onEngine(sites: readonly Site[], say: (line: string) => void): Promise<Findings> {
  const { outdir } = await synthesise({ say });
  return rehearseEngine({ assembly: outdir, java: ensureJava(say), startAt, waveSize: WAVE, sites, say });
}


async function rehearse(stage: Stage, sites: readonly Site[], devices: number): Promise<Findings> {
  const { cloud, api, say } = stage;
  const version = await prepare(stage);
  const enrolling = performance.now();
  const fleet = await enrolled(stage, sites, devices);
  const enrolSeconds = (performance.now() - enrolling) / 1_000;
  try {
    const plan = await api.call('createPlan', { body: { name: 'Fleet', versionId: version.id, waveSize: WAVE, branches: sites.map(({ id, window }) => ({ branchId: id, windows: [window] })) } });
    const preview = await api.call('previewPlan', { id: plan.id, body: {} });
    const ledger = new HeatLedger();
    let [calls, callsOfTurns] = [0, 0];
    cloud.meter.watch = (call) => {
      if (call.functionName === undefined || call.functionName === 'admin') return;
      calls += 1;
      if (call.functionName === 'turn') callsOfTurns += 1;
      ledger.enter(call, cloud.clock.now());
    };
    const began = performance.now();
    const startedAt = cloud.clock.now();
    await api.call('startPlan', { id: plan.id, body: { unproven: true } });
    fleet.begin();
    cloud.clock.setPace('max');
    await untilOver(stage, plan.id);
    // Devices that come back late have their say, and what happened last finds its way to the totals.
    await cloud.clock.until(cloud.clock.now() + HOUR);
    cloud.clock.setPace('real');
    cloud.meter.watch = undefined;
    const seconds = (performance.now() - began) / 1_000;
    say('Comparing ...');
    const judgement = judgeDevices((await fleet.report(app.bundleId)).devices, await everyItem((query) => api.call('listInstructions', { id: plan.id, query })));
    const opened = [...(await wavesOf(api, plan.id, 'install')), ...(await wavesOf(api, plan.id, 'inventory'))];
    const { mostPerSecond, hottest, writes, keys, largestShare, largest } = ledger.heat;
    return {
      figures: {
        devices, branches: sites.length, seconds: rounded(seconds), ...judgement, callsPerWave: rounded(callsOfTurns / opened.length), hottestKeyWritesPerSecond: mostPerSecond,
        waves: opened.length, largestWave: Math.max(0, ...opened.map((wave) => wave.devices)), callsPerDevice: rounded(calls / devices), writes, partitionKeys: keys,
        largestShareOfWrites: Math.round(largestShare * 10_000) / 10_000, enrolSeconds: rounded(enrolSeconds), simulatedHours: rounded((cloud.clock.now() - startedAt) / HOUR),
      },
      facts: { 'hottest key': hottest, 'key of the largest share': largest },
      rows: await linksAgainst(stage, sites, preview, startedAt),
    };
  } finally {
    await fleet.stop();
  }
}

async function enrolled({ cloud, api, say }: Stage, sites: readonly Site[], devices: number): Promise<DemoFleet> {
  const branches = [];
  for (const { id, timeZone, devices: count } of sites) {
    await api.call('putBranch', { id, body: { name: id, timeZone, linkMbps: LINK_MBPS } });
    const { link } = await api.call('invite', { body: { branchId: id, uses: count } });
    branches.push({ name: id, timeZone, linkMbps: LINK_MBPS, devices: count, profileUrl: `${link}/profile` });
  }
  const fleet = startFleet({
    seed, mix: usualMix, branches, courierPort: cloud.ports.courier, clockPort: cloud.ports.clock, root: cloud.trust.root,
    present: { bundleId: app.bundleId, version: { shortVersion: app.shortVersion, version: app.version } },
  }, (done, of) => { if (done % 100 === 0 || done === of) say(`${done} of ${of} devices enrolled`); });
  say(`Enrolling ${devices} devices in ${sites.length} branches ...`);
  await fleet.enrolled;
  return fleet;
}

async function untilOver({ cloud, api, say }: Stage, planId: string): Promise<void> {
  const giveUpAt = cloud.clock.now() + LONGEST;
  for (let looks = 0; ; looks += 1) {
    const progress = await api.call('getPlan', { id: planId });
    if (isOver(progress)) return;
    if (looks % 15 === 0) say(`${new Date(cloud.clock.now()).toISOString().slice(0, 16)}: ${JSON.stringify(progress.totals)}`);
    if (cloud.clock.now() > giveUpAt) throw new Error(`The plan is not over after ${LONGEST / DAY} days: ${JSON.stringify(progress.totals)}.`);
    await pause(2_000);
  }
}

async function wavesOf(api: Stage['api'], id: string, kind: 'install' | 'inventory'): Promise<AnswerOf<'listWaves'>['items']> {
  return [...(await everyItem((query) => api.call('listWaves', { id, query: { ...query, kind } })))].filter((wave) => wave.devices > 0);
}

/** All links together, by what the communication server says that it sent. The users are not those that the preview assumes: `usualMix` sleep, decline, are away. */
async function linksAgainst({ cloud, api }: Stage, sites: readonly Site[], { branches }: AnswerOf<'previewPlan'>, startedAt: number): Promise<NonNullable<Findings['rows']>> {
  const [foreseen, measured] = [new Map<number, number>(), new Map<number, number>()];
  for (const { load } of branches) {
    if (load === undefined) continue;
    for (const [index, bytes] of load.bytes.entries()) addTo(foreseen, load.from + index * load.stepMinutes * MINUTE, load.stepMinutes * MINUTE, bytes, STEP);
  }
  for (const { id } of sites) {
    const { steps } = await api.call('getBranchLoad', { id, query: { from: startedAt, to: Math.min(cloud.clock.now(), startedAt + 7 * DAY), everyMinutes: STEP / MINUTE } });
    for (const { at, bytes } of steps) addTo(measured, at, STEP, bytes, STEP);
  }
  const { foreseenBytes, measuredBytes, misplaced, peakRatio } = overlay(foreseen, measured);
  return [{ 'links, in steps of': `${STEP / MINUTE} min`, 'foreseen, MB': rounded(foreseenBytes / 1e6), 'measured, MB': rounded(measuredBytes / 1e6), 'misplaced, %': rounded(misplaced * 100), 'busiest step, measured / foreseen': rounded(peakRatio) }];
}
