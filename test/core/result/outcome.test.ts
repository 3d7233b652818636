import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { reason } from '../../../core/instruction/reasons.ts';
import { outcomeOn, outcomeStates } from '../../../core/result/outcome.ts';
import type { DeviceStanding } from '../../../core/result/status-rows.ts';
import { seedFacts, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let device: Device;
let older: AppVersion;
let wanted: AppVersion;
let now: number;

beforeEach(() => {
  world = memoryWorld();
  now = world.clock.now();
  seedBranch(world, 'berlin');
  device = seedDevice(world, 'berlin', 'phone');
  older = seedVersion(world, 'com.example.field', { shortVersion: '0.9', version: '90' });
  wanted = seedVersion(world);
});

const facts = () => world.tables.facts.get(`${device.id}/${wanted.bundleId}`);
const nothing: DeviceStanding = { facts: undefined, instruction: undefined, scheduled: [] };

describe('where a device is with a version', () => {
  it('is the state of its last instruction, since when and why, in words that are never missing', () => {
    for (const state of outcomeStates) {
      if (state === 'none') continue;
      const outcome = outcomeOn({ ...nothing, instruction: seedInstruction(world, device, wanted, { state, attempt: 2, updatedAt: now + HOUR }) }, wanted);
      expect(outcome).toEqual({ state, words: expect.stringMatching(/^[A-Z].+\.$/) as string, since: now + HOUR, attempt: 2 });
    }
  });

  it('has the reason that was given, with the device\'s own codes', () => {
    const instruction = seedInstruction(world, device, wanted, { state: 'failed', reason: reason('device-error', ['MCMDMErrorDomain 12040']), finishedAt: now + 1 });
    expect(outcomeOn({ ...nothing, instruction }, wanted)).toMatchObject({ state: 'failed', reason: 'device-error', words: 'The device answered with an error.', deviceCodes: ['MCMDMErrorDomain 12040'], since: now + 1 });
  });

  it('is installed where inventory says so, whoever did it, and says where the device cannot run it', () => {
    seedFacts(world, device, wanted, now + HOUR);
    expect(outcomeOn({ ...nothing, facts: facts() }, wanted)).toEqual({ state: 'installed', words: 'The device has this version.', since: now + HOUR });
    expect(outcomeOn({ ...nothing, facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'timedOut' }) }, wanted)).toMatchObject({ state: 'installed', attempt: 1, since: now + HOUR });
    expect(outcomeOn({ ...nothing, facts: facts(), instruction: seedInstruction(world, device, wanted, { state: 'installed', finishedAt: now }) }, wanted)).toMatchObject({ state: 'installed', since: now });
    seedFacts(world, device, wanted, now + HOUR, { managed: { isValidated: false } });
    expect(outcomeOn({ ...nothing, facts: facts() }, wanted)).toMatchObject({ state: 'installed', reason: 'cannot-run-yet' });
  });

  it('is none again once a later report no longer has it, and scheduled where a plan is going to bring it back', () => {
    const instruction = seedInstruction(world, device, wanted, { state: 'installed', finishedAt: now });
    seedFacts(world, device, wanted, now + HOUR, { installed: { present: false } });
    expect(outcomeOn({ ...nothing, facts: facts(), instruction }, wanted)).toMatchObject({ state: 'none', reason: 'gone-since', since: now + HOUR, attempt: 1 });
    expect(outcomeOn({ facts: facts(), instruction, scheduled: [wanted] }, wanted)).toMatchObject({ state: 'scheduled' });
  });

  it('is none where it was instructed another version, or to remove the app', () => {
    for (const instruction of [seedInstruction(world, device, older, { state: 'failed' }), seedInstruction(world, device, wanted, { kind: 'remove', state: 'removed' })]) {
      expect(outcomeOn({ ...nothing, instruction }, wanted)).toEqual({ state: 'none', words: expect.any(String) as string });
      expect(outcomeOn({ ...nothing, instruction, scheduled: [older] }, wanted)).toMatchObject({ state: 'none' });
      expect(outcomeOn({ ...nothing, instruction, scheduled: [wanted] }, wanted)).toMatchObject({ state: 'scheduled' });
    }
  });
});
