import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import { parseCommandId } from '../../../core/ids.ts';
import type { InstructionState, QueuedCommand } from '../../../core/instruction/instruction.ts';
import { serveDevice } from '../../../core/instruction/serve-device.ts';
import type { CommandQueue } from '../../../core/instruction/store.ts';
import { queueOfDevice, seedFacts, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

type List = 'managed' | 'installed';

interface Scene {
  readonly state: InstructionState;
  /** Which list comes, and what it says. */
  readonly list: List;
  readonly status: string;
  readonly version: string;
  /** Whether the other list, or a newer one of the same kind, is known. */
  readonly known: 'nothing' | 'the other' | 'newer';
  /** What asked: a poll that names its wave, one of an older release that does not, a plan's inventory. */
  readonly asked: 'poll' | 'nameless poll' | 'inventory';
}

/** Plays a scene; `services` decides whether the quick way is open. */
async function play(scene: Scene, queueFor: (world: MemoryWorld) => CommandQueue) {
  const world = memoryWorld();
  seedBranch(world, 'berlin');
  const version = seedVersion(world);
  const device = seedDevice(world, 'berlin', 'phone');
  const install = seedInstruction(world, device, version, { state: scene.state });
  await world.queue.clear(present(device.enrolmentId));
  world.clock.pass(HOUR);
  if (scene.known === 'newer') seedFacts(world, device, version, world.clock.now() + MINUTE);
  if (scene.known === 'the other') {
    seedFacts(world, device, version, world.clock.now());
    const facts = present(world.tables.facts.get(`${device.id}/${version.bundleId}`));
    const { [scene.list]: _, ...other } = facts;
    world.tables.facts.set(`${device.id}/${version.bundleId}`, other);
  }
  const command = { type: scene.list === 'managed' ? 'managed-application-list' : 'installed-application-list', bundleIds: [version.bundleId] } as const;
  const inventory = scene.asked === 'inventory' ? seedInstruction(world, device, version, { kind: 'inventory' }) : undefined;
  await world.queue.clear(present(device.enrolmentId));
  const queued: QueuedCommand = {
    id: parseCommandId('list'), enrolmentId: present(device.enrolmentId), deviceId: device.id, openedAt: world.clock.now(), handedAt: world.clock.now(), expiresAt: world.clock.now() + HOUR, command,
    ...(scene.asked === 'poll' ? { aboutWave: install.waveId } : {}), ...(inventory === undefined ? {} : { waveId: inventory.waveId }),
  };
  const { handedAt: _, waveId: __, aboutWave: ___, ...next } = queued;
  await world.queue.enqueue([queued, { ...next, id: parseCommandId('next'), openedAt: world.clock.now() + 1 }]);
  const writes: string[] = [];
  world.tables.beforeWrite = (operation) => writes.push(operation);
  const lists = scene.list === 'managed' ? { managed: new Map([[version.bundleId, { status: scene.status }]]) } : { installed: new Map([[version.bundleId, { shortVersion: scene.version, version: version.version }]]) };
  const given = await serveDevice({ ...world, queue: queueFor(world) }, { enrolmentId: present(device.enrolmentId), signer: digestOf('pin phone'), answer: { status: 'Acknowledged', commandId: queued.id, errorCodes: [] }, ...lists }, () => Promise.resolve('r'), world.clock.now());
  const { instructions, standings, facts } = world.tables;
  return { writes, outcome: { next: given?.id, instructions: [...instructions.values()], standings: [...standings.values()], facts: [...facts.values()], queue: queueOfDevice(world, device) } };
}

const quick = (world: MemoryWorld): CommandQueue => world.queue;
/** The quick way is always lost: something came between. */
const stepByStep = ({ queue }: MemoryWorld): CommandQueue => ({ ...queue, commit: (commit) => (commit.facts === undefined ? queue.commit(commit) : Promise.resolve('lost')) });

const scenes: readonly Scene[] = (['issued', 'delivered', 'acknowledged', 'installing', 'installed', 'failed', 'timedOut', 'cancelled'] as const).flatMap((state) =>
  ([['managed', 'Managed', ''], ['managed', 'UserRejected', ''], ['managed', 'Installing', ''], ['installed', '', '1.0'], ['installed', '', '0.9'], ['installed', '', '9.9']] as const).flatMap(([list, status, version]) =>
    (['nothing', 'the other', 'newer'] as const).flatMap((known) => (['poll', 'nameless poll', 'inventory'] as const).map((asked) => ({ state, list, status, version, known, asked })))));

describe('a list of one app', () => {
  it('ends the same, taken at once or step by step, whatever it says and whatever is known', async () => {
    let [moved, atOnce] = [0, 0];
    for (const scene of scenes) {
      const [one, other] = [await play(scene, quick), await play(scene, stepByStep)];
      expect(one.outcome, JSON.stringify(scene)).toEqual(other.outcome);
      expect(one.outcome.next, JSON.stringify(scene)).toBe('next');
      if (one.writes.length === 1) atOnce += 1;
      if (one.outcome.instructions[0]?.state !== scene.state) moved += 1;
    }
    // Or the two ways would be the same one, or nothing would be proven.
    expect([atOnce > scenes.length / 2, moved > 50]).toEqual([true, true]);
  });

  it('is one write, what it proves included', async () => {
    const scene: Scene = { state: 'acknowledged', list: 'installed', status: '', version: '1.0', known: 'the other', asked: 'poll' };
    const { writes, outcome } = await play(scene, quick);
    expect(writes).toEqual(['queue.commit']);
    expect(outcome.instructions).toMatchObject([{ state: 'installed' }]);
    expect(outcome.standings).toMatchObject([{ live: false }]);
  });
});
