import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundleId, parsePlanId } from '../../../core/ids.ts';
import { changeOfDraft, checkIsDraft, checkUnchanged, editDraft, seedOfEdit, type ListedDraft } from '../../../core/rollout/edit-draft.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { aDevice } from '../../support/samples/device.ts';
import { aPlan, aPlanBranch } from '../../support/samples/plan.ts';
import { many, MORNING, uniqueUuid } from '../../support/samples/unique.ts';

const EDITION = 'the second';

describe('a plan that is edited', () => {
  it.each(['live', 'paused', 'cancelled'] as const)('must be a draft: one that is %s is refused, with what to do instead', (status) => {
    expect(() => { checkIsDraft({ status }); }).toThrow(expect.objectContaining({ code: 'conflict', message: `The plan is ${status}: only a draft can be edited.`, remedy: expect.stringMatching(status === 'cancelled' ? /another plan/ : /plan pace/) as string }));
    expect(() => { checkIsDraft({ status: 'draft' }); }).not.toThrow();
  });

  it('must be the one that was read', () => {
    expect(() => { checkUnchanged({ revision: 4 }, 3); }).toThrow(expect.objectContaining({ code: 'conflict', message: expect.stringContaining('at revision 4, not 3') as string, remedy: expect.any(String) as string }));
    expect(() => { checkUnchanged({ revision: 4 }, 4); }).not.toThrow();
  });

  it('stays who made it and when, is one revision further, and says what was asked for', () => {
    const before = aPlan({ name: 'Spring', createdBy: 'ada', createdAt: MORNING, revision: 7, abortRule: { share: 0.1, minimum: 5 } });
    const asked = aPlan({ id: before.id, name: 'Autumn', createdBy: 'grace', createdAt: MORNING + 1, waveSize: 7 });
    expect(editDraft(before, asked, EDITION)).toEqual({ ...asked, createdBy: 'ada', createdAt: MORNING, revision: 8, edition: EDITION });
  });

  const former = aPlan().id;
  const again: Partial<Plan> = { attempt: 3, formerPlanId: former };
  const fresh = { attempt: 1, formerPlanId: undefined };
  it.each<[string, Partial<Plan>, Partial<Plan>, object]>([
    ['the same app: another attempt of the same plan', again, { shortVersion: '9.0' }, again],
    ['another app: an attempt of nothing any more', again, { bundleId: parseBundleId('com.example.other') }, fresh],
    ['a removal of the app: an attempt of nothing any more', again, { operation: 'remove' }, fresh],
    ['whatever it was, where it was no attempt', {}, { shortVersion: '9.0' }, fresh],
  ])('is, when it is for %s', (_, was, asked, expected) => {
    const before = aPlan(was);
    const { attempt, formerPlanId } = editDraft(before, aPlan({ id: before.id, ...asked }), EDITION);
    expect({ attempt, formerPlanId }).toEqual(expected);
  });

  const [chance, other] = many(2, () => uniqueUuid('seed'));
  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['begins where chance had it begin', chance, undefined, chance],
    ['begins where it is asked', chance, 'abc', 'abc'],
    ['begins where it is asked, whatever was asked before', '123', 'abc', 'abc'],
    ['begins by chance once nobody asks for a place any more', 'abc', undefined, undefined],
    ['begins by chance where it had no place', undefined, undefined, undefined],
    ['begins where it is asked, also at what chance gave another', chance, other, other],
  ])('%s', (_, was, asked, expected) => {
    expect(seedOfEdit(was === undefined ? {} : { seed: was }, asked)).toBe(expected);
  });
});

describe('what has changed of a draft', () => {
  const plan = aPlan({ abortRule: { share: 0.1, minimum: 5 } });
  const [berlin, tokyo] = [aPlanBranch(plan), aPlanBranch(plan, { pace: { waveSize: 5, intervalMinutes: 2 } })];
  const draft: ListedDraft = { plan, branches: [berlin, tokyo], targets: [] };

  it('is nothing where it says the same, in whatever order, saved however often', () => {
    const said = { ...plan, abortRule: { minimum: 5, share: 0.1 }, revision: 9, edition: EDITION };
    expect(changeOfDraft(draft, { plan: said, branches: [tokyo, berlin], targets: [] })).toBeUndefined();
  });

  it('names the facts that are others, as they were and as they are, and no more', () => {
    const { abortRule: _, ...rest } = plan;
    expect(changeOfDraft(draft, { ...draft, plan: { ...rest, name: 'Autumn', canary: { of: { kind: 'test-devices' }, soakHours: 24 } } })).toEqual({
      before: { name: 'A plan', abortRule: { share: 0.1, minimum: 5 } }, after: { name: 'Autumn', canary: { of: { kind: 'test-devices' }, soakHours: 24 } },
    });
  });

  it('names branches that come, go, or have other terms', () => {
    const lyon = aPlanBranch(plan);
    const faster = { ...berlin, openLimit: 3 };
    const change = changeOfDraft(draft, { ...draft, branches: [faster, lyon] });
    expect(change?.before).toMatchObject({ branches: [{ branchId: berlin.branchId }, { branchId: tokyo.branchId, pace: { waveSize: 5, intervalMinutes: 2 } }] });
    expect(change?.after).toMatchObject({ branches: [{ branchId: berlin.branchId, openLimit: 3 }, { branchId: lyon.branchId }] });
  });

  it('has a branch whose site has moved to another time zone', () => {
    expect(changeOfDraft(draft, { ...draft, branches: [{ ...berlin, timeZone: 'Asia/Tokyo' }, tokyo] })?.after).toMatchObject({ branches: [{ timeZone: 'Asia/Tokyo' }] });
  });

  it('is not how many devices carry a tag today', () => {
    const tagged = { ...draft, plan: { ...plan, tags: ['field'] } };
    expect(changeOfDraft(tagged, { ...tagged, branches: tagged.branches.map((branch) => ({ ...branch, targets: 8 })) })).toBeUndefined();
  });

  it('names the devices that are listed no more, and those that are now', () => {
    const [a, b, c] = many(3, () => aDevice());
    if (a === undefined || b === undefined || c === undefined) throw new Error('There are three devices.');
    const listed = { ...draft, plan: { ...plan, targets: 'list' as const }, targets: [a, b] };
    expect(changeOfDraft(listed, { ...listed, targets: [b, c] })).toEqual({ before: { leftOut: [a.name] }, after: { added: [c.name] } });
    expect(changeOfDraft(listed, { ...listed, targets: [b, a] })).toBeUndefined();
    expect(changeOfDraft(listed, { ...listed, targets: [a] })).toEqual({ before: { devices: 2, leftOut: [b.name] }, after: { devices: 1 } });
    expect(changeOfDraft(listed, draft)).toEqual({ before: { targets: 'list', devices: 2 }, after: { targets: 'branches' } });
  });

  it('fits a record of the audit log, however many branches and devices there are', () => {
    const branches = many(2_500, () => aPlanBranch(plan, { windows: many(2, () => ({ from: '01:00', to: '02:00' })) }));
    const listed = { plan: { ...plan, targets: 'list' as const }, branches, targets: many(10_000, () => aDevice()) };
    const change = changeOfDraft(listed, { ...listed, branches: branches.map((branch) => ({ ...branch, openLimit: 3 })), targets: [] });
    expect(change?.before).toMatchObject({ moreBranches: 2_000, devices: 10_000 });
    // What an item of DynamoDB may hold, with room for the rest of it.
    expect(JSON.stringify(change).length).toBeLessThan(350_000);
  });

  it('is told of every fact that differs, and of nothing else', () => {
    const facts = fc.record({
      name: fc.constantFrom('A', 'B'), waveSize: fc.constantFrom(5, 50), deadlineHours: fc.constantFrom(24, 48), reissueTimes: fc.constantFrom(1, 2), shortVersion: fc.constantFrom('1', '2'),
    }, { requiredKeys: ['name', 'waveSize', 'deadlineHours', 'shortVersion'] });
    fc.assert(fc.property(facts, facts, (one, two) => {
      const id = parsePlanId('00000000-0000-4000-8000-000000000001');
      const change = changeOfDraft({ ...draft, plan: { ...plan, ...one, id } }, { ...draft, plan: { ...plan, ...two, id } });
      const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])].filter((key) => Reflect.get(one, key) !== Reflect.get(two, key)).sort();
      expect([...new Set([...Object.keys(change?.before ?? {}), ...Object.keys(change?.after ?? {})])].sort()).toEqual(keys);
    }));
  });
});
