import { afterAll, beforeAll } from 'vitest';
import { startTableEngine, type TableEngine } from '../support/dynamodb/engine.ts';
import { dynamoStores } from '../support/dynamodb/stores.ts';
import { everyStoreContract } from './every-store.ts';

let engine: TableEngine;
beforeAll(async () => {
  engine = await startTableEngine();
});
afterAll(() => engine.stop());

everyStoreContract(async () => dynamoStores(engine.client(), await engine.tables()));
