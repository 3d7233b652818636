/** A clock for simulated devices without a cloud: time is what their timers say. */
import type { SimulatorClock } from '../../simulator/clock.ts';
import { TimerHeap } from '../../local/clock/timer-heap.ts';

export class VirtualClock implements SimulatorClock {
  readonly #timers = new TimerHeap();
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, call: () => Promise<void>): void {
    this.#timers.add(Math.max(instant, this.#now), () => { void call(); });
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  until(instant: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.add(Math.max(instant, this.#now), resolve);
    });
  }

  /** Goes from timer to timer until there is none. */
  async run(): Promise<void> {
    for (let next = this.#timers.next(); next !== undefined; next = this.#timers.next()) {
      this.#now = next;
      for (const call of this.#timers.due(next)) call();
      // What was resolved goes on, and sets its next timer, before time does.
      await new Promise(setImmediate);
    }
  }

  close(): void {
    // Nothing is held.
  }
}
