import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCurve } from '../../console/pages/branches/load-curve.ts';
import { partsOf } from '../../console/parts/totals-bar.tsx';
import { mayAct, personOf } from '../../console/session/role.ts';
import { pathIn } from '../../console/session/session.ts';
import { reasonText, reasonWords } from '../../console/vocabulary/reasons.ts';
import { reasonsOfFailure } from '../../core/instruction/reasons.ts';
import { instructionStates } from '../../core/instruction/instruction.ts';

const token = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

describe('a person', () => {
  it.each<[string, unknown, string | undefined, string]>([
    ['the strongest role of their groups', { 'username': 'mina', 'cognito:groups': ['viewer', 'admin', 'golf'] }, 'admin', 'mina'],
    ['none where they are in no group of ours', { 'username': 'mina', 'cognito:groups': ['golf'] }, undefined, 'mina'],
    ['none where the token names no groups', { sub: 'a-b' }, undefined, 'a-b'],
    ['none where the groups are no list', { 'username': '山田', 'cognito:groups': 'admin' }, undefined, '山田'],
  ])('has %s', (_, claims, role, name) => {
    expect(personOf(token(claims))).toEqual({ name, role });
  });

  it('is nobody where the token cannot be read', () => {
    fc.assert(fc.property(fc.string(), (text) => { expect(personOf(text).role).toBeUndefined(); }));
  });

  it('may do what their role allows, and what less allows', () => {
    expect([mayAct('operator', 'viewer'), mayAct('operator', 'operator'), mayAct('operator', 'admin'), mayAct(undefined, 'viewer')]).toEqual([true, true, false, false]);
  });
});

describe('the path that is kept through a sign-in', () => {
  it.each([['/branches?text=to#x', '/branches?text=to#x'], ['//evil.example/x', '/'], ['/\\evil.example', '/'], ['https://evil.example', '/'], ['/callback?code=1', '/'], [undefined, '/'], [7, '/']])('%s leads to %s', (state, expected) => {
    expect(pathIn(state)).toBe(expected);
  });
});

describe('the bar of totals', () => {
  it('counts every state in one part, or in none where nothing is to become of it', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...instructionStates), fc.nat(1_000)), (totals) => {
      const { done, failed, open, left } = partsOf(totals);
      const { skipped = 0, cancelled = 0, superseded = 0 } = totals as Partial<Record<string, number>>;
      expect(done + failed + open + left + skipped + cancelled + superseded).toBe(Object.values(totals).reduce((sum, count) => sum + count, 0));
    }));
  });

  it('has to come what no instruction speaks of yet, and never less than nothing', () => {
    expect(partsOf({ installed: 4, failed: 1, skipped: 2 }, 10)).toEqual({ done: 4, failed: 1, open: 0, left: 3 });
    expect(partsOf({ installed: 12 }, 10).left).toBe(0);
  });
});

describe('the curve of a load', () => {
  it('has a point for every step, nothing where nothing was sent', () => {
    const step = (at: number, mbps: number) => ({ at, mbps, bytes: 1, starts: 1, share: 0 });
    expect(loadCurve({ from: 100, to: 135, steps: [step(110, 7)] }, 10)).toEqual([{ at: 100, mbps: 0 }, { at: 110, mbps: 7 }, { at: 120, mbps: 0 }, { at: 130, mbps: 0 }]);
  });
});

describe('the words for reasons', () => {
  it('are there for every reason of failure, in both languages, and a code of another release names itself', () => {
    for (const code of reasonsOfFailure) expect(reasonWords[code].every((words) => words.length > 0)).toBe(true);
    expect([reasonText('user-rejected', 'en'), reasonText('of-another-release', 'ja'), reasonText('constructor', 'ja')]).toEqual(['Declined by the user', 'of-another-release', 'constructor']);
  });
});
