/** The demo: a whole rollout on this machine, watched in the terminal, and checked against the devices' own account. */
import { writeFile } from 'node:fs/promises';
import { HOUR } from '../../core/ambient.ts';
import { Output } from '../../cli/output.ts';
import { addTotals } from '../../core/result/totals.ts';
import { renderTable } from '../../cli/table.ts';
import { watchPlan } from '../../cli/watch-plan.ts';
import { wantsColour, type Sink, type World } from '../../cli/world.ts';
import type { LocalCloud } from '../boot.ts';
import type { Pace } from '../clock.ts';
import { DemoClient } from './admin-client.ts';
import { openSteps } from './say.ts';
import { app, sitesFor, type Site } from './scenario.ts';
import { placeApp, proveApp, setUpSites, startPlan, type DemoStage } from './set-up.ts';
import { summarise, type DemoResult } from './summary.ts';

export interface DemoOptions {
  readonly cloud: LocalCloud;
  /** Where the sample package is made. */
  readonly folder: string;
  readonly pace: Pace;
  /** Simulated devices in all, besides the test device. */
  readonly devices: number;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** `performance.now()` when the program started. */
  readonly began: number;
}

/** Runs the demo to its end. Undefined where it was interrupted. Time goes at the machine's pace afterwards. */
export async function runDemo({ cloud, folder, pace, devices, interrupted, began }: DemoOptions): Promise<(DemoResult & { readonly planId: string }) | undefined> {
  const api = new DemoClient(cloud);
  const world = demoWorld(folder, interrupted);
  const colour = wantsColour(world.stdout, world.env);
  const sites = sitesFor(devices);
  const stage: DemoStage = { cloud, api, world, folder, sites, steps: openSteps(process.stdout, colour) };
  process.stdout.write(`Demo: ${app.title} ${app.shortVersion} reaches ${devices} simulated devices in ${sites.length} branches. Two days pass in a few minutes.\n`);

  const fleet = await setUpSites(stage);
  const version = await placeApp(stage);
  cloud.clock.setPace(pace);
  await proveApp(stage, version);
  const plan = await startPlan(stage, version);
  fleet.begin();
  process.stdout.write('\n');
  await watchPlan(world, new Output(world, false), {
    every: world.stdout.isTTY ? 400 : 3_000, note: ({ now }) => demoTime(sites, now), look: () => api.call('getPlan', { id: plan.id }),
  });
  // What happened last finds its way to the totals, and devices that come back late have their say.
  await cloud.clock.until(cloud.clock.now() + HOUR);
  cloud.clock.setPace('real');
  const result = interrupted.aborted ? undefined : await summarise(api, plan.id, sites, await fleet.report(app.bundleId), (performance.now() - began) / 1_000);
  if (result !== undefined) process.stdout.write(`\n${finalTable(result).join('\n')}\n`);
  return result === undefined ? undefined : { ...result, planId: plan.id };
}

export async function writeSummary(path: string, { summary }: DemoResult): Promise<void> {
  await writeFile(path, `${JSON.stringify(summary, undefined, 2)}\n`);
}

function demoWorld(configFolder: string, interrupted: AbortSignal): Omit<World, 'readStdin' | 'now' | 'openBrowser'> {
  const sink = (stream: NodeJS.WriteStream): Sink => ({ write: (text) => { stream.write(text); }, isTTY: stream.isTTY, columns: () => (stream.isTTY ? stream.columns : 80), rows: () => (stream.isTTY ? stream.rows : 24) });
  return {
    stdout: sink(process.stdout), stderr: sink(process.stderr), env: process.env, fetch, configFolder, interrupted,
    sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  };
}

/** `Wed 13:05 in Berlin, 20:05 in Tokyo`: where the demo's time is. */
function demoTime(sites: readonly Site[], now: number): string {
  const at = (timeZone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(now);
  return `The devices' time: ${sites.map(({ id, timeZone }) => `${id} ${at(timeZone)}`).join(', ')}`;
}

function apart({ minWaveGapSeconds: gap }: DemoResult['summary']): string {
  return gap === undefined ? 'one in each branch' : `never less than ${Math.floor(gap / 60)} min apart in a branch`;
}

function finalTable({ summary, byBranch, mismatches }: DemoResult): readonly string[] {
  const states = ['installed', 'rejected', 'failed', 'timedOut', 'skipped'] as const;
  const rows = [...byBranch, ['all', addTotals([...byBranch.values()])] as const];
  // Left out: they had the version already.
  const words = { installed: 'INSTALLED', rejected: 'REJECTED', failed: 'FAILED', timedOut: 'TIMED OUT', skipped: 'LEFT OUT' };
  const { lines: table } = renderTable<(typeof rows)[number]>([
    { title: 'BRANCH', value: ([branch]) => branch },
    ...states.map((state) => ({ title: words[state], value: ([, counts]: (typeof rows)[number]) => counts[state], align: 'right' as const })),
  ], rows, undefined);
  return [
    ...table, '',
    `${summary.waves} waves of at most ${summary.maxWaveSize} devices, ${apart(summary)}.`,
    `At most ${summary.peakConcurrentDownloads} downloads at once on one branch's line.`,
    mismatches.length === 0 ? `Server and devices agree on all ${summary.devices} devices.` : `Server and devices disagree on ${mismatches.length} of ${summary.devices} devices:`,
    ...mismatches.map(({ device, server, itself }) => `  ${device}: the server says ${server}, the device ${itself}`),
    `It took ${summary.seconds} s.`,
  ];
}
