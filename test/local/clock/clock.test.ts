import fc from 'fast-check';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LocalClock, Pace } from '../../../local/clock.ts';
import { openClockChannel } from '../../../local/clock/channel.ts';
import { createClock } from '../../../local/clock/clock.ts';
import { memoryStateStore } from '../../../local/state-store.ts';

const start = Date.parse('2026-11-23T00:00:00Z');
const open: LocalClock[] = [];
function clockAt(pace: Pace, store = memoryStateStore()): LocalClock {
  const clock = createClock({ pace, startAt: start, store });
  open.push(clock);
  return clock;
}
afterEach(() => {
  for (const clock of open.splice(0)) clock.stop();
});

describe('the local clock', () => {
  it('jumps over time in which nothing is due', async () => {
    const clock = clockAt('max');
    const real = Date.now();
    await clock.until(start + 48 * 3_600_000);
    expect(clock.now()).toBeGreaterThanOrEqual(start + 48 * 3_600_000);
    expect(Date.now() - real).toBeLessThan(1000);
  });

  it('does not jump while something is in flight', async () => {
    const clock = clockAt('max');
    const release = clock.hold('a handler');
    let fired = false;
    clock.at(start + 3_600_000, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fired).toBe(false);
    expect(clock.inFlight()).toEqual(['a handler']);
    release();
    await clock.until(start + 3_600_000);
    expect(fired).toBe(true);
  });

  it('lets an hour pass in a minute at sixty times', async () => {
    const clock = clockAt(36_000);
    const real = Date.now();
    await clock.until(start + 3_600_000);
    expect(Date.now() - real).toBeGreaterThanOrEqual(99);
    expect(Date.now() - real).toBeLessThan(1000);
  });

  it('fires every timer once, in order, never early', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.integer({ min: 0, max: 10 ** 8 }), fc.constantFrom(1000, 2000)), { minLength: 1, maxLength: 60 }), async (delays) => {
        const clock = clockAt('max');
        const fired: (readonly [delay: number, index: number])[] = [];
        await Promise.all(delays.map((delay, index) => new Promise<void>((resolve) => {
          clock.at(start + delay, () => {
            expect(clock.now()).toBeGreaterThanOrEqual(start + delay);
            fired.push([delay, index]);
            resolve();
          });
        })));
        // Those of one instant in the order in which they were set: sorting is stable.
        expect(fired).toEqual(delays.map((delay, index) => [delay, index] as const).toSorted(([a], [b]) => a - b));
        clock.stop();
      }),
      { numRuns: 30 },
    );
  });

  it('waits for the work that a timer began, and for parties with timers of their own', async () => {
    /** What a timer does when it fires: work for some turns of the event loop, then set further timers. */
    interface Job { readonly delay: number; readonly turns: number; readonly next: readonly Job[] }
    const jobs = (deeper: number): fc.Arbitrary<Job[]> => fc.array(
      fc.record({ delay: fc.integer({ min: 0, max: 10 ** 7 }), turns: fc.integer({ min: 0, max: 6 }), next: deeper === 0 ? fc.constant([]) : jobs(deeper - 1) }), { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(jobs(2).filter(({ length }) => length > 0), fc.array(fc.integer({ min: 1, max: 10 ** 7 }), { maxLength: 4 }), async (first, stops) => {
        const clock = clockAt('max');
        const instants = stops.map((stop) => start + stop).toSorted((a, b) => a - b);
        // A party that sees its instants by asking the clock, as another process does.
        const leave = clock.join({ name: 'a party', quiet: () => true, nextAt: () => instants[0] });
        const overshot: number[] = [];
        clock.onChange(() => {
          const now = clock.now();
          if (instants[0] !== undefined && now > instants[0] + 1000) overshot.push(now);
          while (instants[0] !== undefined && instants[0] <= now) instants.shift();
        });
        let [planned, done, working] = [0, 0, 0];
        let last = 0;
        await new Promise<void>((resolve) => {
          const plan = ({ delay, turns, next }: Job): void => {
            planned += 1;
            const due = clock.now() + delay;
            clock.at(due, () => {
              const now = clock.now();
              expect(now).toBeGreaterThanOrEqual(Math.max(due, last));
              // While another one works nothing jumps: time is what passed by itself.
              if (working > 0) expect(now - last).toBeLessThan(1000);
              last = now;
              const release = clock.hold('work');
              working += 1;
              const work = (left: number): void => {
                if (left > 0) {
                  setImmediate(() => { work(left - 1); });
                  return;
                }
                next.forEach(plan);
                done += 1;
                working -= 1;
                release();
                if (done === planned) resolve();
              };
              work(turns);
            });
          };
          first.forEach(plan);
        });
        expect(done).toBe(planned);
        expect(overshot).toEqual([]);
        leave();
        clock.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('does not fire what was cancelled', async () => {
    const clock = clockAt('max');
    let fired = false;
    clock.at(start + 1000, () => {
      fired = true;
    }).cancel();
    await clock.until(start + 2000);
    expect(fired).toBe(false);
  });

  it('goes on from where it was after a restart', async () => {
    const store = memoryStateStore();
    const before = clockAt('max', store);
    await before.until(start + 5_000_000);
    expect(clockAt('max', store).now()).toBeGreaterThanOrEqual(start + 5_000_000);
  });

  it.each<Pace>(['max', 600])('never goes back behind what it has said, though it was killed (pace %s)', async (pace) => {
    const store = memoryStateStore();
    const killed = clockAt(pace, store);
    killed.at(start + 20_000_000, () => undefined);
    let said = 0;
    for (let look = 0; look < 20; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      said = killed.now();
      expect(store.load<number>('clock')).toBeGreaterThanOrEqual(said);
    }
    // Killed here: what it saves at its end is none of the next one's business.
    const left = memoryStateStore();
    left.save('clock', store.load('clock'));
    expect(clockAt(pace, left).now()).toBeGreaterThanOrEqual(said);
  });

  it('goes only forward when the time of the machine is set back', () => {
    const clock = clockAt('real');
    const before = clock.now();
    const machine = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    machine.mockRestore();
  });

  it('hangs up on a client that sends something else than its status', async () => {
    const clock = clockAt('max');
    const channel = await openClockChannel(clock, 0);
    const socket = createConnection({ host: '127.0.0.1', port: channel.port });
    socket.resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\n');
    await closed;
    await clock.until(start + 3_600_000);
    await channel.close();
  });

  it('waits for a process that shares it, and goes no further than its next instant', async () => {
    const clock = clockAt('max');
    const channel = await openClockChannel(clock, 0);
    const socket = createConnection({ host: '127.0.0.1', port: channel.port });
    const states: { epoch: number; virtual: number }[] = [];
    createInterface({ input: socket }).on('line', (line) => states.push(JSON.parse(line) as { epoch: number; virtual: number }));
    const say = (busy: boolean, nextAt: number | null): void => {
      socket.write(`${JSON.stringify({ epoch: states.at(-1)?.epoch, busy, nextAt, name: 'a test' })}\n`);
    };
    await expect.poll(() => states.length).toBe(1);
    let fired = false;
    clock.at(start + 7_200_000, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    say(false, start + 3_600_000);
    await expect.poll(() => states.length).toBeGreaterThan(1);
    expect(states.at(-1)?.virtual).toBe(start + 3_600_000);
    expect(fired).toBe(false);
    // Until the jump is acknowledged nothing more happens.
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(fired).toBe(false);
    say(false, null);
    await expect.poll(() => fired).toBe(true);
    socket.destroy();
    await channel.close();
  });
});
