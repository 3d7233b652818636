/** A clock for tests: it stands still, and jumps to the next timer when nothing is in flight (or only when told). */
import type { LocalClock, Pace, Timer } from '../../../local/clock.ts';

interface Pending {
  readonly instant: number;
  readonly call: () => void;
}

export class VirtualClock implements LocalClock {
  readonly pace: Pace = 'max';
  readonly shared = new SharedArrayBuffer(28);
  readonly #held = new Map<symbol, string>();
  readonly #timers = new Set<Pending>();
  #now: number;
  #jumps: boolean;
  #limit = Infinity;
  #stopped = false;

  constructor(start: string, options: { readonly jumps?: boolean } = {}) {
    this.#now = Date.parse(start);
    this.#jumps = options.jumps ?? true;
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, call: () => void): Timer {
    const pending = { instant, call };
    this.#timers.add(pending);
    this.#consider();
    return { cancel: () => { this.#timers.delete(pending); } };
  }

  hold(label: string): () => void {
    const key = Symbol(label);
    this.#held.set(key, label);
    return () => {
      if (this.#held.delete(key)) this.#consider();
    };
  }

  until(instant: number): Promise<void> {
    return new Promise((resolve) => { this.at(instant, resolve); });
  }

  inFlight(): readonly string[] {
    return [...this.#held.values()];
  }

  setPace(): void {
    throw new Error('The virtual clock has one pace.');
  }

  onChange(): () => void {
    return () => undefined;
  }

  join(): () => void {
    return () => undefined;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Lets the clock jump as far as `limit` (and no further), from now on. */
  allowJumps(limit = Infinity): void {
    this.#jumps = true;
    this.#limit = limit;
    this.#consider();
  }

  /** Moves time by hand, firing what falls due. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(); next !== undefined && next.instant <= end; next = this.#next()) this.#fire(next);
    this.#now = end;
  }

  /** Instants of what waits, earliest first. */
  pending(): readonly number[] {
    return [...this.#timers].map((timer) => timer.instant).sort((a, b) => a - b);
  }

  #consider(): void {
    if (!this.#jumps || this.#stopped) return;
    setImmediate(() => {
      const next = this.#next();
      if (next === undefined || this.#held.size > 0 || this.#stopped || next.instant > this.#limit) return;
      this.#fire(next);
      this.#consider();
    });
  }

  #next(): Pending | undefined {
    return [...this.#timers].sort((a, b) => a.instant - b.instant)[0];
  }

  #fire(pending: Pending): void {
    this.#timers.delete(pending);
    this.#now = Math.max(this.#now, pending.instant);
    pending.call();
  }
}
