import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { deviceHistory, parsePlace, placeText, stepsOf, type HistoryEntry } from '../../../core/device/device-history.ts';
import type { Device } from '../../../core/device/device.ts';
import type { EventPlace } from '../../../core/device/timeline.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { anEvent } from '../../support/samples/device.ts';
import { many, MORNING } from '../../support/samples/unique.ts';

let world: MemoryWorld;
let device: Device;
beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  device = seedDevice(world, 'berlin', 'phone');
});

/** Pages of `limit`, to the end, through the text that a client gives back. */
async function pages(limit: number): Promise<readonly HistoryEntry[]> {
  const all: HistoryEntry[] = [];
  for (let before: EventPlace | undefined, more = true; more;) {
    const page = await deviceHistory(world, device.id, before, limit);
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    all.push(...page.entries);
    const last = page.entries.at(-1);
    more = page.more;
    before = last === undefined ? undefined : parsePlace(placeText(last));
  }
  return all;
}

describe('the history of a device', () => {
  it('says in the device\'s own codes why an installation failed, and of no step that they do not concern', () => {
    const instruction = seedInstruction(world, device, seedVersion(world), {
      state: 'failed', reason: { code: 'device-error', words: 'The app cannot be installed.', deviceCodes: ['MCMDMErrorDomain 12027'] },
      history: [{ at: MORNING, state: 'issued' }, { at: MORNING + 1, state: 'deferred', code: 'user-rejected' }, { at: MORNING + 2, state: 'failed', code: 'device-error' }],
    });
    const steps = stepsOf(instruction);
    expect(steps.at(-1)).toMatchObject({ words: expect.stringMatching(/ failed\. The app cannot be installed\. \(MCMDMErrorDomain 12027\)$/) as string, instruction: { reasonCode: 'device-error', deviceCodes: ['MCMDMErrorDomain 12027'] } });
    for (const step of steps.slice(0, -1)) expect(JSON.stringify(step)).not.toContain('12027');
  });

  it('has its events and the steps of its instructions in one list, the newest first, with the reasons in words', async () => {
    const at = world.clock.now();
    await world.timeline.record(device.id, anEvent({ at: at + 2, kind: 'moved', words: 'Moved.' }));
    const instruction = seedInstruction(world, device, seedVersion(world), { state: 'failed', history: [{ at, state: 'issued' }, { at: at + 1, state: 'delivered' }, { at: at + 3, state: 'failed', code: 'install-failed' }] });
    const { entries, more } = await deviceHistory(world, device.id, undefined, 10);
    expect(more).toBe(false);
    expect(entries.map(({ kind, code }) => [kind, code])).toEqual([['instruction', 'failed'], ['moved', undefined], ['instruction', 'delivered'], ['instruction', 'issued']]);
    expect(entries[0]).toMatchObject({
      words: 'The installation of com.example.field 1.0 (100) failed. The device could not install the app.', instruction: { id: instruction.id, bundleId: 'com.example.field', reasonCode: 'install-failed' },
    });
  });

  it('is the same whatever the size of its pages: nothing twice, nothing left out', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), fc.array(fc.nat({ max: 3 }), { maxLength: 6 }), fc.integer({ min: 1, max: 5 }), async (events, steps, limit) => {
      world = memoryWorld();
      for (const at of events) await world.timeline.record(device.id, anEvent({ at: MORNING + at }));
      seedInstruction(world, device, seedVersion(world), { history: steps.toSorted().map((at) => ({ at: MORNING + at, state: 'issued' as const })) });
      const whole = (await deviceHistory(world, device.id, undefined, 100)).entries;
      expect(whole).toHaveLength(events.length + steps.length);
      expect(await pages(limit)).toEqual(whole);
    }), { numRuns: 60 });
  });

  it('keeps the steps of one instant in the order in which they were taken', () => {
    const instruction = seedInstruction(world, device, seedVersion(world), { history: many(12, (n) => ({ at: MORNING, state: n % 2 === 0 ? 'delivered' as const : 'issued' as const })) });
    const ids = stepsOf(instruction).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('has what came late where it belongs: an old instruction that ends after a new one was issued', async () => {
    const at = world.clock.now();
    seedInstruction(world, device, seedVersion(world, 'com.example.old'), { history: [{ at, state: 'issued' }, { at: at + 10 * MINUTE, state: 'installed' }] });
    world.clock.pass(5 * MINUTE);
    seedInstruction(world, device, seedVersion(world, 'com.example.new'), { history: [{ at: world.clock.now(), state: 'issued' }] });
    expect((await pages(1)).map(({ instruction, code }) => [instruction?.bundleId, code])).toEqual([['com.example.old', 'installed'], ['com.example.new', 'issued'], ['com.example.old', 'issued']]);
  });

  it.each(['', '1', '.', 'x.y', '1.', '1.#', '99999999999999999.a'])('has no place "%s"', (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });
});
