import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { billed, billOf, parsePrices, type Use } from '../../bench/cost/bill.ts';

const text = readFileSync(new URL('../../bench/cost/prices.json', import.meta.url), 'utf8');
const nothing: Use = { dynamodbWriteUnits: 0, dynamodbReadUnits: 0, lambdaRequests: 0, lambdaGigabyteSeconds: 0, apiRequests: 0, stateTransitions: 0, schedules: 0, queueRequests: 0, s3Writes: 0, edgeRequests: 0, edgeGigabytes: 0 };

describe('the bill of a rollout', () => {
  it('is for a thousand devices, whatever number was counted', () => {
    const bill = billOf({ ...nothing, dynamodbWriteUnits: 100, edgeGigabytes: 3 }, 50, parsePrices(text));
    expect(bill.find(({ of }) => of === 'dynamodbWriteUnits')).toEqual({ of: 'dynamodbWriteUnits', perThousand: 2_000, usd: 0.00125 });
    expect(bill.find(({ of }) => of === 'edgeGigabytes')).toEqual({ of: 'edgeGigabytes', perThousand: 60, usd: 5.1 });
    expect(bill.map(({ of }) => of)).toEqual(Object.keys(billed));
  });

  it.each(Object.keys(billed))('cannot be made without a price of %s, and says so', (name) => {
    const prices = Object.fromEntries(Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([key]) => key !== name));
    expect(() => parsePrices(JSON.stringify(prices))).toThrow(`no "${name}"`);
  });
});
