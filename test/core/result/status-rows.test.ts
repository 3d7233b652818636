import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { instructionStates, type InstructionState } from '../../../core/instruction/instruction.ts';
import { placeText, readPlace } from '../../../core/result/branch-place.ts';
import { rowsOf, statusOf, statusRows, type DeviceStanding, type StatusPage, type StatusRow } from '../../../core/result/status-rows.ts';
import { present } from '../../support/present.ts';
import { seedFacts, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let device: Device;
let older: AppVersion;
let wanted: AppVersion;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  device = seedDevice(world, 'berlin', 'phone');
  older = seedVersion(world, 'com.example.field', { shortVersion: '0.9', version: '90' });
  wanted = seedVersion(world);
});

const facts = () => world.tables.facts.get(`${device.id}/${wanted.bundleId}`);
const nothing: DeviceStanding = { facts: undefined, instruction: undefined, scheduled: [] };
const short = (rows: readonly StatusRow[]): readonly (readonly [number, string])[] => rows.map(({ status, version }) => [status, version]);

describe('the status of a version on a device', () => {
  const codes: Readonly<Record<InstructionState, number>> = {
    scheduled: 2, issued: 3, delivered: 3, deferred: 3, acknowledged: 3, installing: 3, installed: 1, rejected: 4, failed: 4, timedOut: 4, skipped: 0, cancelled: 0, superseded: 0, removed: 0, collected: 0,
  };
  it.each(instructionStates.map((state) => [state, codes[state]] as const))('of which the last instruction is %s is %i', (state, code) => {
    expect(statusOf({ ...nothing, instruction: seedInstruction(world, device, wanted, { state }) }, wanted)).toBe(code);
  });

  it('is 0 where nothing is known', () => {
    expect(statusOf(nothing, wanted)).toBe(0);
  });

  it('is 1 where inventory says so, whatever became of the instruction and whoever installed it', () => {
    seedFacts(world, device, wanted, world.clock.now());
    expect(statusOf({ ...nothing, facts: facts() }, wanted)).toBe(1);
    for (const state of instructionStates) expect(statusOf({ ...nothing, facts: facts(), instruction: seedInstruction(world, device, wanted, { state }) }, wanted)).toBe(1);
    expect(statusOf({ ...nothing, facts: facts(), instruction: seedInstruction(world, device, older, { state: 'failed' }) }, wanted)).toBe(1);
  });

  it.each([
    ['the same short version of another build', { installed: { version: '99' } }],
    ['a copy that is still being installed', { installed: { installing: true } }],
    ['a copy that the device does not manage', { managed: { status: 'Absent' } }],
    ['an app that was removed', { managed: { status: 'ManagedButUninstalled' }, installed: { present: false } }],
  ] as const)('is not 1 for %s', (_, says) => {
    seedFacts(world, device, wanted, world.clock.now(), says);
    expect(statusOf({ ...nothing, facts: facts() }, wanted)).toBe(0);
  });

  it('goes back to 0 when a later inventory no longer has what was installed', () => {
    const finishedAt = world.clock.now();
    const instruction = seedInstruction(world, device, wanted, { state: 'installed', finishedAt });
    seedFacts(world, device, wanted, finishedAt + HOUR, { installed: { present: false }, managed: { status: 'ManagedButUninstalled' } });
    expect(statusOf({ ...nothing, facts: facts(), instruction }, wanted)).toBe(0);
  });

  it('stays 1 where inventory is older than the proof', () => {
    const finishedAt = world.clock.now();
    const instruction = seedInstruction(world, device, wanted, { state: 'installed', finishedAt });
    seedFacts(world, device, older, finishedAt - HOUR);
    expect(statusOf({ ...nothing, facts: facts(), instruction }, wanted)).toBe(1);
  });

  it('is of the version asked for: another one\'s instruction says nothing of it', () => {
    expect(statusOf({ ...nothing, instruction: seedInstruction(world, device, older, { state: 'failed' }) }, wanted)).toBe(0);
  });

  it('is 2 where a plan is going to instruct it, and was not yet', () => {
    expect(statusOf({ ...nothing, scheduled: [wanted] }, wanted)).toBe(2);
    expect(statusOf({ ...nothing, scheduled: [older] }, wanted)).toBe(0);
    expect(statusOf({ ...nothing, scheduled: [wanted], instruction: seedInstruction(world, device, wanted, { state: 'acknowledged' }) }, wanted)).toBe(3);
    expect(statusOf({ ...nothing, scheduled: [wanted], instruction: seedInstruction(world, device, wanted, { state: 'cancelled' }) }, wanted)).toBe(2);
  });
});

describe('the rows of a device', () => {
  const rows = (standing: Partial<DeviceStanding>, version?: AppVersion) => short(rowsOf(device, wanted.bundleId, { ...nothing, ...standing }, version));

  it('are one for the version asked for', () => {
    seedFacts(world, device, older, world.clock.now());
    expect(rows({ facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'rejected' }) }, wanted)).toEqual([[4, '1.0']]);
  });

  it('are one for each version that it has and was last instructed', () => {
    seedFacts(world, device, older, world.clock.now());
    expect(rows({ facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'acknowledged' }) })).toEqual([[1, '0.9'], [3, '1.0']]);
  });

  it('are one where it has what it was instructed', () => {
    seedFacts(world, device, wanted, world.clock.now());
    expect(rows({ facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'installed' }) })).toEqual([[1, '1.0']]);
  });

  it('tell of the version that a plan is going to install beside the one that is there', () => {
    seedFacts(world, device, older, world.clock.now());
    expect(rows({ facts: facts(), scheduled: [wanted] })).toEqual([[1, '0.9'], [2, '1.0']]);
    expect(rows({ scheduled: [wanted] })).toEqual([[2, '1.0']]);
  });

  it.each([{ installed: { installing: true } }, { managed: { status: 'Absent' } }, { installed: { present: false } }])('do not say that it has what it reports as %j', (says) => {
    seedFacts(world, device, older, world.clock.now(), says);
    expect(rows({ facts: facts() })).toEqual([[0, '']]);
  });

  it('tell of a failed build although another build of the same short version is there', () => {
    seedFacts(world, device, wanted, world.clock.now(), { installed: { version: '99' } });
    expect(rows({ facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'failed' }) })).toEqual([[1, '1.0'], [4, '1.0']]);
  });

  it('are one without a version where there is nothing to tell', () => {
    expect(rows({})).toEqual([[0, '']]);
    expect(rows({ instruction: seedInstruction(world, device, wanted, { state: 'cancelled' }) })).toEqual([[0, '']]);
  });
});

describe('an export', () => {
  it('has every device of its branches once, over any number of pages', async () => {
    seedBranch(world, 'tokyo');
    const names = Array.from({ length: 1_001 }, (_, n) => seedDevice(world, 'tokyo', `d${n}`).name);
    const branchIds = [...world.tables.branches.keys()];
    const pages: (readonly StatusRow[])[] = [];
    for await (const page of statusRows(world, { bundleId: wanted.bundleId, version: wanted, branchIds, scheduledFor: () => [] })) pages.push(page.rows);
    expect(pages.flat().map(({ name }) => name).toSorted()).toEqual([...names, 'phone'].toSorted());
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(500);
  });

  it('goes on behind any place, with the very rows that are left', async () => {
    seedBranch(world, 'tokyo');
    for (let n = 0; n < 1_001; n += 1) seedDevice(world, 'tokyo', `d${n}`);
    const scope = { bundleId: wanted.bundleId, version: wanted, branchIds: [...world.tables.branches.keys()], scheduledFor: () => [] };
    const pages: StatusPage[] = [];
    for await (const page of statusRows(world, scope)) pages.push(page);
    expect(pages.map(({ devices }) => devices)).toEqual([1, 500, 500, 1]);
    for (const [index, { place }] of pages.entries()) {
      const rest: StatusPage[] = [];
      for await (const page of statusRows(world, scope, readPlace(placeText(place)))) rest.push(page);
      expect(rest).toEqual(pages.slice(index + 1));
    }
  });

  it('reads each device\'s last instruction and inventory', async () => {
    const others = ['has', 'open', 'failed'].map((name) => seedDevice(world, 'berlin', name));
    seedFacts(world, present(others[0]), wanted, world.clock.now());
    seedInstruction(world, present(others[1]), wanted, { state: 'failed', issuedAt: world.clock.now() - 30 * MINUTE });
    seedInstruction(world, present(others[1]), wanted, { state: 'delivered' });
    seedInstruction(world, present(others[2]), wanted, { state: 'timedOut' });
    const rows: StatusRow[] = [];
    const scope = { bundleId: wanted.bundleId, version: wanted, branchIds: [device.branchId], scheduledFor: () => [] };
    for await (const page of statusRows(world, scope)) rows.push(...page.rows);
    expect(Object.fromEntries(rows.map(({ name, status }) => [name, status]))).toEqual({ phone: 0, has: 1, open: 3, failed: 4 });
  });
});
