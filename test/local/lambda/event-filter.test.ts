import { describe, expect, it } from 'vitest';
import { matchesFilters } from '../../../local/lambda/event-filter.ts';

const wave = { dynamodb: { Keys: { pk: { S: [{ prefix: 'wave#' }] } } } };
const record = (pk: string): unknown => ({ eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: pk } } } });

describe('an event filter', () => {
  it.each([
    [wave, record('wave#1'), true],
    [wave, record('due#1'), false],
    [wave, { eventName: 'MODIFY' }, false],
    [{ eventName: ['INSERT', 'MODIFY'] }, record('x'), true],
    [{ eventName: ['INSERT'] }, record('x'), false],
    [{ eventName: ['MODIFY'], ...wave }, record('due#1'), false],
    [{ dynamodb: { OldImage: [{ exists: false }] } }, record('x'), true],
    [{ dynamodb: { Keys: [{ exists: true }] } }, record('x'), true],
    [{}, record('x'), true],
  ])('%j on %j: %s', (pattern, event, matches) => {
    expect(matchesFilters(pattern, event)).toBe(matches);
  });

  it.each([[{ a: [{ numeric: ['>', 1] }] }], [{ a: [{ prefix: 'x', exists: true }] }], [{ a: 'x' }]])('refuses what it cannot read: %j', (pattern) => {
    expect(() => matchesFilters(pattern, { a: 'x' })).toThrow();
  });
});
