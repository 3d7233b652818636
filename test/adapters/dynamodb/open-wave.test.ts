import { ReturnConsumedCapacity, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { countStates } from '../../../core/result/totals.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { runId } from '../../../core/rollout/store.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { branchOfDevices, orderOfPlace } from '../../support/dynamodb/branch-of-devices.ts';
import { startTableEngine, type TableEngine, type TableNames } from '../../support/dynamodb/engine.ts';
import { injectFaults, throttledWhole, type Fault } from '../../support/dynamodb/faults.ts';
import { stageRun, turnStores, type StagedRun, type TurnStores } from '../../support/dynamodb/turn-stage.ts';
import { present } from '../../support/present.ts';
import { MORNING } from '../../support/samples/unique.ts';

let engine: TableEngine;
let names: TableNames;
let plain: TurnStores;
beforeAll(async () => {
  engine = await startTableEngine();
  names = await engine.tables();
  plain = turnStores(engine.client(), names);
});
afterAll(() => engine.stop());

const WAVE = 5;
const DEVICES = 8;

/** Opens the first wave of a new plan by a process that faults befall, the machine's repetition by two executions at once, and what is left. Answers what is not as it must be. */
async function openUnder(fault: Fault): Promise<readonly string[]> {
  const run = await stageRun(plain, await branchOfDevices(engine.client(), names, DEVICES), WAVE);
  const client = engine.client();
  const faults = injectFaults(client);
  faults.befall(fault, 'always');
  await takeTurn(turnStores(client, names), run.input, MORNING).catch(() => undefined);
  for (const now of [MORNING, MORNING + 5 * MINUTE]) await Promise.all([takeTurn(plain, run.input, now), takeTurn(plain, run.input, now)]);
  return wrongWith(run);
}

async function wrongWith({ key }: StagedRun): Promise<readonly string[]> {
  const wrong: string[] = [];
  const waves = await plain.runs.waves(key);
  const listed = waves.flatMap(({ targets }) => targets);
  if (String(waves.map(({ seq, state, targets }) => `${seq} ${state} ${targets.length}`)) !== '1 open 5,2 open 3') wrong.push(`waves ${waves.map(({ seq, state, targets }) => `${seq} ${state} ${targets.length}`).join()}`);
  if (new Set(listed.map(({ deviceId }) => deviceId)).size !== DEVICES) wrong.push('a device is in no wave, or in two');
  for (const { id, targets } of waves) {
    await settleWave(plain, id);
    const issued = await plain.instructions.instructionsOfWave(id);
    if (String(issued.map(({ deviceId }) => deviceId).toSorted()) !== String(targets.map(({ deviceId }) => deviceId).toSorted())) wrong.push(`wave ${id} instructed others than it lists`);
    if ((await plain.timers.due(MORNING + 60 * MINUTE, 10_000)).filter(({ subject }) => subject === id).length !== 1) wrong.push(`wave ${id} has not one timer`);
  }
  for (const { enrolmentId } of listed) {
    const { queue } = await plain.queue.read(enrolmentId, 10, MORNING);
    if (queue.length !== 1) wrong.push(`a device has ${queue.length} commands in its queue`);
  }
  const totals = (await plain.runs.runTotals([key])).get(runId(key));
  if (JSON.stringify(totals) !== JSON.stringify(countStates(listed.map(() => ({ state: 'issued' as const }))))) wrong.push(`totals ${JSON.stringify(totals)}`);
  return wrong;
}

const killed = (): Error => new Error('The process was killed.');
/** The process ends before its n-th call to DynamoDB is made, or when that is done and not answered; or that call is throttled, and the SDK makes it again. */
const blows: Readonly<Record<string, (n: number) => Fault>> = {
  'killed before': (n) => {
    let calls = 0;
    return { instead: () => ((calls += 1) >= n ? killed() : undefined) };
  },
  'killed after': (n) => {
    let calls = 0;
    return { instead: () => ((calls += 1) > n ? killed() : undefined), after: () => (calls >= n ? killed() : undefined) };
  },
  throttled: (n) => {
    let calls = 0;
    return { instead: (operation) => ((calls += 1) === n ? throttledWhole.instead?.(operation) : undefined) };
  },
};

async function callsOfATurn(): Promise<number> {
  let calls = 0;
  expect(await openUnder({ instead: () => {
    calls += 1;
    return undefined;
  } })).toEqual([]);
  return calls;
}

describe('a wave in DynamoDB', () => {
  it.each(Object.entries(blows))('opens once where any one call to open it is %s', { timeout: 120_000 }, async (_, blow) => {
    const calls = await callsOfATurn();
    expect(calls).toBe(14);
    const wrong: string[] = [];
    for (let n = 1; n <= calls; n += 1) wrong.push(...(await openUnder(blow(n))).map((words) => `${n}: ${words}`));
    expect(wrong).toEqual([]);
  });

  it('opens where the first try of every call is throttled', { timeout: 60_000 }, async () => {
    const run = await stageRun(plain, await branchOfDevices(engine.client(), names, DEVICES), WAVE);
    const client = engine.client();
    injectFaults(client).befall(throttledWhole, 'first');
    await takeTurn(turnStores(client, names), run.input, MORNING);
    await takeTurn(plain, run.input, MORNING + 5 * MINUTE);
    expect(await wrongWith(run)).toEqual([]);
  });
});

interface Cost {
  readonly calls: Readonly<Record<string, number>>;
  readonly units: number;
}

/** Counts calls by name, and the units that the engine tells of them. */
function meter(client: DynamoDBClient): Cost {
  const calls: Record<string, number> = {};
  const cost = { calls, units: 0 };
  client.middlewareStack.add((next, context) => async (args) => {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    calls[operation] = (calls[operation] ?? 0) + 1;
    const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: ReturnConsumedCapacity.TOTAL } });
    const consumed = 'ConsumedCapacity' in answer.output ? [answer.output.ConsumedCapacity ?? []].flat() : [];
    for (const one of consumed) if ('CapacityUnits' in one) cost.units += one.CapacityUnits ?? 0;
    return answer;
  }, { step: 'initialize', name: 'meter' });
  return cost;
}

/** A wave of 50 whose run has come as far as a place in its branch. */
async function costOfWave(devices: number, place: number): Promise<Cost> {
  const { key, input } = await stageRun(plain, present(branches.get(devices)), 50);
  const run = present(await plain.runs.run(key));
  if (place > 0) await plain.runs.replaceRun(run, { ...run, cursor: orderOfPlace(place - 1) });
  const client = engine.client();
  const cost = meter(client);
  expect(await takeTurn(turnStores(client, names), input, MORNING)).toMatchObject({ next: 'wait' });
  expect((await plain.runs.wave(key, 1))?.targets.map(({ deviceName }) => deviceName)).toEqual(Array.from({ length: 50 }, (_, n) => `phone-${String(place + n).padStart(6, '0')}`));
  return cost;
}

const branches = new Map<number, Awaited<ReturnType<typeof branchOfDevices>>>();

describe('a wave of 50', () => {
  it('costs as much in a branch of 100,000 devices as in one of 100, wherever its run has come to', { timeout: 240_000 }, async () => {
    for (const devices of [100, 100_000]) branches.set(devices, await branchOfDevices(engine.client(), names, devices));
    const small = await costOfWave(100, 0);
    expect(small.calls).toEqual({ BatchGetItem: 4, BatchWriteItem: 1, GetItem: 1, Query: 1, TransactWriteItems: 51, UpdateItem: 1 });
    expect(small.units).toBeGreaterThan(200);
    expect(await costOfWave(100, 50)).toEqual({ calls: small.calls, units: expect.closeTo(small.units, -1) as number });
    for (const place of [0, 50_000, 99_950]) expect(await costOfWave(100_000, place)).toEqual({ calls: small.calls, units: expect.closeTo(small.units, -1) as number });
  });
});
