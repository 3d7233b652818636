/** DynamoDB's protocol over a made-up fleet: what an export asks, and the items of jobs, which are kept. It counts what it is asked. */
import { createServer } from 'node:http';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../adapters/dynamodb/batch.ts';
import { JOBS } from '../../adapters/dynamodb/codec/job.ts';
import { listen } from '../../local/listen.ts';
import { MadeUpFleet } from './fleet.ts';

export interface TableServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Calls by API name, until now. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Names of tables are nouns. */
export const tableNames = { devices: 'devices', instructions: 'instructions', inventory: 'inventory', catalogue: 'catalogue', plans: 'plans' } as const;

type Wire = Record<string, unknown>;

export async function serveTables(devices: number): Promise<TableServer> {
  const fleet = new MadeUpFleet(devices);
  const jobs = new Map<string, Item>();
  const calls: Record<string, number> = {};
  const itemOf = (table: string, { pk, sk }: Item): Item | undefined => {
    if (pk === JOBS) return jobs.get(String(sk));
    return table === tableNames.inventory ? fleet.facts(String(pk)) : fleet.item(String(pk), String(sk));
  };
  const answer = (operation: string, asked: Wire): Wire => {
    switch (operation) {
      case 'GetItem': {
        const item = itemOf(String(asked['TableName']), plain(asked['Key']));
        return item === undefined ? {} : { Item: wire(item) };
      }
      case 'BatchGetItem': {
        const [[table, { Keys: keys }] = ['', { Keys: [] }]] = Object.entries(asked['RequestItems'] as Record<string, { readonly Keys: readonly unknown[] }>);
        return { Responses: { [table]: keys.map((key) => itemOf(table, plain(key))).filter((item) => item !== undefined).map(wire) }, UnprocessedKeys: {} };
      }
      case 'Query': {
        const values = plain(asked['ExpressionAttributeValues']);
        const after = values[':after'];
        if (asked['IndexName'] === 'byBranch') return { Items: fleet.devicesOf(String(values[':branch']), typeof after === 'string' ? after : undefined, Number(asked['Limit'])).map(wire) };
        return { Items: values[':pk'] === MadeUpFleet.branchesPartition ? fleet.branches().map(wire) : [] };
      }
      case 'TransactWriteItems': {
        // A job's own: one put, over the claim that was read.
        const [{ Put }] = asked['TransactItems'] as readonly [{ readonly Put: Wire }];
        const item = plain(Put['Item']);
        const before = Put['ExpressionAttributeValues'] === undefined ? undefined : plain(Put['ExpressionAttributeValues'])[':before'];
        if (jobs.get(String(item['sk']))?.['claim'] !== before) throw new Error('The job is held by another.');
        jobs.set(String(item['sk']), item);
        return {};
      }
      default: throw new Error(`An export does not ask for ${operation}.`);
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
      calls[operation] = (calls[operation] ?? 0) + 1;
      try {
        const body = JSON.stringify(answer(operation, JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire));
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
      } catch (error) {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: 'ValidationException', message: error instanceof Error ? error.message : String(error) }));
      }
    });
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`, calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

function plain(value: unknown): Item {
  return unmarshall(value as Parameters<typeof unmarshall>[0]);
}

function wire(item: Item): unknown {
  return marshall(item, { removeUndefinedValues: true });
}
