import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose, composeImport } from '../../console/pages/plans/compose.ts';
import { draftOf, type CopiedPlan } from '../../console/pages/plans/draft-of-plan.ts';
import { carriedOver, emptyDraft, type Draft } from '../../console/pages/plans/draft.ts';
import { draftMemory } from '../../console/pages/plans/kept-draft.ts';

const zones = new Map([['berlin', 'Europe/Berlin'], ['tokyo', 'Asia/Tokyo'], ['lyon', 'Europe/Berlin']]);

const window = fc.record({ from: fc.constantFrom('01:00', '13:00'), to: fc.constantFrom('02:00', '24:00') }, { requiredKeys: ['from', 'to'] });
const rule = fc.record({ share: fc.integer({ min: 0, max: 100 }).map((perCent) => perCent / 100), minimum: fc.integer({ min: 1, max: 50 }) });
const branchOf = (branchId: string) => fc.record({
  branchId: fc.constant(branchId), timeZone: fc.constant(zones.get(branchId) ?? ''), windows: fc.array(window, { minLength: 1, maxLength: 3 }), inventoryWindow: fc.constantFrom({ from: '22:00', to: '24:00' }, { from: '20:00', to: '21:00' }),
  pace: fc.record({ waveSize: fc.integer({ min: 1, max: 500 }), intervalMinutes: fc.integer({ min: 1, max: 60 }) }), openLimit: fc.integer({ min: 1, max: 9 }),
}, { requiredKeys: ['branchId', 'timeZone', 'windows', 'inventoryWindow'] });
const canary = fc.record({
  of: fc.oneof(fc.constant({ kind: 'test-devices' as const }), fc.integer({ min: 1, max: 99 }).map((devices) => ({ kind: 'count' as const, devices })), fc.integer({ min: 1, max: 99 }).map((perCent) => ({ kind: 'share' as const, share: perCent / 100 }))),
  soakHours: fc.integer({ min: 1, max: 336 }), abortRule: rule,
}, { requiredKeys: ['of', 'soakHours'] });
const installing = fc.record({
  name: fc.constant('Autumn'), operation: fc.constant('install' as const), versionId: fc.constant('v1'), bundleId: fc.constant('com.example.fieldwork'),
  waveSize: fc.integer({ min: 1, max: 500 }), intervalMinutes: fc.integer({ min: 1, max: 60 }), deadlineHours: fc.integer({ min: 1, max: 168 }), reissueTimes: fc.integer({ min: 0, max: 10 }),
  abortRule: rule, canary, seed: fc.constantFrom('abc', '0f'), targets: fc.constant('branches' as const), tags: fc.constant(['depot', 'field']),
  branches: fc.subarray(['berlin', 'tokyo', 'lyon'], { minLength: 1 }).chain((ids) => fc.tuple(...ids.map(branchOf))),
}, { requiredKeys: ['name', 'operation', 'versionId', 'bundleId', 'waveSize', 'intervalMinutes', 'deadlineHours', 'targets', 'branches'] });
/** What the API makes of a request: the limit of the plan is each branch's, where it has none of its own. */
const termsOf = ({ branches, reissueTimes = 0, seed, ...plan }: CopiedPlan) => ({ ...plan, reissueTimes, ...(seed === undefined ? {} : { seed }), branches: branches.map(({ timeZone: _, ...branch }) => branch) });

describe('a plan as a draft', () => {
  it('comes to the same plan when it is edited and nothing is changed', () => {
    fc.assert(fc.property(installing, (plan) => {
      const composed = compose(draftOf(plan, [], 'edit'), zones, '');
      if (!('request' in composed)) throw new Error(JSON.stringify([...composed.faults]));
      const { openLimit, reissueTimes = 0, branches, ...request } = composed.request;
      const { bundleId: _, targets: __, ...wanted } = termsOf(plan);
      expect({ ...request, reissueTimes, branches: branches.map((branch) => ({ ...(openLimit === undefined ? {} : { openLimit }), ...branch })) }).toEqual(wanted);
    }));
  });

  it('has neither name nor seed of the plan that it is a copy of, and the devices that it lists', () => {
    const plan: CopiedPlan = { name: 'Autumn', operation: 'remove', versionId: 'v1', bundleId: 'com.example.fieldwork', waveSize: 50, intervalMinutes: 5, deadlineHours: 24, targets: 'list', seed: 'abc', branches: [{ branchId: 'berlin', timeZone: 'Europe/Berlin', windows: [{ from: '01:00', to: '02:00' }], inventoryWindow: { from: '22:00', to: '24:00' } }] };
    const draft = draftOf(plan, ['desk-1', 'desk-2'], 'copy');
    expect(draft).toMatchObject({ name: '', seed: '', operation: 'remove', versionId: '', whom: 'devices', abortShare: '' });
    expect(compose(draft, zones, 'Remove Fieldwork')).toMatchObject({ request: { name: 'Remove Fieldwork', operation: 'remove', bundleId: 'com.example.fieldwork', devices: ['desk-1', 'desk-2'] } });
  });

  it('leaves a seed that chance gave to itself', () => {
    expect(draftOf({ name: 'Autumn', operation: 'install', versionId: 'v1', bundleId: 'x', waveSize: 1, intervalMinutes: 1, deadlineHours: 1, targets: 'branches', branches: [], seed: '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b' }, [], 'edit').seed).toBe('');
  });
});

describe('a limit that the plan has lifted', () => {
  const branches = ['berlin', 'lyon'].map((branchId) => ({ branchId, timeZone: 'Europe/Berlin', windows: [{ from: '01:00', to: '02:00' }], inventoryWindow: { from: '22:00', to: '24:00' } }));
  const plan: CopiedPlan = { name: 'Autumn', operation: 'install', versionId: 'v1', bundleId: 'x', waveSize: 1, intervalMinutes: 1, deadlineHours: 1, targets: 'branches', branches };

  it('stays lifted in branches that have one of their own, and is not spoken of in others', () => {
    const composed = compose(draftOf(plan, [], 'edit', new Set(['berlin'])), zones, '');
    expect('request' in composed && composed.request.branches.map(({ openLimit }) => openLimit)).toEqual([null, undefined]);
  });
});

describe('a draft that somebody else has saved meanwhile', () => {
  const from: Draft = { ...emptyDraft, name: 'Autumn', waveSize: '50', branchIds: ['berlin'] };

  it('has what was saved, but for the fields that were changed here', () => {
    const saved: Draft = { ...from, deadlineHours: '48', branchIds: ['berlin', 'tokyo'] };
    expect(carriedOver(from, { ...from, name: 'Winter' }, saved)).toEqual({ draft: { ...saved, name: 'Winter' }, clashes: [] });
  });

  it('keeps what was entered where both have changed a field, and names it', () => {
    const { draft, clashes } = carriedOver(from, { ...from, waveSize: '7', deadlineHours: '48' }, { ...from, waveSize: '9', deadlineHours: '48' });
    expect([draft.waveSize, clashes]).toEqual(['7', ['waveSize']]);
  });

  it('loses nothing of what was entered, and takes over whatever else was saved', () => {
    const typed = fc.record({ name: fc.constantFrom('A', 'B'), waveSize: fc.constantFrom('5', '50'), seed: fc.constantFrom('', 'abc'), branchIds: fc.constantFrom(['berlin'], ['berlin', 'tokyo']), limits: fc.constantFrom({}, { berlin: '0' }) });
    fc.assert(fc.property(typed, typed, typed, (a, b, c) => {
      const [first, mine, theirs] = [a, b, c].map((fields): Draft => ({ ...emptyDraft, ...fields }));
      if (first === undefined || mine === undefined || theirs === undefined) throw new Error('There are three drafts.');
      const { draft } = carriedOver(first, mine, theirs);
      for (const field of ['name', 'waveSize', 'seed', 'branchIds', 'limits'] as const) expect(draft[field]).toEqual(JSON.stringify(mine[field]) === JSON.stringify(first[field]) ? theirs[field] : mine[field]);
    }));
  });
});

describe('terms of a single branch', () => {
  const of = (change: Partial<Draft>) => compose({ ...emptyDraft, versionId: 'v1', branchIds: ['berlin', 'tokyo'], ...change }, zones, 'Autumn');

  it('are the branch\'s alone', () => {
    const composed = of({ paces: { tokyo: { waveSize: '5', intervalMinutes: '2' } }, limits: { berlin: '0', tokyo: '3' }, ownInventory: { tokyo: { from: '20:00', to: '21:00' } } });
    expect(composed).toMatchObject({ request: { branches: [{ branchId: 'berlin', openLimit: null, inventoryWindow: { from: '22:00' } }, { branchId: 'tokyo', pace: { waveSize: 5, intervalMinutes: 2 }, openLimit: 3, inventoryWindow: { from: '20:00' } }] } });
    expect(composed).not.toHaveProperty('request.branches.0.pace');
  });

  it.each<[string, Partial<Draft>]>([
    ['tokyo.waveSize', { paces: { tokyo: { waveSize: '', intervalMinutes: '2' } } }], ['tokyo.intervalMinutes', { paces: { tokyo: { waveSize: '5', intervalMinutes: '61' } } }], ['berlin.openLimit', { limits: { berlin: '1.5' } }],
  ])('have a fault at the field %s of that branch', (field, change) => {
    const composed = of(change);
    expect('faults' in composed ? [...composed.faults.keys()] : []).toEqual([field]);
  });
});

describe('a removal that is composed', () => {
  const removal: Draft = { ...emptyDraft, operation: 'remove', bundleId: 'com.example.fieldwork', branchIds: ['berlin'], openLimit: '5', limits: { berlin: '2' } };

  it('names the app and no version, and has no open limit', () => {
    const composed = compose(removal, zones, 'Remove Fieldwork');
    expect(composed).toMatchObject({ request: { operation: 'remove', bundleId: 'com.example.fieldwork' } });
    expect(composed).not.toHaveProperty('request.versionId');
    expect(composed).not.toHaveProperty('request.openLimit');
    expect(composed).not.toHaveProperty('request.branches.0.openLimit');
  });

  it('needs an app', () => {
    expect(compose({ ...removal, bundleId: '' }, zones, 'x')).toMatchObject({ faults: new Map([['bundleId', 'missing']]) });
  });
});

describe('a file of bulk instructions', () => {
  it('is sent with the windows and terms that were entered, and needs branches', () => {
    expect(composeImport({ ...emptyDraft, branchIds: ['tokyo'], windows: { 'Asia/Tokyo': [{ from: '13:00', to: '14:00' }] } }, zones, 'csv', true)).toMatchObject({
      request: { csv: 'csv', check: true, waveSize: 50, branches: [{ branchId: 'tokyo', windows: [{ from: '13:00', to: '14:00' }], inventoryWindow: { from: '22:00', to: '24:00' } }] },
    });
    expect(composeImport(emptyDraft, zones, 'csv', false)).toMatchObject({ faults: new Map([['branchIds', expect.any(String) as string]]) });
  });

  it('has the fault of an inventory window at its field', () => {
    const composed = composeImport({ ...emptyDraft, branchIds: ['tokyo'], inventory: { from: '22:00', to: '22:00' } }, zones, 'csv', false);
    expect('faults' in composed ? [...composed.faults.keys()] : []).toEqual(['inventory']);
  });
});

describe('a draft that is kept for the tab', () => {
  function storage(): Storage {
    const texts = new Map<string, string>();
    return { getItem: (key: string) => texts.get(key) ?? null, setItem: (key: string, text: string) => { texts.set(key, text); }, removeItem: (key: string) => { texts.delete(key); } } as unknown as Storage;
  }

  it('is recalled as it was, where it was begun, until it is forgotten', () => {
    const kept = storage();
    fc.assert(fc.property(installing, (plan) => {
      const draft = draftOf(plan, [], 'edit');
      const memory = draftMemory(kept, 'v1');
      memory.keep({ draft, start: emptyDraft, revision: 3 });
      expect(draftMemory(kept, 'v1').recall()).toEqual({ draft, start: emptyDraft, revision: 3 });
      expect(draftMemory(kept, 'v2').recall()).toBeUndefined();
      memory.forget();
      expect(memory.recall()).toBeUndefined();
    }));
  });

  it('that another release wrote, or that cannot be kept, is none', () => {
    const kept = storage();
    kept.setItem('wavecast.plan-draft.v1', JSON.stringify(emptyDraft));
    expect(draftMemory(kept, 'v1').recall()).toBeUndefined();
    const full: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = { getItem: () => null, setItem: () => { throw new Error('full'); }, removeItem: () => undefined };
    expect(() => { draftMemory(full, 'v1').keep({ draft: emptyDraft, start: emptyDraft }); }).not.toThrow();
  });
});
