/**
 * What a rollout costs on AWS: everything that is billed is counted while 50 simulated devices install on the local cloud, and
 * multiplied by prices that are an input (`COST_PRICES=FILE`; bench/cost/prices.json unless told otherwise).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './benchmarks.ts';
import { billed, billOf, parsePrices, type Use } from './cost/bill.ts';
import { prepare, rollOut, startAt, unitsPerInstall, WAVE } from './cycles/rollout.ts';
import { onStage, type Stage } from './stage.ts';

/** Of the app that the bill is for; what is downloaded here is smaller. `COST_APP_MB=300`. */
const APP_MB = 60;
/** Functions behind the HTTP API that devices ask, by the beginning of their logical ids. */
const ASKED = ['CheckIn', 'Command', 'Delivery', 'Enrol', 'Scep'] as const;
/** A turn is a task, a choice and a wait. */
const TRANSITIONS_PER_TURN = 3;

interface Tally {
  readonly invocations: number;
  readonly gigabyteSeconds: number;
}

export const run: Run = (say) => {
  const prices = parsePrices(readFileSync(process.env['COST_PRICES'] ?? join(import.meta.dirname, 'cost', 'prices.json'), 'utf8'));
  const appMb = Number(process.env['COST_APP_MB'] ?? APP_MB);
  if (!(appMb > 0)) throw new Error('COST_APP_MB is the size of the app in MB.');
  return onStage(startAt, say, async (stage) => {
    const { id } = await prepare(stage);
    const { use, devices } = await counted(stage, id, appMb);
    const bill = billOf(use, devices, prices);
    const of = (line: (typeof bill)[number]): number => Math.round(line.usd * 10_000) / 10_000;
    const download = bill.filter((line) => line.of === 'edgeGigabytes');
    const total = bill.reduce((sum, { usd }) => sum + usd, 0);
    const downloads = download.reduce((sum, { usd }) => sum + usd, 0);
    return {
      figures: { devices, appMb, usdPerThousandDevices: Math.round(total * 100) / 100, usdWithoutDownloads: Math.round((total - downloads) * 1_000) / 1_000 },
      rows: bill.map((line) => ({ 'per 1,000 devices': billed[line.of], counted: Math.round(line.perThousand * 10) / 10, USD: of(line) })),
    };
  });
};

async function counted(stage: Stage, versionId: string, appMb: number): Promise<{ readonly use: Use; readonly devices: number }> {
  const { cloud } = stage;
  const calls = new Map<string, number>();
  // Enrolment is no part of a rollout: what is counted begins when the plan starts.
  let before: ReadonlyMap<string, Tally> = new Map();
  const stop = cloud.aws.observe({
    onCall: ({ service, operation, error }) => {
      if (operation === 'Invoke' && before.size === 0) before = tallies(stage);
      if (before.size > 0 && error === undefined) calls.set(`${service} ${operation}`, (calls.get(`${service} ${operation}`) ?? 0) + 1);
    },
  });
  const rollout = await rollOut(stage, versionId, 'head-office', WAVE, true);
  stop();
  const after = tallies(stage);
  const since = (names?: readonly string[]): Tally => sum([...after].filter(([name]) => names?.some((beginning) => name.startsWith(beginning)) ?? !name.startsWith('Admin')).map(([name, { invocations, gigabyteSeconds }]) => ({
    invocations: invocations - (before.get(name)?.invocations ?? 0), gigabyteSeconds: gigabyteSeconds - (before.get(name)?.gigabyteSeconds ?? 0),
  })));
  const called = (...names: readonly string[]): number => names.reduce((total, name) => total + (calls.get(name) ?? 0), 0);
  const { read, write } = unitsPerInstall(rollout);
  const devices = rollout.installed;
  return {
    devices,
    use: {
      dynamodbWriteUnits: write * devices, dynamodbReadUnits: read * devices, lambdaRequests: since().invocations, lambdaGigabyteSeconds: since().gigabyteSeconds, apiRequests: since(ASKED).invocations,
      stateTransitions: since(['Turn']).invocations * TRANSITIONS_PER_TURN, schedules: since(['Sweep']).invocations + called('scheduler CreateSchedule'),
      queueRequests: called('sqs SendMessage', 'sqs SendMessageBatch', 'sqs ReceiveMessage', 'sqs DeleteMessage', 'sqs DeleteMessageBatch') + since(['Waker']).invocations * 2, s3Writes: called('s3 PutObject'),
      edgeRequests: devices, edgeGigabytes: (devices * appMb) / 1_000,
    },
  };
}

/** By the function's place in the template. */
function tallies({ cloud }: Stage): ReadonlyMap<string, Tally> {
  const ids = new Map(cloud.template.ofType('AWS::Lambda::Function').map(({ name, logicalId }) => [name, logicalId]));
  return new Map(cloud.functions.tallies().map(({ name, memory, invocations, milliseconds }) => [ids.get(name) ?? name, { invocations, gigabyteSeconds: (memory / 1_024) * (milliseconds / 1_000) }]));
}

function sum(parts: readonly Tally[]): Tally {
  return parts.reduce((total, part) => ({ invocations: total.invocations + part.invocations, gigabyteSeconds: total.gigabyteSeconds + part.gigabyteSeconds }), { invocations: 0, gigabyteSeconds: 0 });
}
