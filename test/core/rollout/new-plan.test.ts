import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Branch } from '../../../core/device/branch.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { checkVersion, draftPlan, planLimits, type PlanBranchRequest, type PlanRequest } from '../../../core/rollout/new-plan.ts';
import { seedBranch, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';

const world = memoryWorld();
const now = world.clock.now();
const version = seedVersion(world);
const berlin = seedBranch(world, 'berlin');
const tokyo = seedBranch(world, 'tokyo', { timeZone: 'Asia/Tokyo' });
const windows = [{ from: '01:00', to: '02:00' }];
const inBerlin: PlanBranchRequest = { branchId: berlin.id, windows };
const request: PlanRequest = { name: 'Spring', branches: [inBerlin] };

const draft = (changes: Partial<PlanRequest> = {}, of: AppVersion | undefined = version, branches: readonly Branch[] = [berlin, tokyo]) => draftPlan({ ...request, ...changes }, branches, of, now, world.ids, 'ada');

describe('a new plan to remove an app', () => {
  const remove = (of: AppVersion | undefined) => draft({ operation: 'remove' }, of);

  it('is known by the app\'s newest version', () => {
    expect(remove(version).plan).toMatchObject({ operation: 'remove', bundleId: version.bundleId, versionId: version.id });
  });

  it.each<[string, Partial<AppVersion>]>([['file is missing', { placement: 'missing' }], ['profile has expired', { profileExpiresAt: now - 1 }]])('can be made of an app whose %s', (_, facts) => {
    expect(remove({ ...version, ...facts }).plan.operation).toBe('remove');
  });

  it('is refused for an app that nobody knows', () => {
    expect(() => draftPlan({ ...request, operation: 'remove' }, [berlin], undefined, now, world.ids, 'ada')).toThrow(expect.objectContaining({ code: 'not-found', remedy: expect.any(String) as string }));
  });
});

describe('a new plan', () => {
  it('goes fifty at a time every five minutes, gives a day, and collects inventory before midnight, unless it says otherwise', () => {
    const { plan, branches } = draft();
    expect(plan).toMatchObject({ name: 'Spring', waveSize: 50, intervalMinutes: 5, deadlineHours: 24, targets: 'branches', attempt: 1, status: 'draft', createdBy: 'ada', createdAt: now, revision: 1 });
    expect(plan).toMatchObject({ bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version });
    expect(plan).not.toHaveProperty('abortRule');
    expect(branches).toEqual([{ planId: plan.id, branchId: berlin.id, timeZone: 'Europe/Berlin', windows, inventoryWindow: { from: '22:00', to: '24:00' } }]);
  });

  it('keeps what it says, each branch in its own zone', () => {
    const inventoryWindow = { from: '20:00', to: '21:00' };
    const { plan, branches } = draft({ name: '  Autumn ', waveSize: 500, intervalMinutes: 60, deadlineHours: 168, abortRule: { share: 0.1, minimum: 20 }, branches: [inBerlin, { branchId: tokyo.id, windows, inventoryWindow }] });
    expect(plan).toMatchObject({ name: 'Autumn', waveSize: 500, intervalMinutes: 60, deadlineHours: 168, abortRule: { share: 0.1, minimum: 20 } });
    expect(branches.map(({ timeZone, inventoryWindow: own }) => [timeZone, own.from])).toEqual([['Europe/Berlin', '22:00'], ['Asia/Tokyo', '20:00']]);
  });

  it('is another plan each time', () => {
    expect(draft().plan.id).not.toBe(draft().plan.id);
  });

  const branch = (changes: Partial<PlanBranchRequest>): Partial<PlanRequest> => ({ branches: [{ ...inBerlin, ...changes }] });
  const refusals: readonly [string, Partial<PlanRequest>, string, RegExp][] = [
    ['a branch that does not exist', branch({ branchId: parseBranchId('atlantis') }), 'not-found', /no branch "atlantis"/],
    ['the same branch twice', { branches: [inBerlin, { ...inBerlin }] }, 'invalid-input', /"berlin" is named twice/],
    ['no branch', { branches: [] }, 'invalid-input', /number of branches/],
    ['too many branches', { branches: Array.from({ length: planLimits.branches.max + 1 }, () => inBerlin) }, 'invalid-input', /number of branches/],
    ['a branch without windows', branch({ windows: [] }), 'invalid-input', /number of windows of branch "berlin"/],
    ['a branch with too many windows', branch({ windows: Array.from({ length: 13 }, () => windows[0] ?? { from: '', to: '' }) }), 'invalid-input', /number of windows/],
    ['a window without length', branch({ windows: [{ from: '01:00', to: '01:00' }] }), 'invalid-input', /no length/],
    ['a window at no time of day', branch({ windows: [{ from: '25:00', to: '26:00' }] }), 'invalid-input', /not a time of day/],
    ['an inventory window that opens on no day', branch({ inventoryWindow: { from: '22:00', to: '24:00', days: [] } }), 'invalid-input', /no day/],
    ['a name of blanks', { name: '   ' }, 'invalid-input', /name/],
    ['a name that is too long', { name: 'x'.repeat(101) }, 'invalid-input', /name/],
    ['an abort rule over everything', { abortRule: { share: 1.01, minimum: 5 } }, 'invalid-input', /share of the abort rule/],
    ['an abort rule below nothing', { abortRule: { share: -0.1, minimum: 5 } }, 'invalid-input', /share of the abort rule/],
    ['an abort rule of no number', { abortRule: { share: Number.NaN, minimum: 5 } }, 'invalid-input', /share of the abort rule/],
    ['an abort rule without a minimum', { abortRule: { share: 0.1, minimum: 0 } }, 'invalid-input', /minimum of the abort rule/],
  ];
  it.each(refusals)('is refused with %s, and says what to do', (_, changes, code, says) => {
    expect(() => draft(changes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(says) as string, remedy: expect.any(String) as string }));
  });

  it.each(['waveSize', 'intervalMinutes', 'deadlineHours'] as const)('takes every whole %s of its range, and no other', (field) => {
    const { min, max } = planLimits[field];
    fc.assert(fc.property(fc.oneof(fc.integer({ min: min - 5, max: max + 5 }), fc.constantFrom(min, max, min - 1, max + 1), fc.double({ min, max, noNaN: true })), (value) => {
      const allowed = Number.isInteger(value) && value >= min && value <= max;
      if (allowed) expect(draft({ [field]: value }).plan[field]).toBe(value);
      else expect(() => draft({ [field]: value })).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.stringContaining(String(max)) as string }));
    }));
  });

  it('is refused for a zone that this machine does not know', () => {
    expect(() => draft({}, version, [{ ...berlin, timeZone: 'Mars/Olympus' }])).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('the version of a plan', () => {
  it('is one that is verified or proven, with a profile that has not expired', () => {
    for (const placement of ['verified', 'proven'] as const) expect(checkVersion({ ...version, placement }, now)).toMatchObject({ placement });
    expect(checkVersion({ ...version, profileExpiresAt: now + 1 }, now).id).toBe(version.id);
  });

  it.each(['missing', 'placed', 'mismatched'] as const)('is refused while its file is %s, which the refusal says', (placement) => {
    expect(() => draft({}, { ...version, placement })).toThrow(expect.objectContaining({ code: 'placement-missing', message: expect.stringContaining(placement) as string, remedy: expect.any(String) as string }));
  });

  it('is refused where there is none', () => {
    expect(() => checkVersion(undefined, now)).toThrow(expect.objectContaining({ code: 'not-found', remedy: expect.any(String) as string }));
  });

  it.each([0, -DAY])('is refused when its profile expired %i ms from now, with the date', (from) => {
    const profileExpiresAt = now + from;
    expect(() => draft({}, { ...version, profileExpiresAt })).toThrow(expect.objectContaining({ code: 'package-refused', remedy: expect.any(String) as string, evidence: [`expired at ${new Date(profileExpiresAt).toISOString()}`] }));
  });
});
