/**
 * DynamoDB Local for tests. A whole run has one, which keeps a database for each key: a Java that has just started takes three
 * seconds more of CPU for the same calls than one that has been at it. A file that is run alone starts its own.
 */
import { randomUUID } from 'node:crypto';
import { startEngine, type DynamoDbEngine } from '../../../local/dynamodb/engine.ts';
import { ensureJava } from '../../../local/dynamodb/java.ts';

/** Says where the run's engine answers; without it there is none. */
export const RUN_ENGINE = 'WAVECAST_RUN_ENGINE';

/** MiB: what all tests leave behind in it stays until the end of the run. */
const HEAP = 1_024;

const java = (): string => ensureJava((line) => { process.stderr.write(`${line}\n`); });

/** For a whole run; `url` goes into RUN_ENGINE. */
export function startRunEngine(): Promise<DynamoDbEngine> {
  return startEngine({ java: java(), heap: HEAP });
}

/** An engine in memory in which nobody has tables yet. */
export async function testEngine(url: string | undefined = process.env[RUN_ENGINE]): Promise<DynamoDbEngine> {
  if (url === undefined || url === '') return startEngine({ java: java() });
  return { url, accessKeyId: randomUUID().replaceAll('-', ''), stop: () => Promise.resolve() };
}
