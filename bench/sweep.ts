/** How fast the sweep works off the timers of many waves that opened in the same minute: the function's own bundle, on the local cloud. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchWrite } from '../adapters/dynamodb/batch.ts';
import { instructionItem } from '../adapters/dynamodb/codec/instruction.ts';
import { createDocumentClient } from '../adapters/dynamodb/document-client.ts';
import { createTimers } from '../adapters/dynamodb/timers.ts';
import { HOUR, MINUTE, type Instant } from '../core/ambient.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parseInstructionId, parseVersionId, parseWaveId, type WaveId } from '../core/ids.ts';
import { stepsOf } from '../core/instruction/deadline.ts';
import type { Instruction } from '../core/instruction/instruction.ts';
import { PLACE, type LocalCloud } from '../local/boot.ts';
import type { Run } from './benchmarks.ts';
import { hundredths } from './report.ts';
import { onStage } from './stage.ts';

const WAVES = 2_000;
/** Of each wave one has not fetched its instruction, and one took it: it is pushed, it is asked. */
const states = ['issued', 'acknowledged'] as const;
const startAt = Date.parse('2026-11-23T12:00:30Z');
/** All of them opened in one minute, half a day ago: both is due. */
const openedAt = startAt - 12 * HOUR + MINUTE;
const deadline = openedAt + 24 * HOUR;

export const run: Run = (say, { branches: waves = WAVES }) => onStage(startAt, say, async ({ cloud }) => {
  say(`Setting the timers of ${waves} waves ...`);
  await openWaves(cloud, waves);
  const all = watch(cloud);
  say('Sweeping ...');
  cloud.clock.setPace('max');
  await cloud.clock.until(startAt + 10 * MINUTE);
  cloud.clock.setPace('real');
  const sweeps = all.filter(({ timers }) => timers > 0);
  const [timers, calls] = [sum(sweeps, ({ timers: some }) => some), sum(sweeps, ({ calls: some }) => some)];
  if (timers !== waves) throw new Error(`${timers} timers were worked off.`);
  const seconds = sum(sweeps, ({ began, ended }) => ended - began) / 1_000;
  return {
    figures: { waves, callsPerTimer: hundredths(calls / timers), seconds: hundredths(seconds), timersPerMinute: Math.round((timers / seconds) * 60), callsPerSecond: Math.round(calls / seconds), sweeps: sweeps.length },
  };
});

interface Sweep {
  readonly began: number;
  ended: number;
  calls: number;
  timers: number;
}

/** Every sweep from now on. Each reads its mark first, and moves a timer on in a transaction. */
function watch(cloud: LocalCloud): readonly Sweep[] {
  const sweeps: Sweep[] = [];
  cloud.aws.observe({
    onCall: ({ principal, operation }) => {
      if (!principal.name.includes('Sweep')) return;
      if (operation === 'GetItem') sweeps.push({ began: performance.now(), ended: 0, calls: 0, timers: 0 });
      const sweep = sweeps.at(-1);
      if (sweep === undefined) return;
      sweep.calls += 1;
      sweep.ended = performance.now();
      if (operation === 'TransactWriteItems') sweep.timers += 1;
    },
  });
  return sweeps;
}

function sum(sweeps: readonly Sweep[], of: (sweep: Sweep) => number): number {
  return sweeps.reduce((total, sweep) => total + of(sweep), 0);
}

async function openWaves(cloud: LocalCloud, count: number): Promise<void> {
  const client = new DynamoDBClient({ endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer });
  const name = cloud.template.ofType('AWS::DynamoDB::Table').find(({ logicalId }) => logicalId.startsWith('TablesInstructions'))?.name;
  if (name === undefined) throw new Error('The template has no table of instructions.');
  const table = { client: createDocumentClient(client), table: name };
  const waves = Array.from({ length: count }, () => parseWaveId(`direct.${crypto.randomUUID()}`));
  await batchWrite(table, waves.flatMap((waveId) => states.map((state) => ({ put: instructionItem(instructionIn(waveId, state, openedAt)) }))));
  const step = stepsOf('install', openedAt, deadline).findIndex(({ push, poll }) => push && poll);
  await createTimers({ ...table, clock: cloud.clock }).put(waves.map((subject) => ({ at: openedAt + 12 * HOUR, kind: 'wave-check', subject, step })));
  client.destroy();
}

function instructionIn(waveId: WaveId, state: (typeof states)[number], at: Instant): Instruction {
  const id = crypto.randomUUID();
  return {
    id: parseInstructionId(id), kind: 'install', waveId, deviceId: parseDeviceId(id), deviceName: 'phone', enrolmentId: parseEnrolmentId(id.toUpperCase()), branchId: parseBranchId('site'),
    bundleId: parseBundleId('com.example.field'), versionId: parseVersionId('ab'.repeat(16)), shortVersion: '1.0', version: '100', attempt: 1,
    state, issuedAt: at, deadline, updatedAt: at, history: [{ at, state }],
  };
}
