import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planKey, targetsPartition } from '../../../adapters/dynamodb/codec/plan.ts';
import { createDocumentClient } from '../../../adapters/dynamodb/document-client.ts';
import { queryPartition } from '../../../adapters/dynamodb/query.ts';
import type { Plan, PlanBranch } from '../../../core/rollout/plan.ts';
import { runId } from '../../../core/rollout/store.ts';
import type { Stores } from '../../contracts/stores.ts';
import { startTableEngine, type TableEngine, type TableNames } from '../../support/dynamodb/engine.ts';
import { answerLost, cancelled, conflict, doneAndDenied, injectFaults, inProgress, throttle, throttledWhole, type Fault, type Faults, type Frequency } from '../../support/dynamodb/faults.ts';
import { leaveOver } from '../../support/dynamodb/left-over.ts';
import { dynamoStores } from '../../support/dynamodb/stores.ts';
import { refusalOf } from '../../support/outcomes.ts';
import { aBranchId, aDevice } from '../../support/samples/device.ts';
import { aCommand, anInstruction, aWaveId, commandsFor } from '../../support/samples/instruction.ts';
import { aPlan, aPlanBranch, aRun, keyOf } from '../../support/samples/plan.ts';
import { many, MORNING, uniqueEnrolmentId, uniqueUuid } from '../../support/samples/unique.ts';
import { everyWrite } from '../../support/writes/every-write.ts';
import type { PreparedWrite, Write } from '../../support/writes/write.ts';

let engine: TableEngine;
let names: TableNames;
let plain: Stores;
beforeAll(async () => {
  engine = await startTableEngine();
  names = await engine.tables();
  plain = dynamoStores(engine.client(), names);
});
afterAll(() => engine.stop());

interface Befallen extends PreparedWrite {
  /** Over a client of its own. */
  readonly stores: Stores;
  readonly faults: Faults;
}

async function befallen({ prepare }: Write, fault: Fault, frequency: Frequency, config: DynamoDBClientConfig = {}): Promise<Befallen> {
  const prepared = await prepare(plain);
  const client = engine.client(config);
  const faults = injectFaults(client);
  faults.befall(fault, frequency);
  return { ...prepared, stores: dynamoStores(client, names), faults };
}

const writes = Object.entries(everyWrite);
const conflicting = writes.filter(([, { conflicts }]) => conflicts !== false);
const ordinary = 'answers as ever';

/** Does something for every write at once; what came of each, by its name. */
async function ofEach(act: (write: Write) => Promise<string>, among: readonly (readonly [string, Write])[] = writes): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await Promise.all(among.map(async ([name, write]) => [name, await act(write)] as const)));
}

function all(outcome: string, among: readonly (readonly [string, Write])[] = writes): Readonly<Record<string, string>> {
  return Object.fromEntries(among.map(([name]) => [name, outcome]));
}

/** `ordinary` where the call answers what it answers without any fault. */
async function answerOf({ call, answer, stores }: Befallen): Promise<string> {
  const got = await call(stores).catch((error: unknown) => error);
  try {
    expect(got).toEqual(answer);
    return ordinary;
  } catch {
    return String(got);
  }
}

describe('every write', () => {
  it('is made in spite of a conflict with another transaction that passes', async () => {
    expect(await ofEach(async (write) => answerOf(await befallen(write, conflict, 'once')), conflicting)).toEqual(all(ordinary, conflicting));
  });

  it.each([['of an item', throttle], ['of the whole call', throttledWhole]])('is made in spite of a throttle %s that passes', async (_, fault) => {
    expect(await ofEach(async (write) => answerOf(await befallen(write, fault, 'once')))).toEqual(all(ordinary));
  });

  it.each([['the connection broke', answerLost], ['DynamoDB spoke of an error', doneAndDenied]])('answers as ever where it was made and %s, so that it is repeated', async (_, fault) => {
    const outcomes = await ofEach(async (write) => {
      const call = await befallen(write, fault, 'first');
      const answer = await answerOf(call);
      return call.faults.count > 0 ? answer : 'met no fault';
    });
    expect(outcomes).toEqual(all(ordinary));
  });

  it('answers as ever where its transaction was said to be under way still', async () => {
    expect(await ofEach(async (write) => answerOf(await befallen(write, inProgress, 'once', { maxAttempts: 1 })))).toEqual(all(ordinary));
  });

  it.each([['conflicts', conflict], ['throttles of an item', throttle], ['throttles of the whole call', throttledWhole]])('is refused as throttled where %s do not end, and can be made afterwards as if nothing had been', async (_, fault) => {
    const among = fault === conflict ? conflicting : writes;
    const outcomes = await ofEach(async (write) => {
      const call = await befallen(write, fault, 'always', { maxAttempts: 1 });
      const refusal = await refusalOf(call.call(call.stores)).catch((error: unknown) => String(error));
      call.faults.end();
      return `${refusal}, then ${await answerOf(call)}`;
    }, among);
    expect(outcomes).toEqual(all(`throttled, then ${ordinary}`, among));
  });
});

describe('a transaction of which one action could not even be judged', () => {
  it('is tried again, whatever the others\' conditions seem to say', async () => {
    // As when the same instruction is issued twice at once: its command is there already, the instruction is being written.
    const twin: Fault = { instead: (operation) => (operation === 'TransactWriteItems' ? cancelled('TransactionConflict', 'None', 'ConditionalCheckFailed') : undefined) };
    const client = engine.client();
    injectFaults(client).befall(twin, 'once');
    const instruction = anInstruction();
    await plain.instructions.issue(instruction, commandsFor(instruction));
    expect(await dynamoStores(client, names).instructions.issue(instruction, commandsFor(instruction))).toBe('already');
  });
});

describe('the token of a transaction', () => {
  it.each([['another, once nothing was done', conflict, 2], ['the same, while it is under way', inProgress, 1]])('is %s', async (_, fault, different) => {
    const client = engine.client({ maxAttempts: 1 });
    const tokens: string[] = [];
    client.middlewareStack.add((next) => (args) => {
      if ('ClientRequestToken' in args.input) tokens.push(args.input.ClientRequestToken ?? '');
      return next(args);
    }, { step: 'initialize', name: 'tokens' });
    injectFaults(client).befall(fault, 'once');
    await dynamoStores(client, names).devices.addDevice(aDevice());
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(different);
  });
});

describe('a batch of which a part is left over', () => {
  const half = (requests: number): number => Math.ceil(requests / 2);

  it('is read until all of it was found', async () => {
    const runs = many(110, () => aRun());
    await plain.runs.addRuns(runs);
    await Promise.all(runs.map((run, n) => plain.runs.setWaveTotals(keyOf(run), 1, 0, { totals: { issued: n + 1 }, reasons: {} }, { totals: { issued: n + 1 }, reasons: {} })));
    const client = engine.client();
    const left = leaveOver(client, half);
    const totals = await dynamoStores(client, names).runs.runTotals(runs.map(keyOf));
    expect(runs.map((run) => totals.get(runId(run))?.issued)).toEqual(many(110, (n) => n + 1));
    expect(left.batches).toBeGreaterThan(2);
  });

  it('is written until all of it is', async () => {
    const enrolmentId = uniqueEnrolmentId();
    await plain.queue.enqueue(many(60, () => aCommand({ enrolmentId })));
    const client = engine.client();
    leaveOver(client, half);
    expect(await dynamoStores(client, names).queue.clear(enrolmentId)).toHaveLength(60);
    expect((await plain.queue.read(enrolmentId, 100, MORNING)).queue).toEqual([]);
  });

  it('is refused as throttled where nothing of it is ever done', async () => {
    const enrolmentId = uniqueEnrolmentId();
    await plain.queue.enqueue([aCommand({ enrolmentId })]);
    const client = engine.client();
    leaveOver(client, () => 0);
    const stores = dynamoStores(client, names);
    const calls: readonly Promise<unknown>[] = [stores.queue.clear(enrolmentId), stores.runs.runTotals([keyOf(aRun())]), stores.timers.put([{ at: MORNING, kind: 'wave-check', subject: aWaveId(), step: 0 }])];
    expect(await Promise.all(calls.map(refusalOf))).toEqual(['throttled', 'throttled', 'throttled']);
  });
});

describe('a read', () => {
  const [branchId, enrolmentId] = [aBranchId(), uniqueEnrolmentId()];
  const reads: readonly ((stores: Stores) => Promise<unknown>)[] = [
    ({ branches }) => branches.branch(branchId), ({ branches }) => branches.branches(), ({ branches }) => branches.deviceCounts([branchId]),
    ({ queue }) => queue.read(enrolmentId, 20, MORNING), ({ devices }) => devices.devicesOfBranch(branchId, undefined, 10),
  ];

  it('is made in spite of a throttle that passes, and refused as throttled where it does not end', async () => {
    await Promise.all(reads.map(async (read) => {
      const client = engine.client({ maxAttempts: 2 });
      const faults = injectFaults(client);
      const stores = dynamoStores(client, names);
      faults.befall(throttledWhole, 'once');
      expect(await read(stores)).toEqual(await read(plain));
      faults.befall(throttledWhole, 'always');
      expect(await refusalOf(read(stores))).toBe('throttled');
    }));
  });
});

describe('a plan whose parts could not all be written', () => {
  it.each(['BatchWriteItem', 'TransactWriteItems'])('is not there, whatever was (%s), and can be added again', async (failing) => {
    const plan = aPlan();
    const branches = many(30, () => aPlanBranch(plan));
    const client = engine.client({ maxAttempts: 1 });
    const faults = injectFaults(client);
    const stores = dynamoStores(client, names);
    faults.befall({ instead: (operation) => (operation === failing ? new Error('The function was killed.') : undefined) }, 'always');
    await expect(stores.plans.addPlan(plan, branches, [])).rejects.toThrow('killed');
    expect(await plain.plans.plan(plan.id)).toBeUndefined();
    faults.end();
    await stores.plans.addPlan(plan, branches, []);
    expect(await plain.plans.branchesOf(plan.id)).toHaveLength(30);
  });
});

describe('a draft that was being saved over another when the function was killed', () => {
  /** Everything that is stored of a plan, whether it counts or not. */
  const stored = async (plan: Plan, branches: readonly PlanBranch[], editions: readonly (string | undefined)[]): Promise<number> => {
    const partitions = [planKey(plan.id).pk, ...branches.flatMap(({ branchId }) => editions.map((edition) => targetsPartition({ id: plan.id, ...(edition === undefined ? {} : { edition }) }, branchId)))];
    const found = await Promise.all(partitions.map((pk) => queryPartition({ client: createDocumentClient(engine.client()), table: names.plans }, pk)));
    return found.flat().length;
  };

  it('is wholly the one or the other after any call, and what is left over goes with the next edit', async () => {
    const outcomes: string[] = [];
    for (let calls = 0; outcomes.at(-1) !== 'done'; calls += 1) {
      const plan = aPlan({ targets: 'list' });
      const device = aDevice();
      const [first, second, third] = [aPlanBranch(plan, { branchId: device.branchId, targets: 1 }), aPlanBranch(plan, { targets: 0 }), aPlanBranch(plan, { targets: 0 })];
      await plain.devices.addDevice(device);
      await plain.plans.addPlan(plan, [first, second], [device]);
      const after = { ...plan, name: 'Edited', revision: 2, edition: uniqueUuid('edition') };
      const changed = [{ ...first, openLimit: 2 }, third].toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
      const client = engine.client({ maxAttempts: 1 });
      const faults = injectFaults(client);
      let left = calls;
      faults.befall({ instead: () => { left -= 1; return left < 0 ? new Error('The function was killed.') : undefined; } }, 'always');
      const done = await dynamoStores(client, names).plans.replaceDraft(plan, after, changed, [device]).then(() => true, () => false);
      const now = await plain.plans.plan(plan.id);
      const branches = await plain.plans.branchesOf(plan.id);
      if (now?.name === 'Edited') expect({ now, branches }).toEqual({ now: after, branches: changed });
      else expect({ now, branches }).toEqual({ now: plan, branches: [first, second].toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1)) });
      expect((await plain.plans.targetsOf(now ?? plan, first.branchId, undefined, 10)).map(({ id }) => id)).toEqual([device.id]);
      outcomes.push(done ? 'done' : now?.name === 'Edited' ? 'saved, and not cleared' : 'as before');
      const last = { ...(now ?? plan), revision: (now ?? plan).revision + 1, edition: uniqueUuid('edition') };
      await plain.plans.replaceDraft(now ?? plan, last, [third], []);
      // The plan, and its only branch: where it had it before at the key of runs, too.
      expect(await stored(plan, [first, second, third], [undefined, after.edition, last.edition])).toBe(2);
    }
    expect(new Set(outcomes)).toEqual(new Set(['as before', 'saved, and not cleared', 'done']));
  });
});
