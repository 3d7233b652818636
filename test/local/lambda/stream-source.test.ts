import { describe, expect, it } from 'vitest';
import { callWithRecords, type StreamSource } from '../../../local/lambda/stream-source.ts';

const record = (pk: string, SequenceNumber: string): unknown => ({ dynamodb: { Keys: { pk: { S: pk } }, SequenceNumber } });
const records = [record('due#1', '100'), record('wave#1', '200'), record('due#2', '300'), record('wave#2', '400')];
const patterns = [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'wave#' }] } } } }];

/** What is done with when the function answers so, and what it was called with. */
async function outcome(answer: Awaited<ReturnType<StreamSource['call']>>, more: Partial<StreamSource> = {}): Promise<{ done: number; events: unknown[] }> {
  const events: unknown[] = [];
  const call = (event: unknown) => {
    events.push(event);
    return Promise.resolve(answer);
  };
  return { done: await callWithRecords({ patterns, reportsFailures: true, call, ...more }, records), events };
}
const failing = (...itemIdentifiers: string[]) => ({ payload: { batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) } });

describe('a stream that feeds a function', () => {
  it('gives it the records that it wants, and is done with the others', async () => {
    expect(await outcome({ payload: null })).toEqual({ done: 4, events: [{ Records: [records[1], records[3]] }] });
    expect(await outcome({ payload: null }, { patterns: [] })).toEqual({ done: 4, events: [{ Records: records }] });
    expect(await outcome({ payload: null }, { patterns: [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'no' }] } } } }] })).toEqual({ done: 4, events: [] });
  });

  it.each([
    ['nothing when the function fails', { payload: null, fault: { errorType: 'Error', errorMessage: 'x' } }, true, 0],
    ['all before the first that it names', failing('400'), true, 3],
    ['all before the first of several', failing('400', '200'), true, 1],
    ['nothing when it names one that is not there', failing('400', '999'), true, 0],
    ['nothing when it names none properly', failing(''), true, 0],
    ['all when it names nothing', failing(), true, 4],
    ['all when it was not asked to name any', failing('200'), false, 4],
  ])('is done with %s', async (_, answer, reportsFailures, done) => {
    expect((await outcome(answer, { reportsFailures })).done).toBe(done);
  });
});
