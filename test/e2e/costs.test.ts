import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationNames, type OperationCost, type OperationName } from '../../bench/dynamodb/ledger.ts';
import { measureOperations, startAt } from '../../bench/dynamodb/operations.ts';
import { withStage } from '../../bench/stage.ts';
import { functionNames } from '../../infra/bundle.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** What `npm run bench -- dynamodb` measures, held to its price. A change that makes one dearer has to say so here. */
interface Price {
  /** Calls by API name: exactly these. */
  readonly calls: Readonly<Record<string, number>>;
  /** Capacity units of all tables and their indexes: at most these. */
  readonly read: number;
  readonly write: number;
}

const prices: Readonly<Record<OperationName, Price>> = {
  // The first device of all: four reads and a write are for the authorities, which each function then keeps. A batch of one sets the timer of its renewal.
  // Of the writes 4 are two events of the timeline, 4 the places in the search index, 4 the branch's counters: it has begun to enrol, and it has.
  'enrol': { calls: { BatchWriteItem: 1, GetItem: 17, PutItem: 5, Query: 2, TransactWriteItems: 5, UpdateItem: 1 }, read: 17, write: 49 },
  'idle': { calls: { Query: 1, UpdateItem: 1 }, read: 1, write: 1 },
  'fetch install': { calls: { Query: 1, TransactWriteItems: 1 }, read: 1, write: 7 },
  // The first one is noted on its instruction, and in the index of those; fetched again it is four reads.
  'manifest': { calls: { GetItem: 4, UpdateItem: 1 }, read: 4, write: 2 },
  // What is known of the branch's places, and in the transaction the place and the list of those that wait.
  'fetch with a place': { calls: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 }, read: 3, write: 11 },
  'wait for a place': { calls: { BatchGetItem: 1, PutItem: 1, Query: 1, UpdateItem: 1 }, read: 3, write: 2 },
  // The batch of one sets the timer by which the device is asked how far it is.
  'take install': { calls: { BatchWriteItem: 1, Query: 1, TransactWriteItems: 1 }, read: 1, write: 8 },
  // The branch's load of the log, that the instruction is being carried out, and what is known of its download.
  'access log': { calls: { BatchGetItem: 1, BatchWriteItem: 1, TransactWriteItems: 1, UpdateItem: 1 }, read: 1, write: 6 },
  'exchange': { calls: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 }, read: 4, write: 8 },
  'prove': { calls: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 }, read: 4, write: 11 },
  // A transaction for the wave, with its run and the verdict that opened it, and one for each device. Read: 50 devices of the index, what each has been instructed and has reported.
  // The first wave of a branch asks for its test devices first, and so does the one that goes round to the plan's place: a query more than the others.
  'open wave of 50': { calls: { BatchGetItem: 4, BatchWriteItem: 1, GetItem: 1, Query: 2, TransactWriteItems: 51, UpdateItem: 1 }, read: 112, write: 377 },
  'wake 50': { calls: { BatchGetItem: 1 }, read: 50, write: 0 },
  'settle a wave': { calls: { GetItem: 1, Query: 1, TransactWriteItems: 1 }, read: 10, write: 4 },
  // One in five writes its mark, too.
  'sweep of nothing': { calls: { GetItem: 1, Query: 4 }, read: 1, write: 0 },
  'list 50 devices': { calls: { GetItem: 1, Query: 1 }, read: 3, write: 0 },
  // Registered apps, and what the device said of them; with the device itself.
  'get inventory': { calls: { GetItem: 1, Query: 1 }, read: 2, write: 0 },
  'device instructions': { calls: { GetItem: 1, Query: 1 }, read: 2, write: 0 },
  'export audit': { calls: { Query: 1 }, read: 1, write: 0 },
  // With its version, for when that ends.
  'get plan': { calls: { BatchGetItem: 3, GetItem: 2, Query: 1 }, read: 7, write: 0 },
  // Branches with their counts, plans, the app with its versions, the push certificate and its faults; of the rollout what 'get plan' reads. Installations of the last days
  // are eight items, sixteen where the days are of two months.
  'overview': { calls: { BatchGetItem: 6, GetItem: 2, Query: 5 }, read: 24, write: 0 },
  // Whether anybody is enrolled in its branches, too.
  'create plan': { calls: { BatchGetItem: 1, BatchWriteItem: 1, GetItem: 2, PutItem: 1, Query: 1, TransactWriteItems: 1 }, read: 4, write: 6 },
  // Apps and their versions; of the newest one's plans the branches, and what was counted there.
  'adoption': { calls: { BatchGetItem: 3, Query: 4 }, read: 8, write: 0 },
  // As for a new plan, over the draft that there is, and its branches, which are looked at twice: to say what has changed, and to remove what is left of them. Nothing had to be removed here.
  'edit draft': { calls: { BatchGetItem: 1, BatchWriteItem: 1, GetItem: 2, PutItem: 1, Query: 3, TransactWriteItems: 1 }, read: 8, write: 6 },
  // The draft itself and whom it leaves out; for each of the plans under way for its app a read, a query, and a call for 100 branches.
  'preview draft': { calls: { BatchGetItem: 4, GetItem: 5, Query: 6 }, read: 18, write: 0 },
  // Less than two and a half units for each device: what it was instructed and what it reported, one each, and the index. Calls grow by two for each 100 devices.
  'targets of 60': { calls: { BatchGetItem: 2, GetItem: 2, Query: 4 }, read: 133, write: 0 },
  // The job's own: begun, taken and done in a transaction each, and read twice. Its rows cost what `targets` do, less the plan's part in it.
  'export 60 rows': { calls: { BatchGetItem: 5, GetItem: 4, PutItem: 1, Query: 2, TransactWriteItems: 3 }, read: 195, write: 7 },
  'recount 2 waves': { calls: { BatchGetItem: 2, GetItem: 8, PutItem: 1, Query: 3, TransactWriteItems: 3 }, read: 25, write: 7 },
  'start plan': { calls: { BatchWriteItem: 2, GetItem: 6, PutItem: 3, Query: 2, TransactWriteItems: 1 }, read: 8, write: 10 },
};

let test: TestCloud;
let costs: readonly OperationCost[];
/** Functions that asked for one, allowed or not. */
const scans: string[] = [];
const callers = new Set<string>();

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  test.cloud.aws.observe({
    onCall: ({ principal, service, operation }) => {
      if (service === 'dynamodb') callers.add(principal.name);
      if (operation === 'Scan') scans.push(principal.name);
    },
  });
  // It works on what is too large for a request: here it finds that there is nothing to do.
  await test.invoke('Job', { jobId: '20260302T080000000-00000000' });
  costs = await withStage(test.cloud, () => undefined, measureOperations);
});

afterAll(async () => {
  await test.cloud.stop();
});

describe('what an operation costs in DynamoDB', () => {
  it('is known for every operation that is measured', () => {
    expect(costs.map(({ operation }) => operation).sort()).toEqual([...operationNames].sort());
  });

  it.each(operationNames)('%s', (operation) => {
    const cost = costs.find((one) => one.operation === operation);
    const { calls, read, write } = prices[operation];
    expect(cost?.calls).toEqual(calls);
    expect(cost?.refused).toBe(0);
    expect(sum(cost?.read), 'read units').toBeLessThanOrEqual(read);
    expect(sum(cost?.write), 'write units').toBeLessThanOrEqual(write);
  });
});

describe('a device that connects', () => {
  it.each<[OperationName, number]>([['idle', 2], ['fetch install', 2], ['take install', 3], ['exchange', 3], ['prove', 3]])('costs in "%s" at most %i calls', (operation, most) => {
    expect(sum(costs.find((one) => one.operation === operation)?.calls)).toBeLessThanOrEqual(most);
  });
});

describe('the functions', () => {
  it('never scan a table', () => {
    expect(scans).toEqual([]);
    // Or this would prove little: nearly all of them have worked on tables meanwhile. Three have none to work on.
    expect(callers.size).toBeGreaterThanOrEqual(functionNames.length - 3);
  });

  it('need no permission that they do not have', () => {
    expect(test.faults).toEqual([]);
  });
});

function sum(units: Readonly<Record<string, number>> = {}): number {
  return Object.values(units).reduce((total, value) => total + value, 0);
}
