/** The local cloud's clock: see local/clock.ts for what it promises. */
import type { Instant } from '../../core/ambient.ts';
import type { ClockParticipant, LocalClock, Pace, Timer } from '../clock.ts';
import type { StateStore } from '../state-store.ts';
import { TimerHeap } from './timer-heap.ts';

export interface ClockOptions {
  readonly pace: Pace;
  /** Where it starts when the store knows no time; the machine's time without it. */
  readonly startAt?: Instant;
  readonly store: StateStore;
}

/** How far ahead of the time its saved value is, in real milliseconds: after a kill the clock goes on from there. */
const LEASE = 2000;
/** How often the lease is renewed while time passes by itself, real milliseconds. */
const RENEW_EVERY = 1000;
const LONGEST_TIMEOUT = 2_000_000_000;

/**
 * A clock that goes on from the time in the store. Nothing was ever told a time later than the one kept there, so what
 * is kept never lies in the future after a restart, however the process ended.
 */
export function createClock(options: ClockOptions): LocalClock {
  return new Clock(options);
}

class Clock implements LocalClock {
  readonly shared = new SharedArrayBuffer(32);
  #pace: Pace;
  readonly #values = new Float64Array(this.shared, 0, 3);
  readonly #sequence = new Int32Array(this.shared, 24, 1);
  readonly #timers = new TimerHeap();
  readonly #holds = new Map<number, string>();
  readonly #participants = new Set<ClockParticipant>();
  readonly #listeners = new Set<() => void>();
  readonly #store: StateStore;
  readonly #saving: NodeJS.Timeout;
  #nextHold = 1;
  /** The saved time; never less than what `now` has said. */
  #saved = -Infinity;
  #last = -Infinity;
  #timeout: NodeJS.Timeout | undefined;
  #settling = false;
  #stopped = false;

  constructor({ pace, startAt, store }: ClockOptions) {
    this.#store = store;
    this.#pace = pace;
    const kept = store.load<number>('clock');
    this.#rebase(kept === undefined ? (startAt ?? Date.now()) : pace === 'real' && startAt === undefined ? Math.max(kept, Date.now()) : kept);
    this.#saving = setInterval(() => {
      this.#renew();
    }, RENEW_EVERY);
    this.#saving.unref();
  }

  get pace(): Pace {
    return this.#pace;
  }

  now(): Instant {
    const [virtual = 0, real = 0, factor = 1] = this.#values;
    // The machine's time may be set back; this one only goes forward.
    this.#last = Math.max(this.#last, virtual + (Date.now() - real) * factor);
    if (this.#last > this.#saved && !this.#stopped) this.#renew();
    return this.#last;
  }

  at(instant: Instant, call: () => void): Timer {
    const cancel = this.#timers.add(instant, call);
    this.#arm();
    return { cancel };
  }

  async until(instant: Instant): Promise<void> {
    if (this.now() >= instant) return;
    await new Promise<void>((resolve) => {
      this.at(instant, resolve);
    });
  }

  hold(label: string): () => void {
    const id = this.#nextHold;
    this.#nextHold += 1;
    this.#holds.set(id, label);
    return () => {
      if (this.#holds.delete(id)) this.#settle();
    };
  }

  inFlight(): readonly string[] {
    return [...this.#holds.values(), ...[...this.#participants].filter((participant) => !participant.quiet()).map(({ name }) => name)];
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    this.#rebase(this.now());
    this.#announce();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  join(participant: ClockParticipant): () => void {
    this.#participants.add(participant);
    return () => {
      this.#participants.delete(participant);
      this.#settle();
    };
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#saving);
    clearTimeout(this.#timeout);
    this.#store.save('clock', this.now());
  }

  #renew(): void {
    const [virtual = 0, real = 0, factor = 1] = this.#values;
    this.#saved = Math.max(this.#last, virtual + (Date.now() - real + LEASE) * factor);
    this.#store.save('clock', this.#saved);
  }

  #rebase(virtual: Instant): void {
    // Odd while it is being written: a thread that reads in between reads again.
    Atomics.add(this.#sequence, 0, 1);
    this.#values[0] = virtual;
    this.#values[1] = Date.now();
    this.#values[2] = typeof this.#pace === 'number' ? this.#pace : 1;
    Atomics.add(this.#sequence, 0, 1);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
    this.#arm();
  }

  /** Fires what is due, then waits in real time for what comes next. */
  #arm(): void {
    clearTimeout(this.#timeout);
    if (this.#stopped) return;
    const next = this.#timers.next();
    if (next !== undefined) {
      const factor = this.#values[2] ?? 1;
      this.#timeout = setTimeout(() => {
        this.#fire();
      }, Math.min(LONGEST_TIMEOUT, Math.max(0, Math.ceil((next - this.now()) / factor))));
    }
    this.#settle();
  }

  #fire(): void {
    for (const call of this.#timers.due(this.now())) call();
    this.#arm();
  }

  /** Pace `max`: when all is quiet, and still is two turns of the event loop later, the time jumps to what is due next. */
  #settle(): void {
    if (this.#pace !== 'max' || this.#settling || this.#stopped || !this.#quiet()) return;
    this.#settling = true;
    setImmediate(() => {
      setImmediate(() => {
        this.#settling = false;
        if (this.#pace === 'max' && !this.#stopped && this.#quiet()) this.#jump();
      });
    });
  }

  #quiet(): boolean {
    return this.#holds.size === 0 && [...this.#participants].every((participant) => participant.quiet());
  }

  #jump(): void {
    const instants = [this.#timers.next(), ...[...this.#participants].map((participant) => participant.nextAt())].filter((instant) => instant !== undefined);
    if (instants.length === 0) return;
    const next = Math.min(...instants);
    if (next > this.now()) {
      this.#rebase(next);
      if (next > this.#saved) this.#renew();
    }
    for (const listener of this.#listeners) listener();
    this.#fire();
  }
}
