import { setImmediate as machineRests } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../core/ambient.ts';
import type { DeviceAnswer } from '../../../core/instruction/exchange.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';
import { serveDevice } from '../../../core/instruction/serve-device.ts';
import type { CommandQueue } from '../../../core/instruction/store.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

/** Each connection's calls to the queue wait here until it is their turn. */
class Turnstile {
  readonly #waiting = new Map<string, () => void>();

  wait(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(name, resolve);
    });
  }

  /** Lets one call of a connection through, and waits until it waits again or is done. False where it waits for nothing. */
  async pass(name: string): Promise<boolean> {
    const go = this.#waiting.get(name);
    this.#waiting.delete(name);
    go?.();
    await machineRests();
    return go !== undefined;
  }

  queueOf(name: string, queue: CommandQueue): CommandQueue {
    return {
      ...queue,
      read: async (...args) => (await this.wait(name), queue.read(...args)),
      commit: async (...args) => (await this.wait(name), queue.commit(...args)),
    };
  }
}

/** Every order in which connections can take their turns: each name as often as it has steps. */
function orders(steps: Readonly<Record<string, number>>): readonly (readonly string[])[] {
  const names = Object.keys(steps).filter((name) => (steps[name] ?? 0) > 0);
  if (names.length === 0) return [[]];
  return names.flatMap((name) => orders({ ...steps, [name]: (steps[name] ?? 0) - 1 }).map((rest) => [name, ...rest]));
}

type Said = (first: QueuedCommand | undefined) => Partial<DeviceAnswer>;
const idle: Said = () => ({});
const taken: Said = (first) => ({ status: 'Acknowledged', commandId: present(first).id });
const notNow: Said = (first) => ({ status: 'NotNow', commandId: present(first).id });

/** One device with an install, an inventory instruction and nothing else; `handed`: the first command is out already. */
async function play(said: Readonly<Record<string, Said>>, order: readonly string[], handed: boolean) {
  const world = memoryWorld();
  seedBranch(world, 'berlin');
  const version = seedVersion(world);
  const device = seedDevice(world, 'berlin', 'phone');
  const install = seedInstruction(world, device, version, { state: handed ? 'delivered' : 'issued' });
  const inventory = seedInstruction(world, device, version, { kind: 'inventory', issuedAt: world.clock.now() + SECOND });
  world.clock.pass(2 * SECOND);
  const [first] = queueOfDevice(world, device);
  const turnstile = new Turnstile();
  const given: string[] = [];
  const talks = Object.entries(said).map(async ([name, say]) => {
    const answer: DeviceAnswer = { status: 'Idle', errorCodes: [], ...say(first) };
    const next = await serveDevice({ ...world, queue: turnstile.queueOf(name, world.queue) }, { enrolmentId: present(device.enrolmentId), signer: digestOf('pin phone'), answer }, () => Promise.resolve('r'), world.clock.now());
    if (next !== undefined) given.push(next.id);
  });
  await machineRests();
  for (const name of order) await turnstile.pass(name);
  // What lost a race tries again, alone.
  for (let more = true; more;) more = (await Promise.all(Object.keys(said).map((name) => turnstile.pass(name)))).some((passed) => passed);
  await Promise.all(talks);
  const stateOf = ({ waveId, deviceId }: typeof install) => present(world.tables.instructions.get(`${waveId}/${deviceId}`));
  return { given, first: present(first), queue: queueOfDevice(world, device), install: stateOf(install), inventory: stateOf(inventory) };
}

const twice = (items: readonly string[]): boolean => items.length !== new Set(items).size;

describe('however the calls of connections interleave', () => {
  const two = orders({ a: 2, b: 2 });
  const three = orders({ a: 2, b: 2, c: 2 });

  it('there are as many orders as there can be', () => {
    expect([two.length, three.length]).toEqual([6, 90]);
  });

  it('two that ask are given one command between them', async () => {
    for (const order of two) {
      const { given, first, install } = await play({ a: idle, b: idle }, order, false);
      expect(given, order.join()).toEqual([first.id]);
      expect(install.history.map(({ state }) => state), order.join()).toEqual(['issued', 'delivered']);
    }
  });

  it('two that report the same settle it once', async () => {
    for (const order of two) {
      const { given, first, install, queue } = await play({ a: taken, b: taken }, order, true);
      expect(twice(given), order.join()).toBe(false);
      expect(install.history.map(({ state }) => state), order.join()).toEqual(['issued', 'delivered', 'acknowledged']);
      expect(queue.some(({ id }) => id === first.id), order.join()).toBe(false);
    }
  });

  it('a report, its repetition and a new session hand out no command twice and lose none', async () => {
    for (const order of three) {
      const { given, first, install, queue } = await play({ a: taken, b: taken, c: idle }, order, true);
      expect(twice(given), order.join()).toBe(false);
      expect(given, order.join()).not.toContain(first.id);
      expect(install.state, order.join()).toBe('acknowledged');
      expect(queue, order.join()).toHaveLength(2);
    }
  });

  it('a device that puts a command off and asks again in another connection keeps it', async () => {
    for (const order of three) {
      const { given, first, install, queue } = await play({ a: notNow, b: idle, c: idle }, order, true);
      expect(twice(given), order.join()).toBe(false);
      expect(queue.map(({ id }) => id), order.join()).toContain(first.id);
      expect(['deferred', 'delivered'], order.join()).toContain(install.state);
    }
  });
});
